# SPDX-License-Identifier: Apache-2.0
"""An embargoed text is committed to before its moment, and nothing of it leaks until then."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from onrecord.bakery import actions as bakery
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.proof import openings, tlogproof, verify
from onrecord.record import keys, pages
from onrecord.record.models import Document, Opening
from onrecord.record.openings import account
from onrecord.statements import actions
from onrecord.statements.errors import Incomplete, Late, TextChanged, WrongState
from onrecord.statements.models import Edition, Progress, Publication, Seal, State, Statement
from tests.statements.drafts import WORDS, approved, released

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MOMENT = NOON + timedelta(days=2)
TITLE = "The dam at Oberau will be raised"


def sealed(olga: User, ines: User) -> Statement:
    """Return a statement whose commitment is in the log while its text waits for its moment."""
    statement = approved(olga, ines, title=TITLE)
    actions.schedule(statement, by=olga, at=MOMENT, zone="Europe/Brussels", embargoed=True, seal=True)
    statement.refresh_from_db()
    return statement


@pytest.fixture
def clock(olga: User) -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon, two days before the moment; there is one statement already."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def _site() -> dict[str, bytes]:
    root = Path(settings.HOME) / "site"
    return {f"/{path.relative_to(root)}": path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _lines() -> list[openings.LeafState]:
    return openings.parse(_site()["/log/open/000.jsonl"], number=0, size=pages.size())


def _progress(statement: Statement) -> Progress:
    return Progress.objects.get(statement=statement)


def test_what_is_sealed_is_in_the_log_before_its_moment(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    released(olga, ines)
    statement = sealed(olga, ines)
    seal = Seal.objects.get()
    assert _progress(statement).seal == seal
    assert seal.leaf_index == 1
    assert _site()["/log/checkpoint"].startswith(b"news.elmford.example/log\n2\n")
    assert _lines()[1] == openings.Sealed(1, MOMENT)
    assert Entry.objects.get(event="statements.sealed").actor_name == olga.name


def test_nothing_of_it_is_anywhere_before_its_moment(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    released(olga, ines)
    sealed(olga, ines)
    bakery.bake_all(workers=0)
    seal = Seal.objects.get()
    secrets = (
        TITLE.encode(),
        b"Oberau",
        b"oberau",
        seal.path.encode(),
        bytes(seal.nonce),
        base64.b64encode(bytes(seal.nonce)),
        bytes(seal.content),
        seal.body_html.encode(),
    )
    found = [(path, secret) for path, body in _site().items() for secret in secrets if secret in body]
    assert found == []
    assert not [path for path in _site() if "oberau" in path.lower()]
    assert not Edition.objects.filter(statement__title=TITLE).exists()
    assert not Publication.objects.filter(statement__title=TITLE).exists()
    client = Client()
    for address in ("/search?q=dam+raised", "/search?q=council", seal.path, f"{seal.path}1.json"):
        assert b"Oberau" not in client.get(address).content


def test_at_its_moment_the_very_same_bytes_are_opened_and_published(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    released(olga, ines)
    statement = sealed(olga, ines)
    content, nonce = (bytes(value) for value in Seal.objects.values_list("content", "nonce").get())
    clock.move_to(MOMENT + timedelta(seconds=1))
    assert actions.release_due() == 1
    edition = Edition.objects.get(statement=statement)
    assert (bytes(edition.content), bytes(edition.nonce)) == (content, nonce)
    assert (edition.leaf_index, pages.size()) == (1, 2)
    assert edition.published_at is not None
    assert edition.data["issued"] == "2026-11-26T12:00:00Z"
    assert edition.data["sealed"] == "2026-11-24T12:00:00Z"
    assert not Seal.objects.exists()
    assert _progress(statement).state == State.PUBLISHED
    site, path = _site(), edition.statement.publication.path
    assert _lines()[1] == openings.Opened(1, f"{path}1.json", nonce)
    assert TITLE.encode() in site[f"{path}index.html"]
    assert site[f"{path}1.json"] == content
    proof = site[f"{path}1/proof/index.html"].decode()
    assert "It was sealed on 24 November 2026, 13:00 (Brussels) and opened with its release" in proof
    assert "1.onrecord.zip" in proof
    public = keys.public_keys("news.elmford.example/log")
    on_record = verify.verify_edition(
        site[f"{path}1.json"],
        site[f"{path}1.tlog-proof"],
        origin="news.elmford.example/log",
        log_keys=[public.log],
        release_keys=[public.release],
    )
    assert on_record.index == 1
    assert tlogproof.parse(site[f"{path}1.tlog-proof"]).opening().nonce == nonce


def test_a_topic_that_is_renamed_meanwhile_does_not_change_what_was_sealed(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    statement = sealed(olga, ines)
    Statement.objects.filter(pk=statement.pk).update(summary="Changed behind the desk's back")
    clock.move_to(MOMENT)
    assert actions.release_due() == 1
    assert Edition.objects.get().data["summary"] == "The town tested the water on Monday and found it safe."


def test_nobody_releases_it_before_its_moment(clock: time_machine.Traveller, olga: User, ines: User) -> None:
    statement = sealed(olga, ines)
    with pytest.raises(Late, match="is sealed: it opens at its moment by itself"):
        actions.release(statement, by=ines)
    assert not Edition.objects.exists()


def test_what_is_late_is_opened_by_a_person(clock: time_machine.Traveller, olga: User, ines: User) -> None:
    statement = sealed(olga, ines)
    clock.move_to(MOMENT + timedelta(hours=3))
    assert actions.release_due() == 0
    assert account().late == 1
    edition = actions.release(statement, by=ines)
    edition.refresh_from_db()
    assert (edition.leaf_index, account().late, account().open) == (0, 0, 1)


def _unschedule(statement: Statement, by: User) -> None:
    actions.unschedule(statement, by=by, reason="The council has postponed its vote.")


def _reopen(statement: Statement, by: User) -> None:
    actions.reopen(statement, by=by, reason="The council has postponed its vote.")


def _reschedule(statement: Statement, by: User) -> None:
    at, reason = MOMENT + timedelta(days=1), "The council has postponed its vote."
    actions.schedule(statement, by=by, at=at, zone="UTC", embargoed=True, reason=reason)


@pytest.mark.parametrize("take_back", [_unschedule, _reopen, _reschedule])
def test_a_seal_is_given_up_in_public(
    clock: time_machine.Traveller, olga: User, ines: User, take_back: Callable[[Statement, User], None]
) -> None:
    statement = sealed(olga, ines)
    nonce = bytes(Seal.objects.get().nonce)
    take_back(statement, olga)
    assert not Seal.objects.exists()
    assert _progress(statement).seal is None
    assert _lines()[0] == openings.Erased(0, 1)
    document = Document.objects.get()
    site = _site()
    assert site[document.path] == bytes(document.content)
    told = document.content.tobytes() if isinstance(document.content, memoryview) else document.content
    assert b'"erases":[0]' in told
    assert b'"reason":"The council has postponed its vote."' in told
    assert b"Oberau" not in b"".join(site.values())
    assert base64.b64encode(nonce) not in b"".join(site.values())
    assert account().complete
    names = Entry.objects.filter(event__startswith="statements.seal_").values_list("event", "actor_name")
    assert list(names.order_by("pk")) == [
        ("statements.seal_let_go", "Olga Writer"),
        ("statements.seal_given_up", "the clock"),
    ]


def test_after_a_seal_is_given_up_the_text_takes_the_same_address(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    statement = sealed(olga, ines)
    path = Seal.objects.get().path
    actions.unschedule(statement, by=olga)
    edition = actions.release(statement, by=ines)
    edition.refresh_from_db()
    assert edition.leaf_index == 2
    assert Publication.objects.get().path == path
    assert "sealed" not in edition.data
    assert openings.Opened(2, f"{path}1.json", bytes(edition.nonce)) == _lines()[2]


def test_sealing_anew_gives_the_first_seal_up(clock: time_machine.Traveller, olga: User, ines: User) -> None:
    statement = sealed(olga, ines)
    at = MOMENT + timedelta(days=1)
    actions.schedule(statement, by=olga, at=at, zone="UTC", embargoed=True, seal=True)
    states = list(Opening.objects.order_by("leaf").values_list("state", flat=True))
    assert sorted(states) == ["erased", "open", "sealed"]
    assert Seal.objects.get().until == at
    clock.move_to(at)
    assert actions.release_due() == 1
    assert account().complete


def test_a_text_changed_behind_the_desk_gives_the_seal_up(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    statement = sealed(olga, ines)
    statement.body = [("paragraph", WORDS.replace("Monday", "Sunday"))]
    actions.save_draft(statement, by=olga)
    assert _progress(statement).state == State.DRAFT
    assert actions.give_up_seals() == 1
    assert actions.give_up_seals() == 0
    assert _lines()[0] == openings.Erased(0, 1)
    assert b'"reason":"The seal was given up before the text was released."' in _site()["/erased/1.json"]


def test_a_seal_that_never_came_into_the_log_leaves_nothing(
    clock: time_machine.Traveller, olga: User, ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = approved(olga, ines, title=TITLE)
    with transaction.atomic():
        actions.schedule(statement, by=olga, at=MOMENT, zone="UTC", embargoed=True, seal=True)
        connection.run_on_commit.clear()  # the process stops here
    assert pages.size() == 0
    actions.unschedule(statement, by=olga)
    assert not Seal.objects.exists()
    assert pages.size() == 0
    actions.log_seal(1)


def test_logging_a_seal_again_changes_nothing(clock: time_machine.Traveller, olga: User, ines: User) -> None:
    sealed(olga, ines)
    before = Opening.objects.values().get()
    actions.log_seal(Seal.objects.get().pk)
    assert (Opening.objects.values().get(), pages.size()) == (before, 1)


def test_a_release_that_was_cut_off_is_opened_later(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    statement = sealed(olga, ines)
    clock.move_to(MOMENT)
    with transaction.atomic():
        edition = actions.release(statement, by=ines)
        connection.run_on_commit.clear()
    assert Opening.objects.get().state == "sealed"
    assert b"Oberau" not in b"".join(_site().values())
    for _twice in range(2):
        actions.sequence(edition.pk)
        actions.bake_edition(edition.pk)
    assert (Opening.objects.get().state, pages.size()) == ("open", 1)
    assert f"{edition.statement.publication.path}index.html" in _site()


def test_nothing_is_sealed_for_longer_than_the_register_allows(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    statement = approved(olga, ines)
    with pytest.raises(Incomplete, match="sealed for more than 30 days") as refused:
        actions.schedule(
            statement, by=olga, at=NOON + timedelta(days=30, minutes=1), zone="UTC", embargoed=True, seal=True
        )
    assert refused.value.field == "seal"
    assert _progress(statement).state == State.APPROVED
    assert not Seal.objects.exists()


def test_only_the_approved_text_is_sealed(clock: time_machine.Traveller, olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    Statement.objects.filter(pk=statement.pk).update(title="Another")
    statement = Statement.objects.get(pk=statement.pk)
    with pytest.raises(TextChanged, match="no longer the text that was approved"):
        actions.schedule(statement, by=olga, at=MOMENT, zone="UTC", embargoed=True, seal=True)
    actions.reopen(statement, by=olga)
    with pytest.raises(WrongState, match="so it cannot be scheduled now"):
        actions.schedule(statement, by=olga, at=MOMENT, zone="UTC", embargoed=True, seal=True)
    assert not Seal.objects.exists()


def test_the_address_of_a_sealed_text_is_kept_free(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    sealed(olga, ines)
    other = released(olga, ines, title=TITLE)
    assert other.statement.publication.path.endswith("-2/")
    clock.move_to(MOMENT)
    assert actions.release_due() == 1
    assert set(Publication.objects.values_list("path", flat=True)) == {
        "/s/2026/the-dam-at-oberau-will-be-raised/",
        "/s/2026/the-dam-at-oberau-will-be-raised-2/",
    }


def test_a_further_edition_can_be_sealed(clock: time_machine.Traveller, olga: User, ines: User) -> None:
    edition = released(olga, ines)
    statement = Statement.objects.get(pk=edition.statement_id)
    statement.body = [("paragraph", "<p>It is still safe at Oberau.</p>")]
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="update", change_note="Tested again.")
    actions.approve(statement, by=ines)
    actions.schedule(statement, by=olga, at=MOMENT, zone="UTC", embargoed=True, seal=True)
    assert b"Oberau" not in b"".join(_site().values())
    clock.move_to(MOMENT)
    assert actions.release_due() == 1
    newest = Edition.objects.get(statement=statement, number=2)
    assert newest.data["prev"]["index"] == 0
    assert newest.leaf_index == 1
    assert b"Oberau" in _site()[f"{statement.publication.path}index.html"]


def test_what_was_sealed_is_not_changed_even_by_the_database(
    clock: time_machine.Traveller, olga: User, ines: User
) -> None:
    sealed(olga, ines)
    for change in ({"content": b"{}"}, {"until": NOON}, {"nonce": bytes(32)}, {"path": "/s/2026/other/"}):
        with pytest.raises(DatabaseError, match="what was sealed is never changed"), transaction.atomic():
            Seal.objects.update(**change)
