# SPDX-License-Identifier: Apache-2.0
"""Who begins first, and what is noted of hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery import claims, routes
from onrecord.delivery.manners import Manner
from onrecord.delivery.models import Delivery, Lane, Route, State
from onrecord.delivery.transports import Outgoing, Settled
from onrecord.delivery.ways import Gate, Held, Way
from tests.delivery.pigeons import Pigeons, carry, recipients, send, states

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

ONE_BY_ONE = Manner(begin_at_once=1)


def _held(number: int) -> Held:
    return Held(Outgoing(number, 1, "", "", "", {}, 1), Way("loft.example"), 0.0, 0.0)


def _begun(places: int | None, act: Callable[[Gate, list[str]], Awaitable[None]]) -> list[str]:
    """Return who began, in order, while something was done with a gate."""
    order: list[str] = []

    async def run() -> None:
        await act(Gate(places), order)

    asyncio.run(run())
    return order


async def _come(gate: Gate, order: list[str], name: str, *, last: bool = False) -> None:
    await gate.enter(last=last)
    order.append(name)


async def _pause() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_hosts_that_are_well_begin_before_those_that_came_earlier_and_are_not() -> None:
    async def act(gate: Gate, order: list[str]) -> None:
        await _come(gate, order, "first")
        ailing = asyncio.create_task(_come(gate, order, "ailing", last=True))
        await _pause()
        well = asyncio.create_task(_come(gate, order, "well"))
        await _pause()
        assert order == ["first"]
        gate.leave()
        await _pause()
        gate.leave()
        await asyncio.gather(ailing, well)

    assert _begun(1, act) == ["first", "well", "ailing"]


def test_who_does_not_answer_keeps_a_place_for_a_moment_only() -> None:
    async def act(gate: Gate, order: list[str]) -> None:
        await _come(gate, order, "slow")
        gate.begins(_held(1))
        async with asyncio.timeout(5):
            await _come(gate, order, "next")

    assert _begun(1, act) == ["slow", "next"]


def test_who_has_the_message_keeps_no_place_until_it_answers() -> None:
    async def act(gate: Gate, order: list[str]) -> None:
        held = _held(1)
        await _come(gate, order, "slow")
        gate.begins(held)
        gate.has_begun(held)  # it was sent
        await asyncio.wait_for(_come(gate, order, "next"), 0.05)
        gate.has_begun(held)  # it is answered
        late = asyncio.create_task(_come(gate, order, "too early"))
        await _pause()
        late.cancel()
        await asyncio.gather(late, return_exceptions=True)

    assert _begun(1, act) == ["slow", "next"]


def test_an_answer_frees_one_place_and_not_two() -> None:
    async def act(gate: Gate, order: list[str]) -> None:
        held = _held(1)
        await _come(gate, order, "first")
        gate.begins(held)
        gate.has_begun(held)
        gate.has_begun(held)
        await _come(gate, order, "second")
        late = asyncio.create_task(_come(gate, order, "third"))
        await _pause()
        late.cancel()
        await asyncio.gather(late, return_exceptions=True)

    assert _begun(1, act) == ["first", "second"]


def test_a_place_that_was_given_to_somebody_who_is_gone_is_not_lost() -> None:
    async def act(gate: Gate, order: list[str]) -> None:
        await _come(gate, order, "first")
        gone = asyncio.create_task(_come(gate, order, "gone"))
        await _pause()
        gate.leave()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        async with asyncio.timeout(5):
            await _come(gate, order, "next")

    assert _begun(1, act) == ["first", "next"]


@pytest.mark.django_db
def test_in_bulk_nothing_is_taken_for_the_last_while_there_is_something_for_others() -> None:
    send([*recipients(3, "ailing.example"), *recipients(3, start=9)])
    take = [claims.claim("pigeons", by="sender 1", limit=2, last_destinations=["ailing.example"])]
    take.append(claims.claim("pigeons", by="sender 1", limit=9, last_destinations=["ailing.example"]))

    assert [one.destination for one in take[0]] == ["loft.example"] * 2
    assert sorted(one.destination for one in take[1]) == [*["ailing.example"] * 3, "loft.example"]
    assert {one.attempt for one in take[1]} == {1}


@pytest.mark.django_db
def test_what_somebody_waits_for_does_not_come_last() -> None:
    send(recipients(3))
    awaited = send(recipients(1, "ailing.example"), purpose="confirm", lane=Lane.TRANSACTIONAL)
    [first] = claims.claim("pigeons", by="sender 1", limit=1, last_destinations=["ailing.example"])

    assert first.distribution == awaited.pk


@pytest.mark.django_db(transaction=True)
def test_a_host_that_failed_last_time_comes_after_all_others(pigeons: Pigeons) -> None:
    pigeons.manner = ONE_BY_ONE
    routes.failed("pigeons", {"ailing.example": "nobody there"})
    others = [one for number in range(30) for one in recipients(1, f"s{number}.example", start=number)]
    send([*recipients(1, "ailing.example", start=99), *others])
    carry()

    assert len(pigeons.arrived) == 31
    assert pigeons.arrived[30][0] == "reader99@ailing.example"
    assert Route.objects.get(name="ailing.example").failures == 0


@pytest.mark.django_db(transaction=True)
def test_a_host_that_is_slow_is_known_as_slow_until_it_is_not(
    pigeons: Pigeons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "SLOW_SECONDS", 0.05)
    pigeons.seconds = {"slow.example": 0.2}
    send([*recipients(1, "slow.example"), *recipients(1, start=9)])
    carry()
    assert dict(Route.objects.values_list("name", "is_slow")) == {
        "slow.example": True,
        "loft.example": False,
    }
    assert routes.ailing("pigeons") == {"slow.example": None}

    pigeons.seconds = {}
    send(recipients(1, "slow.example"), version=2)
    carry()
    assert routes.ailing("pigeons") == {}


@pytest.mark.django_db
def test_a_hundred_routes_are_noted_in_as_many_queries_as_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    names = [f"s{number}.example" for number in range(100)]
    with django_assert_max_num_queries(2):
        routes.succeeded("pigeons", dict.fromkeys(names, 0.1))
    with django_assert_max_num_queries(1):
        routes.succeeded("pigeons", dict.fromkeys(names, 0.1))
    with django_assert_max_num_queries(5):
        again = routes.failed("pigeons", dict.fromkeys(names, "hung up"))
    assert set(again) == set(names)
    assert set(Route.objects.values_list("failures", "last_reply")) == {(1, "hung up")}


@pytest.mark.django_db(transaction=True)
def test_two_couriers_that_find_a_host_down_count_one_failure(pigeons: Pigeons) -> None:
    pigeons.down = {"down.example"}
    distribution = send(recipients(6, "down.example"))
    carry()

    assert Route.objects.get().failures == 1
    assert states(distribution) == {"deferred": 6}
    assert not Delivery.objects.filter(state=State.IN_FLIGHT).exists()


@pytest.mark.django_db(transaction=True)
def test_a_host_that_never_answers_in_time_leaves_the_others_their_turn(pigeons: Pigeons) -> None:
    def late(outgoing: Outgoing) -> Settled:
        return Settled(outgoing.id, State.DEFERRED, "503 later", is_unwell=True)

    pigeons.manner = Manner(begin_at_once=2, at_hand=200, per_route=4)
    pigeons.answers = {f"s{number}.example": late for number in range(40)}
    pigeons.seconds = dict.fromkeys(pigeons.answers, 0.3)
    troubled = [one for name in pigeons.answers for one in recipients(1, name, start=int(name[1:-8]) * 10)]
    distribution = send([*troubled, *recipients(60, start=90_000)])
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        carry()

    assert len(pigeons.arrived) == 60
    assert states(distribution) == {"deferred": 40, "accepted": 60}
