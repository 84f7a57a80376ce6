# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import claims, paces
from onrecord.delivery.manners import USUAL
from onrecord.delivery.models import Delivery, Lane, Pace, Route, State
from onrecord.delivery.transports import Limits, Outgoing, Settled
from tests.delivery.pigeons import Pigeons, carry, recipients, send, states

database = pytest.mark.django_db
sending = pytest.mark.django_db(transaction=True)
NOW = datetime.fromisoformat("2026-11-27T09:00:00+00:00")


def take(limits: Limits, by: str = "sender 1", limit: int = 200) -> list[Outgoing]:
    """Claim under limits, and settle, so that nothing is left on its way."""
    taken = claims.claim("pigeons", by=by, limit=limit, limits=limits, relay="relay")
    in_flight = Delivery.objects.filter(pk__in=[one.id for one in taken], state="in_flight")
    assert in_flight.count() == len(taken), "something was taken twice, or is parked as well"
    done = [Settled(one.id, State.ACCEPTED) for one in taken]
    claims.settle(done, by=by, attempts={})
    return taken


def taken_in(seconds: int, limits: Limits, *senders: str) -> Counter[str]:
    """Return how much went to each destination while these senders looked twice a second."""
    came: Counter[str] = Counter()
    for half in range(seconds * 2):
        with time_machine.travel(NOW + timedelta(seconds=half / 2), tick=False):
            for name in senders or ("sender 1",):
                came.update(one.destination for one in take(limits, name))
    return came


@database
def test_a_domain_at_its_limit_holds_up_nobody_else_and_gets_what_it_may() -> None:
    with time_machine.travel(NOW, tick=False):
        send([*recipients(700, "slow.example"), *recipients(300, "quick.example", start=900)])
    limits = Limits(per_destination=600)

    with time_machine.travel(NOW, tick=False):
        first = Counter(one.destination for one in take(limits))
    assert first["slow.example"] <= 10
    came = first + taken_in(5, limits)

    assert 45 <= came["slow.example"] <= 62, "ten a second"
    assert came["quick.example"] >= 45
    waits = Delivery.objects.filter(destination="slow.example", state="queued")
    assert set(waits.values_list("attempts", flat=True)) == {0}


@database
def test_several_senders_keep_to_the_limit_of_the_relay_together() -> None:
    with time_machine.travel(NOW, tick=False):
        send(recipients(900))
    came = taken_in(4, Limits(per_minute=1200), "sender 1", "sender 2", "sender 3")
    assert 60 <= came["loft.example"] <= 101, "twenty a second, whoever asks"


@database
def test_what_somebody_waits_for_is_not_held_up_by_limits_but_counted() -> None:
    limits = Limits(per_minute=60, per_destination=60)
    with time_machine.travel(NOW, tick=False):
        send(recipients(50))
        take(limits)
        awaited = send(recipients(5, start=100), purpose="confirm", lane=Lane.TRANSACTIONAL)
        assert {one.distribution for one in take(limits)} == {awaited.pk}
    with time_machine.travel(NOW + timedelta(seconds=3), tick=False):
        assert take(limits) == []
    assert taken_in(8, limits)["loft.example"] <= 4


@database
def test_a_new_relay_is_given_more_from_day_to_day() -> None:
    limits = Limits(per_minute=6400, warm_up_days=6)
    paces.Allowance("pigeons", limits, "relay", NOW).save()
    Pace.objects.update(begun_at=NOW)
    days = [paces.Allowance("pigeons", limits, "relay", NOW + timedelta(days=day)).left for day in range(8)]
    assert days == [1, 3, 6, 13, 26, 53, 106, 106]


@database
def test_a_clock_that_is_set_back_neither_stops_nor_floods_anybody() -> None:
    limits = Limits(per_minute=600)
    with time_machine.travel(NOW, tick=False):
        send(recipients(300))
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert len(take(limits)) <= 10
    assert 20 <= taken_in(3, limits)["loft.example"] <= 41


@sending
def test_a_destination_that_puts_off_one_after_the_other_rests_and_then_goes_on(pigeons: Pigeons) -> None:
    def later(outgoing: Outgoing) -> Settled:
        return Settled(outgoing.id, State.DEFERRED, "451 4.7.1 slow down")

    pigeons.answers = {"busy.example": later}
    first = send(recipients(6, "busy.example"))
    carry()
    readers = [*recipients(5, "busy.example", start=50), *recipients(5, start=90)]
    second = send(readers, object_key="statement/2")
    carry()

    assert states(first) == {"deferred": 6}
    assert states(second) == {"queued": 5, "accepted": 5}
    pace = Pace.objects.get(name="busy.example")
    assert pace.put_off == 6
    pigeons.answers = {}
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        carry()
    assert (states(first), states(second)) == ({"accepted": 6}, {"accepted": 10})
    pace.refresh_from_db()
    assert (pace.put_off, pace.rests_until) == (0, None)


@sending
def test_a_destination_that_asks_for_rest_gets_it_for_all_its_deliveries(pigeons: Pigeons) -> None:
    def too_many(outgoing: Outgoing) -> Settled:
        return Settled(outgoing.id, State.DEFERRED, "429", retry_after=1200.0, rest=1200.0)

    pigeons.answers = {"busy.example": too_many}
    send(recipients(1, "busy.example"))
    carry()
    second = send(recipients(3, "busy.example", start=50), object_key="statement/2")
    with time_machine.travel(timezone.now() + timedelta(minutes=15)):
        carry()
    assert states(second) == {"queued": 3}
    pigeons.answers = {}
    with time_machine.travel(timezone.now() + timedelta(minutes=21)):
        carry()
    assert states(second) == {"accepted": 3}


@sending
def test_what_waits_for_a_closed_host_is_due_when_that_may_be_asked_and_fails_after_days(
    pigeons: Pigeons,
) -> None:
    until = timezone.now() + timedelta(days=6)
    Route.objects.create(transport="pigeons", name="down.example", failures=50, closed_until=until)
    distribution = send([*recipients(150, "down.example"), *recipients(3, start=900)])
    carry()
    assert states(distribution) == {"queued": 150, "accepted": 3}
    assert set(distribution.deliveries.filter(state="queued").values_list("due_at", flat=True)) == {until}

    distribution.deliveries.filter(state="queued").update(due_at=timezone.now())
    with time_machine.travel(timezone.now() + USUAL.give_up_after + timedelta(minutes=1)):
        carry()
    assert states(distribution) == {"failed": 150, "accepted": 3}
    replies = distribution.deliveries.filter(state="failed").values_list("reply", flat=True)
    assert set(replies) == {"Its host has not answered for days."}
