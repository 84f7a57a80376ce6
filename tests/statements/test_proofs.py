# SPDX-License-Identifier: Apache-2.0
"""What readers can keep and check of an edition: its bundle, its proof, and the page about them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from wagtail.documents.models import Document as Upload

from onrecord.people.models import Organisation, User
from onrecord.proof import bundle as bundles
from onrecord.proof.case import Pins
from onrecord.proof.verdict import judge
from onrecord.record import keys, register
from onrecord.record.witnesses.standing import Standing
from onrecord.statements import actions, pages
from onrecord.statements.formats.files import location
from onrecord.statements.models import Edition, Publication
from onrecord.statements.pages import bundles as writing
from onrecord.statements.pages import proof_words
from onrecord.statements.pages.witnessing import SeenBy
from onrecord.statements.pages.words import Words
from tests.statements.drafts import corrected, released

pytestmark = pytest.mark.django_db

REPORT = b"%PDF-1.4 not a real report"


def files_of(edition: Edition) -> dict[str, bytes]:
    """Render all that belongs to an edition; return it by the end of its address."""
    publication = Publication.objects.get(statement=edition.statement_id)
    family = next(each for each in pages.families() if each.name == "statements.statement")
    made = family.render((str(publication.pk), str(edition.pk)))
    return {file.path.removeprefix(publication.path): file.body for file in made}


def with_report(olga: User, ines: User) -> Edition:
    """Release a statement with an attachment."""
    upload = Upload.objects.create(title="Report", file=ContentFile(REPORT, "report.pdf"))
    attached = ("file", {"file": upload, "description": "The report"})
    return released(olga, ines, body=[("paragraph", "<p>It is safe.</p>"), attached])


def trust(edition: Edition) -> Pins:
    """Know the newsroom's keys from elsewhere."""
    public = keys.public_keys(edition.data["log"])
    return Pins(keys=(public.log, public.release))


def test_a_bundle_holds_everything_and_is_found_to_hold(olga: User, ines: User) -> None:
    register.bring_up_to_date()
    edition = with_report(olga, ines)
    found = bundles.read(files_of(edition)["1.onrecord.zip"])

    assert found.edition == bytes(edition.content)
    assert dict(found.files) == {"report.pdf": REPORT}
    assert found.register is not None
    verdict = judge(found, trust(edition))
    assert verdict.outcome.value == "holds"
    assert {step.code for step in verdict.steps if step.outcome.value != "holds"} == {
        "root",
        "witnessed",
        "current",
    }


def test_a_bundle_made_before_the_first_register_holds_with_the_keys_known(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    found = bundles.read(files_of(edition)["1.onrecord.zip"])

    assert found.register is None
    outcomes = {step.code: step.outcome.value for step in judge(found, trust(edition)).steps}
    assert [outcomes[code] for code in ("text", "released", "included", "checkpoint")] == ["holds"] * 4
    assert b"There was no register of keys yet" in (found.instructions or b"")


def test_an_attachment_too_large_for_the_bundle_is_named_by_its_hash(
    olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MOST_ATTACHED", len(REPORT) - 1)
    edition = with_report(olga, ines)
    found = bundles.read(files_of(edition)["1.onrecord.zip"])

    assert found.files == {}
    assert edition.data["files"][0]["sha256"] in (found.instructions or b"").decode()
    assert location(edition.data["files"][0]["sha256"]).exists()


@pytest.mark.slow
@pytest.mark.once
def test_the_commands_in_the_bundle_verify_it_in_an_empty_folder(
    olga: User, ines: User, tmp_path: Path
) -> None:
    register.bring_up_to_date()
    edition = with_report(olga, ines)
    folder = tmp_path / "statement"
    (tmp_path / "1.onrecord.zip").write_bytes(files_of(edition)["1.onrecord.zip"])
    subprocess.run(["unzip", "-q", "1.onrecord.zip", "-d", "statement"], cwd=tmp_path, check=True)

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "VERIFY.txt"], cwd=folder, capture_output=True, text=True, check=False)

    assert (run().returncode, run().stderr) == (0, "")
    text = (folder / "edition.json").read_bytes()
    (folder / "edition.json").write_bytes(text.replace(b"safe", b"Safe", 1))
    assert "FAILS: this statement and the nonce have the commitment" in run().stdout
    assert run().returncode == 1


def test_the_page_says_what_proves_an_edition_and_what_not(olga: User, ines: User) -> None:
    register.bring_up_to_date()
    first = released(olga, ines)
    second = corrected(first, olga, ines, "It is safe.")
    page = files_of(second)["2/proof/"].decode()
    public = keys.public_keys(second.data["log"])
    path = second.statement.publication.path

    assert "<h1>What proves edition 2</h1>" in page
    assert "<strong>That what is said is true.</strong>" in page
    assert bytes(second.commitment).hex() in page
    assert public.release.vkey in page
    assert public.log.vkey in page
    assert "in use since entry 0" in page
    assert "Register 1 is self-declared" in page
    assert "Not independently witnessed" in page
    assert "rest on the newsroom’s word alone" in page
    assert "Entry 2, counted from 0, of 3 when this page was made" in page
    for name in ("2.json", "2.tlog-proof", "2.onrecord.zip"):
        assert f'href="{path}{name}"' in page
    address = f"https%3A%2F%2Fnews.elmford.example{path.replace('/', '%2F')}2.onrecord.zip"
    assert f'href="/verify?url={address}"' in page


def test_the_seal_leads_to_the_proof_and_says_how_witnesses_stand(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    page = files_of(edition)["1/"].decode()
    path = edition.statement.publication.path

    assert f'href="{path}1/proof/"' in page
    assert f'href="{path}1.onrecord.zip"' in page
    assert "Not independently witnessed" in page


ISSUED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen_after", "said"),
    [
        (None, "no witness has seen this entry yet"),
        (timedelta(seconds=20), "within minutes"),
        (timedelta(minutes=-2), "within minutes"),
        (timedelta(hours=-1), "before the time that the statement gives"),
        (timedelta(days=3), "could have been dated back"),
    ],
)
def test_the_page_says_in_words_whether_a_date_could_be_false(
    seen_after: timedelta | None, said: str, organisation: Organisation
) -> None:
    first = None if seen_after is None else SeenBy("one.example", int((ISSUED + seen_after).timestamp()))
    with translation.override("en"):
        assert said in proof_words.dated(Words("en", "Europe/Brussels"), ISSUED, first)


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing(1, 1, 1, 1, None), "Not independently witnessed."),
        (Standing(3, 1, 3, 1, 2), "Waiting for witnesses: 1 of 3 so far, 2 are needed."),
        (Standing(3, 2, 3, 2, 2), "Witnessed by 2 of 3 other organisations."),
    ],
)
def test_the_state_of_witnesses_is_said_as_it_is(standing: Standing, said: str) -> None:
    with translation.override("en"):
        sentence = proof_words.witnesses(standing)
    assert sentence.startswith(said)
    assert ("nobody outside confirms" in sentence) == (not said.startswith("Witnessed"))


def test_a_withdrawn_edition_keeps_its_proof(olga: User, ines: User) -> None:
    first = released(olga, ines)
    statement = first.statement
    actions.propose_withdrawal(statement, by=olga, reason="It was not safe.")
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)

    assert {"1.onrecord.zip", "1/proof/"} <= set(files_of(first))
