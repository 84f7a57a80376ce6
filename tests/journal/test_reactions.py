# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onrecord.journal import actions, reactions
from onrecord.journal.errors import NotInTransaction, NotNow
from onrecord.journal.events import Actor, Event
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.journal.reactions import Follower, Lane
from tests.plans import plans

OLGA = Actor(id=7, name="Olga Writer")


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    """Somebody rang."""

    name: ClassVar[str] = "tests.bell_rung"
    times: int


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Collects what the follower `tests.hear` was told."""
    told: list[int] = []
    reactions.follow(
        BellRung, Follower("tests.hear", lambda entry: told.append(entry.data["times"]), Lane.NOW)
    )
    yield told
    reactions.unfollow(BellRung)


def ring(times: int = 1) -> Entry:
    with transaction.atomic():
        return actions.write(BellRung(subject="bell/1", times=times), by=OLGA)


def test_an_entry_outside_a_transaction_is_refused(transactional_db: None) -> None:
    with pytest.raises(NotInTransaction, match=r"tests\.bell_rung was journalled outside a transaction"):
        actions.write(BellRung(subject="bell/1", times=1), by=OLGA)
    assert not Entry.objects.exists()


def test_an_entry_says_who_did_what_to_what(transactional_db: None) -> None:
    entry = Entry.objects.get(pk=ring(3).pk)
    assert (entry.event, entry.subject, entry.data) == ("tests.bell_rung", "bell/1", {"times": 3})
    assert (entry.actor_id, entry.actor_name) == (7, "Olga Writer")


def test_what_must_follow_runs_once_the_change_is_committed(transactional_db: None, heard: list[int]) -> None:
    with transaction.atomic():
        actions.write(BellRung(subject="bell/1", times=5), by=OLGA)
        assert heard == []
    assert heard == [5]
    assert Reaction.objects.get().state == ReactionState.DONE


def test_what_was_rolled_back_is_never_followed(transactional_db: None, heard: list[int]) -> None:
    with transaction.atomic():
        actions.write(BellRung(subject="bell/1", times=5), by=OLGA)
        transaction.set_rollback(True)
    assert heard == []
    assert not Reaction.objects.exists()


def test_a_reaction_that_fails_is_tried_again_later(transactional_db: None) -> None:
    attempts: list[int] = []

    def fail_once(entry: Entry) -> None:
        attempts.append(entry.pk)
        if len(attempts) == 1:
            raise OSError("disk full")

    reactions.follow(BellRung, Follower("tests.fail", fail_once, Lane.NOW))
    try:
        ring()
        reaction = Reaction.objects.get()
        assert (reaction.state, reaction.last_error) == (ReactionState.WAITING, "OSError: disk full")
        assert reactions.drain() == 0, "it waits a second first"
        Reaction.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        assert reactions.drain() == 1
        assert Reaction.objects.get().state == ReactionState.DONE
    finally:
        reactions.unfollow(BellRung)


def test_what_somebody_else_is_at_waits_without_an_attempt_or_an_alarm(
    transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(_entry: Entry) -> None:
        raise NotNow("Another process bakes everything.")

    reactions.follow(BellRung, Follower("tests.busy", busy))
    try:
        ring()
        before = timezone.now()
        for _ in range(20):
            Reaction.objects.update(due_at=timezone.now())
            assert reactions.drain() == 1
    finally:
        reactions.unfollow(BellRung)

    left = Reaction.objects.get(name="tests.busy")
    assert (left.state, left.attempts, left.lease_until) == (ReactionState.WAITING, 0, None)
    assert left.due_at >= before + reactions.PUT_BACK_FOR
    assert left.last_error == "Another process bakes everything."
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "WARNING"}]


def test_a_reaction_that_never_succeeds_ends_with_a_person(transactional_db: None) -> None:
    def fail(entry: Entry) -> None:
        raise OSError("disk full")

    reactions.follow(BellRung, Follower("tests.fail", fail, Lane.NOW))
    try:
        ring()
        for _attempt in range(20):
            Reaction.objects.update(due_at=timezone.now() - timedelta(seconds=1))
            reactions.drain()
        reaction = Reaction.objects.get()
        assert reaction.state == ReactionState.FAILED
        assert reaction.attempts == len(reactions.RETRY_AFTER_SECONDS) + 1
        assert reactions.retry_failed() == 1
        assert Reaction.objects.get().state == ReactionState.WAITING
    finally:
        reactions.unfollow(BellRung)


def test_a_dead_process_is_taken_over_when_its_lease_ends(transactional_db: None, heard: list[int]) -> None:
    ring(2)
    heard.clear()
    Reaction.objects.update(state=ReactionState.RUNNING, lease_until=timezone.now() + timedelta(seconds=60))
    assert reactions.drain() == 0
    Reaction.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert reactions.drain() == 1
    assert heard == [2]


def test_at_start_nothing_waits_for_the_lease_of_a_process_that_is_gone(
    transactional_db: None, heard: list[int]
) -> None:
    ring(4)
    heard.clear()
    Reaction.objects.update(state=ReactionState.RUNNING, lease_until=timezone.now() + timedelta(seconds=60))
    assert reactions.release_leases(of_before=timezone.now()) == 1
    assert reactions.drain() == 1
    assert heard == [4]


def test_a_start_leaves_alone_what_its_own_processes_have_taken_up_already(
    transactional_db: None, heard: list[int]
) -> None:
    began = timezone.now()
    ring(4)
    heard.clear()
    Reaction.objects.update(state=ReactionState.RUNNING, lease_until=timezone.now() + reactions.LEASE)
    assert reactions.release_leases(of_before=began) == 0
    assert reactions.drain() == 0
    assert heard == []


def test_the_worker_leaves_a_person_s_own_process_a_head_start(
    transactional_db: None, heard: list[int]
) -> None:
    with transaction.atomic():
        actions.write(BellRung(subject="bell/1", times=5), by=OLGA)
        due = Reaction.objects.get().due_at
        assert due >= timezone.now() + timedelta(seconds=4)


def test_a_reaction_that_the_wiring_forgot_is_kept_for_a_person(
    transactional_db: None, heard: list[int]
) -> None:
    ring()
    Reaction.objects.update(state=ReactionState.WAITING, name="tests.gone", due_at=timezone.now())
    assert reactions.drain() == 1
    assert Reaction.objects.get().last_error == "Nothing in the wiring has this name any more."


def test_what_happens_together_is_recorded_in_its_order_and_followed_each_once(
    transactional_db: None, heard: list[int]
) -> None:
    with transaction.atomic():
        entries = actions.write_all([BellRung(subject=f"bell/{n}", times=n) for n in (1, 2, 3)], by=OLGA)
        assert heard == []
    assert [(entry.subject, entry.data) for entry in Entry.objects.order_by("pk")] == [
        ("bell/1", {"times": 1}),
        ("bell/2", {"times": 2}),
        ("bell/3", {"times": 3}),
    ]
    assert [entry.pk for entry in entries] == list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    assert heard == [1, 2, 3]
    with pytest.raises(NotInTransaction):
        actions.write_all([BellRung(subject="bell/4", times=4)], by=OLGA)


def test_a_follower_that_an_event_does_not_concern_gets_no_row(transactional_db: None) -> None:
    told: list[int] = []
    loud = Follower(
        "tests.loud",
        lambda entry: told.append(entry.data["times"]),
        Lane.NOW,
        concerns=lambda event: event.times > 2,
    )
    reactions.follow(BellRung, loud)
    try:
        ring(1)
        assert not Reaction.objects.exists()
        ring(3)
        assert told == [3]
    finally:
        reactions.unfollow(BellRung)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sees by itself what an index is for")
def test_what_is_due_is_found_without_reading_what_is_done() -> None:
    with CaptureQueriesContext(connection) as asked:
        reactions.drain()
        reactions.anything_due()
    read = [step for step in plans(asked.captured_queries) if "journal_reaction" in step]
    assert read == ["SCAN journal_reaction USING INDEX journal_reaction_open"] * 2
