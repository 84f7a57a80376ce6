# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation, User
from onrecord.proof.checkpoint import Checkpoint, sign
from onrecord.record import high_water
from onrecord.record.errors import Forked
from onrecord.record.keys import open_keys
from onrecord.statements import actions
from onrecord.statements.actions import addresses
from onrecord.statements.errors import Incomplete, Late, LogUnfit, TextChanged, WrongState
from onrecord.statements.formats import edition as edition_format
from onrecord.statements.models import Edition, Publication, State, Statement, Topic
from tests.plans import plans
from tests.statements.drafts import approved, corrected, released, write

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def site(path: str) -> str:
    return (Path(settings.HOME) / "site" / path.lstrip("/")).read_text()


def test_a_release_is_frozen_logged_and_readable_when_the_call_returns(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    assert edition.leaf_index == 0
    assert edition.published_at is not None
    assert "Water is safe to drink" in site("/s/2026/water-is-safe-to-drink/index.html")
    assert site("/log/checkpoint").startswith("news.elmford.example/log\n1\n")
    names = list(Entry.objects.filter(subject=edition.statement.subject).values_list("event", flat=True))
    assert names[-3:] == ["statements.released", "statements.sequenced", "statements.published"]


def test_the_edition_file_says_who_said_what_where(olga: User, ines: User) -> None:
    data = released(olga, ines).data
    assert data["v"] == edition_format.FORMAT
    assert data["log"] == "news.elmford.example/log"
    assert data["issuer"] == "Town of Elmford"
    assert data["statement"] == "https://news.elmford.example/s/2026/water-is-safe-to-drink/"
    assert (data["edition"], data["op"], data["prev"]) == (1, "publish", None)
    assert data["blocks"][0]["text"] == "The water in Elmford is safe to drink. We tested it on Monday."


def test_a_draft_is_not_released(olga: User, ines: User) -> None:
    statement = write(olga)
    with pytest.raises(WrongState, match="is “Draft”, so it cannot be released now"):
        actions.release(statement, by=ines)
    assert not Edition.objects.exists()


def test_a_text_changed_after_approval_is_not_released(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    Statement.objects.filter(pk=statement.pk).update(title="Water is poisoned")
    with pytest.raises(TextChanged, match="no longer the text that was approved"):
        actions.release(Statement.objects.get(pk=statement.pk), by=ines)
    assert not Edition.objects.exists()


def test_two_statements_of_one_title_get_two_addresses(olga: User, ines: User) -> None:
    released(olga, ines)
    released(olga, ines)
    paths = list(Publication.objects.order_by("pk").values_list("path", flat=True))
    assert paths == ["/s/2026/water-is-safe-to-drink/", "/s/2026/water-is-safe-to-drink-2/"]


def test_many_statements_of_one_title_get_an_address_each(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_AT_ONCE", 2)
    paths = [released(olga, ines, dated=NOON.date()).statement.publication.path for _ in range(4)]
    assert [path.rpartition("drink")[2] for path in paths] == ["/", "-2/", "-3/", "-4/"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole anyway")
def test_an_address_is_found_without_reading_the_archive(olga: User) -> None:
    statement = write(olga)
    with CaptureQueriesContext(connection) as asked:
        addresses.address_of(statement)
    steps = plans(asked.captured_queries)
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]


def test_a_title_of_digits_does_not_become_an_edition_s_address(olga: User, ines: User) -> None:
    released(olga, ines, title="2027")
    assert Publication.objects.get().slug == "2027-2026"


def test_an_edition_is_never_changed_not_even_by_the_database(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    with pytest.raises(DatabaseError, match="an edition is never changed"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(content=b"{}")


def test_a_correction_keeps_the_address_and_the_earlier_edition(olga: User, ines: User) -> None:
    first = released(olga, ines)
    second = corrected(first, olga, ines, "We tested it on Tuesday.")
    publication = Publication.objects.get()
    assert publication.edition_id == second.pk
    assert "Tuesday" in site(f"{publication.path}index.html")
    assert "Monday" in site(f"{publication.path}1/index.html")


def test_topics_keep_their_places_when_one_is_taken_away(olga: User, ines: User) -> None:
    health = Topic.objects.create(slug="health", name="Health")
    rivers = Topic.objects.create(slug="rivers", name="Rivers")
    statement = write(olga)
    statement.topics.set([health, rivers])
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)
    publication = Publication.objects.get()
    assert sorted(publication.listings.values_list("topic__slug", "position")) == [
        ("health", 1),
        ("rivers", 1),
    ]
    statement = Statement.objects.get(pk=statement.pk)
    statement.topics.set([health])
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="minor")
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)
    assert list(publication.listings.values_list("topic__slug", flat=True)) == ["health"]


def test_the_clock_releases_what_is_due_and_nothing_earlier(olga: User, ines: User) -> None:
    with time_machine.travel(NOON, tick=False):
        statement = approved(olga, ines)
        actions.schedule(statement, by=olga, at=NOON + timedelta(minutes=5), zone="Europe/Brussels")
    with time_machine.travel(NOON + timedelta(minutes=5, seconds=-1), tick=False):
        assert actions.release_due() == 0
    with time_machine.travel(NOON + timedelta(minutes=5, seconds=1), tick=False):
        assert actions.release_due() == 1
        assert actions.release_due() == 0
    assert Edition.objects.get().released_by == olga
    assert Entry.objects.get(event="statements.released").actor_name == "the clock"


def test_a_release_that_is_two_hours_late_waits_for_a_person(olga: User, ines: User) -> None:
    with time_machine.travel(NOON, tick=False):
        statement = approved(olga, ines)
        actions.schedule(statement, by=olga, at=NOON + timedelta(minutes=5), zone="Europe/Brussels")
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        assert actions.release_due() == 0
        statement.progress.refresh_from_db()
        assert statement.progress.state == State.OVERDUE
        actions.release(statement, by=ines)
    assert Edition.objects.count() == 1


def test_a_release_waits_until_the_edition_before_is_in_the_record(olga: User, ines: User) -> None:
    with time_machine.travel(NOON, tick=False):
        first = released(olga, ines)
        statement = Statement.objects.get(pk=first.statement_id)
        statement.summary = "The town tested the water twice."
        actions.save_draft(statement, by=olga)
        actions.submit(statement, by=olga, change="minor")
        actions.approve(statement, by=ines)
        actions.schedule(statement, by=olga, at=NOON + timedelta(minutes=5), zone="Europe/Brussels")
        Edition.objects.filter(pk=first.pk).update(leaf_index=None)
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        assert actions.release_due() == 0
        statement.progress.refresh_from_db()
        assert statement.progress.state == State.SCHEDULED
        Edition.objects.filter(pk=first.pk).update(leaf_index=first.leaf_index)
        assert actions.release_due() == 1
    assert Edition.objects.filter(statement=statement).count() == 2


def test_one_release_that_fails_does_not_stop_the_others(olga: User, ines: User) -> None:
    with time_machine.travel(NOON, tick=False):
        broken, sound = approved(olga, ines), approved(olga, ines, title="The bridge is open")
        for statement in (broken, sound):
            actions.schedule(statement, by=olga, at=NOON + timedelta(minutes=5), zone="Europe/Brussels")
    Statement.objects.filter(pk=broken.pk).update(title="Changed behind the desk's back")
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        assert actions.release_due() == 1
    broken.progress.refresh_from_db()
    assert broken.progress.state == State.OVERDUE
    assert "no longer the text" in Entry.objects.get(event="statements.release_refused").data["reason"]


def test_a_moment_that_has_passed_or_has_no_zone_is_refused(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    with pytest.raises(Late, match="has passed already"):
        actions.schedule(statement, by=olga, at=timezone.now() - timedelta(hours=1), zone="UTC")
    with pytest.raises(Incomplete, match="“Europe/Bruxelles” is no time zone"):
        actions.schedule(statement, by=olga, at=timezone.now() + timedelta(hours=1), zone="Europe/Bruxelles")
    with pytest.raises(Incomplete, match="has no time zone"):
        actions.schedule(statement, by=olga, at=datetime(2030, 1, 1), zone="UTC")  # noqa: DTZ001  # the point


def test_an_embargoed_text_is_nowhere_before_its_moment(olga: User, ines: User) -> None:
    statement = approved(olga, ines, title="Nobody may know xylophone")
    actions.schedule(statement, by=olga, at=timezone.now() + timedelta(hours=1), zone="UTC", embargoed=True)
    for file in (Path(settings.HOME) / "site").rglob("*"):
        assert not file.is_file() or b"xylophone" not in file.read_bytes(), file


def test_a_translation_stands_below_its_original(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    translation = actions.translate(Statement.objects.get(pk=edition.statement_id), by=olga, language="fr")
    translation.title = "L’eau est potable"
    actions.save_draft(translation, by=olga)
    actions.submit(translation, by=olga)
    actions.approve(translation, by=ines)
    french = actions.release(translation, by=ines)
    assert french.op == "translate"
    assert french.data["translation_of"]["edition"] == 1
    assert Publication.objects.get(statement=translation).path == "/s/2026/water-is-safe-to-drink/fr/"


def test_a_translation_waits_for_its_original(olga: User, ines: User) -> None:
    original = write(olga)
    translation = actions.translate(original, by=olga, language="fr")
    actions.submit(translation, by=olga)
    actions.approve(translation, by=ines)
    with pytest.raises(WrongState, match=r"has not been released yet\. Release it first"):
        actions.release(translation, by=ines)


def test_an_old_backup_cannot_fork_the_log(olga: User, ines: User, own_home: Path) -> None:
    """Readers have seen two leaves; the database that was restored knows only the first."""
    released(olga, ines)
    checkpoint = own_home / "site" / "log" / "checkpoint"
    origin = Organisation.current().origin
    seen = sign(Checkpoint(origin, 2, bytes(32)), open_keys(origin).log)
    checkpoint.write_bytes(seen)
    with pytest.raises(LogUnfit, match=r"baked site .* a checkpoint over 2 leaves .* has 1 of .*recover"):
        actions.release(approved(olga, ines, title="Something else"), by=ines)
    assert Edition.objects.count() == 1
    assert checkpoint.read_bytes() == seen


def test_a_lost_database_does_not_empty_the_site(olga: User, ines: User, own_home: Path) -> None:
    released(olga, ines)
    origin = Organisation.current().origin
    high_water.raise_to(sign(Checkpoint(origin, 2, bytes(32)), open_keys(origin).log))
    before = {path: path.read_bytes() for path in own_home.joinpath("site").rglob("*") if path.is_file()}
    with pytest.raises(Forked, match=r"log\.high-water holds a checkpoint over 2 leaves"):
        bakery.bake_all(workers=0)
    assert before == {
        path: path.read_bytes() for path in own_home.joinpath("site").rglob("*") if path.is_file()
    }


def test_a_language_the_newsroom_does_not_have_is_refused(olga: User) -> None:
    with pytest.raises(Incomplete, match=r"has no language “de”\. It has: en, fr, ar"):
        actions.translate(write(olga), by=olga, language="de")
