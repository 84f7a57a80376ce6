# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import actions
from onrecord.delivery.models import Delivery, DistributionState, Route, State
from onrecord.delivery.transports import Outgoing, Settled
from tests.delivery.pigeons import Pigeons, carry, recipients, send, states

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_gets_it_once(pigeons: Pigeons) -> None:
    distribution = send([*recipients(250), *recipients(50, "other.example", start=500)])

    assert carry() == 300
    assert states(distribution) == {"accepted": 300}
    assert len({recipient for recipient, _, _ in pigeons.arrived}) == len(pigeons.arrived) == 300
    assert {text for _, _, text in pigeons.arrived} == {"Water is safe"}
    assert pigeons.most["loft.example"] == 2
    actions.finish()
    distribution.refresh_from_db()
    assert distribution.state == DistributionState.DONE


def test_a_refusal_is_final_and_a_delay_is_not(pigeons: Pigeons) -> None:
    def refuse(outgoing: Outgoing) -> Settled:
        return Settled(outgoing.id, State.FAILED, "550 no such reader")

    def delay(outgoing: Outgoing) -> Settled:
        return Settled(outgoing.id, State.DEFERRED, "450 later")

    pigeons.answers = {"gone.example": refuse, "busy.example": delay}
    distribution = send([*recipients(2, "gone.example"), *recipients(3, "busy.example", start=9)])
    carry()
    assert states(distribution) == {"failed": 2, "deferred": 3}
    assert set(Delivery.objects.values_list("reply", flat=True)) == {"550 no such reader", "450 later"}

    del pigeons.answers["busy.example"]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        carry()
    assert states(distribution) == {"failed": 2, "accepted": 3}


def test_a_host_that_is_down_costs_no_attempt_and_keeps_nobody_waiting(pigeons: Pigeons) -> None:
    pigeons.down = {"down.example"}
    distribution = send([*recipients(4, "down.example"), *recipients(4, start=9)])
    carry()

    assert states(distribution) == {"deferred": 4, "accepted": 4}
    assert set(Delivery.objects.filter(state="deferred").values_list("attempts", flat=True)) == {0}
    route = Route.objects.get(name="down.example")
    assert (route.failures, route.last_reply) == (1, "no connection to down.example")

    pigeons.down = set()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        carry()
    assert states(distribution) == {"accepted": 8}
    assert Route.objects.get(name="down.example").failures == 0


def test_a_host_that_fails_again_and_again_is_left_alone_for_a_while(pigeons: Pigeons) -> None:
    pigeons.down = {"down.example"}
    send(recipients(2, "down.example"))
    moment = timezone.now()
    for _ in range(6):
        with time_machine.travel(moment):
            carry()
        moment += timedelta(seconds=20)

    route = Route.objects.get()
    assert route.failures == 5, "the sixth time nobody asked"
    assert route.closed_until is not None


def test_an_error_in_a_courier_strands_nothing(pigeons: Pigeons) -> None:
    def stumble(outgoing: Outgoing) -> Settled:
        raise RuntimeError("stumbled")

    pigeons.answers = {"loft.example": stumble}
    distribution = send(recipients(3))
    carry()

    assert states(distribution) == {"deferred": 3}
    assert Delivery.objects.values_list("reply", flat=True)[0] == "RuntimeError: stumbled"


def test_a_slow_host_keeps_nobody_else_waiting(pigeons: Pigeons) -> None:
    pigeons.seconds = {"slow.example": 0.4}
    send([*recipients(2, "slow.example"), *recipients(20, start=9)])
    carry()

    assert len(pigeons.arrived) == 22
    assert all(to.endswith("@loft.example") for to, _, _ in pigeons.arrived[:10])
