# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from onrecord.journal.models import Entry
from onrecord.moderation import reasons
from onrecord.moderation.actions import reporting
from onrecord.moderation.filing import bundles
from onrecord.moderation.models import Case
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from tests.moderation import judging
from tests.moderation.things import Board

SECRET = ("jan@reader.example", "reader-1@reader.example")


@pytest.fixture
def case(board: Board, ines: User, mo: User, rosa: User) -> Case:
    """A note that Jan reported, that Mo sealed, and about which Rosa heard the author."""
    judging.rules(ines)
    board.pin("1", "All my neighbours are vermin.")
    found = judging.reported("1").case
    assert found is not None
    decision = judging.decided(found, mo, "seal")
    judging.heard(judging.appealed(decision), rosa, "upheld")
    found.refresh_from_db()
    return found


def opened(archive: bytes) -> dict[str, bytes]:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_a_bundle_holds_content_rule_reports_decisions_notices_appeals_and_timeline(
    case: Case, mo: User
) -> None:
    files = opened(bundles.bundle(case, by=mo))
    told = json.loads(files["case.json"])
    first, second = told["decisions"]
    assert first["verdict"] == "restrict"
    assert first["rule"]["version"] == 1
    assert first["rule"]["text"]
    assert {notice["party"] for notice in first["notices"]} == {"author", "reporter"}
    assert second["verdict"] == "upheld"
    assert told["appeals"][0]["text"] == "That is not what I wrote."
    assert [moment["what"] for moment in told["timeline"]][:2] == ["Case opened", "Report received"]
    assert files[f"content/{first['number']}.txt"] == b"All my neighbours are vermin."
    assert "It calls all neighbours vermin." in files["index.html"].decode()


def test_nobodys_address_is_in_it_and_not_who_reported(case: Case) -> None:
    everything = b"".join(bundles.contents(case).values()).decode()
    assert "This insults my neighbours." in everything
    for word in (*SECRET, "Jan Reader", "Mo Moderator", "Rosa"):
        assert word not in everything


def test_who_reported_is_in_it_where_a_decision_says_why_that_is_necessary(
    board: Board, ines: User, mo: User
) -> None:
    judging.rules(ines)
    board.pin("2", "The drawing of this bridge is mine.")
    case = judging.reported("2").case
    assert case is not None
    judging.decided(case, mo, "seal", reporter_reason="Only the owner of the rights can say so.")
    assert "Jan Reader" in bundles.contents(case)["case.json"].decode()


def test_checksums_fit_and_the_same_case_gives_the_same_bytes(case: Case, mo: User) -> None:
    archive = bundles.bundle(case, by=mo)
    assert bundles.bundle(case, by=mo) == archive
    files = opened(archive)
    lines = [line.split("  ") for line in files.pop("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert sums == {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    assert Entry.objects.filter(event="moderation.bundle_made", subject=case.subject).count() == 2


def test_who_writes_statements_gets_no_bundle(case: Case, olga: User) -> None:
    with pytest.raises(NotAllowed):
        bundles.bundle(case, by=olga)


def test_a_reviewer_downloads_it_with_one_click(
    case: Case, rosa: User, olga: User, sign_in: Callable[[User], Client]
) -> None:
    answer = sign_in(rosa).get(f"/desk/moderation/case/{case.pk}/bundle/")
    assert answer["Content-Disposition"] == f'attachment; filename="case-{case.number}.zip"'
    assert "case.json" in opened(answer.content)
    assert sign_in(olga).get(f"/desk/moderation/case/{case.pk}/bundle/").status_code in {302, 403}


def test_who_took_a_report_back_is_named_to_nobody(board: Board, ines: User, mo: User) -> None:
    judging.rules(ines)
    board.pin("2", "The drawing of this bridge is mine.")
    case = judging.reported("2").case
    assert case is not None
    reporting.withdraw(judging.reported("2", address="pia@reader.example", name="Pia Painter"))
    decision = judging.decided(case, mo, "seal", reporter_reason="Only the owner can say so.")
    told = "".join(
        line for point in reasons.points(decision.notices.get(party="author")) for line in point.lines
    )
    assert ("Jan Reader" in told, "Pia Painter" in told) == (True, False)
    everything = b"".join(bundles.contents(case).values()).decode()
    assert ("Jan Reader" in everything, "Pia Painter" in everything) == (True, False)
