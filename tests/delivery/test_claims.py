# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import actions, claims
from onrecord.delivery.claims import Returned
from onrecord.delivery.models import Delivery, Lane, State
from onrecord.delivery.transports import Settled
from onrecord.journal.events import CLOCK
from tests.delivery.pigeons import recipients, send, states

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def settle(delivery: int, state: State, by: str = "sender 1", attempt: int = 1, **fields: object) -> int:
    result = Settled(delivery, state, "said so", **fields)  # type: ignore[arg-type]  # fields of Settled
    return claims.settle([result], by=by, attempts={delivery: attempt})


def test_a_delivery_is_claimed_by_one_sender_alone() -> None:
    send(recipients(3))
    first = claims.claim("pigeons", by="sender 1", limit=2)
    second = claims.claim("pigeons", by="sender 2", limit=9)

    assert (len(first), len(second)) == (2, 1)
    assert not {one.id for one in first} & {one.id for one in second}
    assert [one.attempt for one in first] == [1, 1]


def test_a_look_that_finds_nothing_due_locks_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    send(recipients(1), release_at=timezone.now() + timedelta(minutes=5))
    put_off = send(recipients(1))
    put_off.deliveries.update(state=State.DEFERRED, due_at=timezone.now() + timedelta(hours=1))
    with django_assert_num_queries(1) as asked:
        assert claims.claim("pigeons", by="sender 1", limit=9) == []
    assert asked.captured_queries[0]["sql"].lstrip().startswith("SELECT")


def test_what_somebody_waits_for_goes_before_what_goes_to_many() -> None:
    send(recipients(3))
    awaited = send(recipients(1), purpose="confirm", lane=Lane.TRANSACTIONAL)

    assert claims.claim("pigeons", by="sender 1", limit=1)[0].distribution == awaited.pk


@pytest.mark.parametrize("lane", list(Lane))
def test_however_much_waits_for_its_next_attempt_something_new_goes_at_once(lane: Lane) -> None:
    for number in range(60):
        waiting = send(recipients(1), object_key=f"comment/{number}", lane=lane)
        waiting.deliveries.update(state=State.DEFERRED, due_at=timezone.now() + timedelta(hours=1))
    new = send(recipients(1), object_key="comment/60", lane=lane)

    assert [one.distribution for one in claims.claim("pigeons", by="sender 1", limit=9)] == [new.pk]


@pytest.mark.parametrize("lane", list(Lane))
def test_however_much_waits_for_one_slow_host_others_are_served(lane: Lane) -> None:
    for number in range(60):
        send(recipients(1, "slow.example"), object_key=f"follow/{number}", lane=lane)
    other = send(recipients(1), object_key="follow/60", lane=lane)

    taken = claims.claim("pigeons", by="sender 1", limit=9, except_destinations=["slow.example"])
    assert [one.distribution for one in taken] == [other.pk]


def test_what_is_to_be_released_later_is_not_claimed_before() -> None:
    send(recipients(1), release_at=timezone.now() + timedelta(minutes=5))
    assert claims.claim("pigeons", by="sender 1", limit=9) == []


def test_nothing_is_claimed_for_destinations_that_are_excepted() -> None:
    send([*recipients(2, "slow.example"), *recipients(1, "quick.example", start=5)])
    taken = claims.claim("pigeons", by="sender 1", limit=9, except_destinations={"slow.example"})
    assert [one.destination for one in taken] == ["quick.example"]


def test_only_who_holds_the_lease_settles() -> None:
    distribution = send(recipients(1))
    (taken,) = claims.claim("pigeons", by="sender 1", limit=1)

    assert settle(taken.id, State.ACCEPTED, by="sender 2") == 0
    assert states(distribution) == {"in_flight": 1}
    assert settle(taken.id, State.ACCEPTED) == 1
    assert settle(taken.id, State.FAILED) == 0
    row = Delivery.objects.get()
    assert (row.state, row.reply, row.lease_until) == ("accepted", "said so", None)
    assert row.settled_at is not None


def test_the_delivery_of_a_sender_that_died_is_taken_over_with_the_same_message_id() -> None:
    send(recipients(1))
    (first,) = claims.claim("pigeons", by="sender 1", limit=1)
    assert claims.take_back_expired() == 0

    with time_machine.travel(timezone.now() + claims.LEASE + timedelta(seconds=1), tick=False):
        assert claims.take_back_expired() == 1
        (second,) = claims.claim("pigeons", by="sender 2", limit=1)
        assert (second.id, second.message_id, second.attempt) == (first.id, first.message_id, 2)
        assert settle(first.id, State.ACCEPTED, by="sender 1") == 0, "it came back too late"


def test_what_is_put_off_is_tried_at_growing_intervals_and_then_has_failed() -> None:
    send(recipients(1))
    now, waits = timezone.now(), []
    for attempt in range(1, 7):
        with time_machine.travel(now, tick=False):
            (taken,) = claims.claim("pigeons", by="sender 1", limit=1)
            assert taken.attempt == attempt
            settle(taken.id, State.DEFERRED, attempt=attempt)
            row = Delivery.objects.get()
            waits.append(round((row.due_at - now).total_seconds() / 60))
            now = row.due_at + timedelta(seconds=1)

    expected = (1, 5, 30, 120, 480)
    assert all(base * 0.9 <= wait <= base * 1.2 for base, wait in zip(expected, waits, strict=False)), waits
    assert row.state == State.FAILED


def test_the_other_side_may_ask_for_more_time_but_not_for_ever() -> None:
    send(recipients(2))
    one, other = claims.claim("pigeons", by="sender 1", limit=2)
    settle(one.id, State.DEFERRED, retry_after=3600.0)
    settle(other.id, State.DEFERRED, retry_after=1e9)

    now = timezone.now()
    assert timedelta(minutes=59) < Delivery.objects.get(pk=one.id).due_at - now <= timedelta(hours=1)
    assert Delivery.objects.get(pk=other.id).due_at - now <= claims.LONGEST_WAIT


def test_what_is_said_to_somebody_who_was_forgotten_meanwhile_is_not_kept() -> None:
    distribution = send(recipients(2))
    one, other = claims.claim("pigeons", by="sender 1", limit=2)
    actions.forget(one.recipient)
    claims.settle(
        [Settled(one.id, State.DEFERRED, f"450 {one.recipient} is busy")], by="sender 1", attempts={}
    )
    row = distribution.deliveries.get(pk=one.id)
    assert (row.state, row.reply) == (State.SUPPRESSED, "")

    actions.forget(other.recipient)
    claims.settle([Settled(other.id, State.FAILED, f"550 no {other.recipient}")], by="sender 1", attempts={})
    row = distribution.deliveries.get(pk=other.id)
    assert (row.state, row.reply) == (State.FAILED, "")


@pytest.mark.parametrize("leaves", ["unsubscribes", "is suppressed"])
def test_what_is_put_off_while_its_recipient_leaves_is_not_tried_again(leaves: str) -> None:
    distribution = send(recipients(4))
    taken = claims.claim("pigeons", by="sender 1", limit=4)
    for one in taken[:3]:
        if leaves == "unsubscribes":
            key = distribution.deliveries.get(pk=one.id).recipient_key
            actions.leave_out(key, address=one.recipient)
        else:
            actions.suppress(one.recipient, reason="request", by=CLOCK)
    put_off, back, arrived, other = (one.id for one in taken)
    claims.settle(
        [Settled(put_off, State.DEFERRED, "450"), Settled(other, State.DEFERRED, "450")],
        by="sender 1",
        attempts={},
    )
    claims.give_back([Returned(back, "closed", timezone.now())], by="sender 1")
    settle(arrived, State.ACCEPTED)
    found = {pk: distribution.deliveries.get(pk=pk).state for pk in (put_off, back, arrived, other)}
    assert found == {put_off: "suppressed", back: "suppressed", arrived: "accepted", other: "deferred"}


def test_what_a_dead_sender_held_is_not_sent_to_whoever_left_meanwhile() -> None:
    distribution = send(recipients(3))
    one, two, _three = claims.claim("pigeons", by="sender 1", limit=3)
    actions.leave_out("subscription/0", address=one.recipient)
    assert claims.take_back_from(["sender 1"]) == 2
    assert states(distribution) == {"suppressed": 1, "queued": 2}
    claims.claim("pigeons", by="sender 2", limit=3)
    actions.suppress(two.recipient, reason="request", by=CLOCK)
    with time_machine.travel(timezone.now() + claims.LEASE + timedelta(seconds=1)):
        assert claims.take_back_expired() == 1
    assert states(distribution) == {"suppressed": 2, "queued": 1}


def test_what_has_failed_is_tried_again_when_a_person_says_so() -> None:
    distribution = send(recipients(2))
    for taken in claims.claim("pigeons", by="sender 1", limit=2):
        settle(taken.id, State.FAILED)
    actions.finish()

    assert actions.retry(distribution, by=CLOCK, destination="elsewhere.example") == 0
    assert actions.retry(distribution, by=CLOCK, destination="loft.example") == 2
    assert [one.attempt for one in claims.claim("pigeons", by="sender 1", limit=9)] == [1, 1]


def test_a_host_that_is_given_up_gets_nothing_more() -> None:
    distribution = send([*recipients(2), *recipients(1, "quick.example", start=5)])
    assert actions.give_up("pigeons", "loft.example", by=CLOCK) == 2
    assert states(distribution) == {"failed": 2, "queued": 1}


def test_a_message_that_comes_back_is_found_by_its_id_and_its_address_gets_nothing_more() -> None:
    distribution = send(recipients(2))
    one, other = claims.claim("pigeons", by="sender 1", limit=2)
    settle(one.id, State.ACCEPTED)
    settle(other.id, State.ACCEPTED)

    assert actions.bounce("nobody@x", reply="550", evidence="", permanent=True, by=CLOCK) is None
    bounced = actions.bounce(one.message_id, reply="550 gone", evidence="DSN", permanent=True, by=CLOCK)
    complained = actions.complain(other.message_id, reply="abuse", evidence="ARF", by=CLOCK)

    assert bounced
    assert complained
    assert (bounced.state, complained.state) == (State.BOUNCED, State.COMPLAINED)
    assert states(send(recipients(2), version=2)) == {"suppressed": 2}
    assert states(distribution) == {"bounced": 1, "complained": 1}


def test_details_last_ninety_days_and_counts_for_ever() -> None:
    distribution = send(recipients(3))
    for taken in claims.claim("pigeons", by="sender 1", limit=2):
        settle(taken.id, State.ACCEPTED)
    (last,) = claims.claim("pigeons", by="sender 1", limit=2)
    settle(last.id, State.FAILED)
    assert actions.finish() == 1
    assert actions.reduce_old() == 0

    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert actions.reduce_old() == 1
    assert not distribution.deliveries.exists()
    assert actions.counts_of(distribution) == {"accepted": 2, "failed": 1}
