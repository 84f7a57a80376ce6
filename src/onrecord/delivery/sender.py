# SPDX-License-Identifier: Apache-2.0
"""The process that carries deliveries: claims them, hands them to couriers, writes down what came of it.

One event loop for the couriers, one thread for the database. Nothing waits for the network inside a
transaction. Killed at any moment, a sender leaves leases that end and are taken up by the next one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, OperationalError, close_old_connections, connection, connections
from django.utils import timezone

from onrecord.delivery import claims, paces, routes, transports
from onrecord.delivery.bodies import KnownBodies
from onrecord.delivery.claims import Returned
from onrecord.delivery.errors import RouteDown
from onrecord.delivery.models import State
from onrecord.delivery.transports import Outgoing, Settled, Transport

CLAIMED_TOGETHER = 200
SETTLED_TOGETHER = 200
SETTLE_EVERY_SECONDS = 0.05
LOOK_EVERY_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 1.0
"""After the database has failed, as when the disk is full."""
SAFE = claims.LEASE / 2
"""So long after its claim a courier may begin with a delivery; after the lease it may be somebody else's."""
COURIER_WAITS_SECONDS = 2.0
"""How long a courier that has nothing to do keeps its way open."""
KNOWN_SECONDS = 5.0
"""How often it is noted that a route works."""
DRAIN_SECONDS = 15.0
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Sender:
    """Carries the deliveries of every transport until `stop`; safe beside any number of others."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._stopping = asyncio.Event()
        self._database = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._asked_at = 0.0
        self._look: asyncio.Task[set[str]] | None = None
        self._looked_at = 0.0

    def stop(self) -> None:
        """Claim nothing more; what is being carried arrives."""
        self._stopping.set()

    async def run(self, *, until_idle: bool = False) -> int:
        """Carry until stopped, or until nothing is due any more; return how many deliveries were settled."""
        await self.ask(claims.take_back_expired)
        desks = [_Desk(self, transports.named(name)) for name in transports.names()]
        try:
            done = await asyncio.gather(*(desk.run(until_idle=until_idle) for desk in desks))
        finally:
            await self.ask(connections.close_all)
            self._database.shutdown(wait=True)
        return sum(done)

    @property
    def stopping(self) -> bool:
        """Whether no more is to be claimed."""
        return self._stopping.is_set()

    async def ask(self, question: Callable[[], Result]) -> Result:
        """Run something with the database in its thread, one at a time."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, self._in_thread, question)

    async def anything_due(self, transport: str) -> bool:
        """Tell whether a transport has anything to carry: one look for all of them serves half their wait."""
        if self._look is None or time.monotonic() - self._looked_at > LOOK_EVERY_SECONDS / 2:
            self._looked_at = time.monotonic()
            self._look = asyncio.create_task(self.ask(partial(claims.due, transports.names())))
        return transport in await asyncio.shield(self._look)

    async def wait(self, seconds: float) -> None:
        """Wait, but not once stopped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _in_thread(self, question: Callable[[], Result]) -> Result:
        since = time.monotonic() - self._asked_at
        if since < PAUSE_SECONDS and connection.vendor == "sqlite":
            time.sleep(PAUSE_SECONDS - since)
        close_old_connections()
        try:
            return question()
        finally:
            self._asked_at = time.monotonic()


async def _either(happened: asyncio.Event, seconds: float) -> None:
    """Wait until something happened, but not longer than so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # wait_for may swallow a cancellation in Python 3.11
            await happened.wait()
    happened.clear()


def _is_open(_destination: str) -> None:
    """Say that the way to a destination is open."""


@dataclass(slots=True)
class _Way:
    """What is at hand for one route."""

    route: str
    waiting: deque[Outgoing] = field(default_factory=deque)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    couriers: set[asyncio.Task[None]] = field(default_factory=set)
    at_hand: int = 0
    down_until: datetime | None = None
    """Set by the first courier that found the way closed, for those beside it."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A delivery at hand, where it goes, and until when it is safe to begin with it."""

    outgoing: Outgoing
    way: _Way
    until: float
    until_by_the_clock: datetime

    @property
    def is_safe(self) -> bool:
        """Whether nobody else may have taken it over: by time that passed, or because the clock was set."""
        return time.monotonic() < self.until and timezone.now() < self.until_by_the_clock


class _Desk:
    """One transport: what is at hand, on which ways, and what came of it."""

    def __init__(self, sender: Sender, transport: Transport) -> None:
        self._sender = sender
        self._transport = transport
        self._manner = transports.manner_of(transport)
        self._bodies = KnownBodies(sender.ask)
        self._ways: dict[str, _Way] = {}
        self._at_hand: dict[int, _Held] = {}
        self._slow: set[str] = set()
        """Destinations that have put something off and taken nothing since."""
        self._settled: list[Settled] = []
        self._returned: list[Returned] = []
        self._succeeded: set[str] = set()
        self._known_to_work: dict[str, float] = {}
        """When it was last noted that a route works."""
        self._stored: dict[int, asyncio.Future[None]] = {}
        """Who waits until what came of a delivery is written down."""
        self._enough = asyncio.Event()
        """Something is settled and has to be written down."""
        self._written = asyncio.Event()
        """Something was written down, so there may be room for more."""
        self._done = 0

    async def run(self, *, until_idle: bool) -> int:
        writing = asyncio.create_task(self._write_down())
        try:
            while not self._sender.stopping:
                try:
                    idle = not self._at_hand and not until_idle
                    if idle and not await self._sender.anything_due(self._transport.name):
                        await self._sender.wait(LOOK_EVERY_SECONDS)
                        continue
                    claimed = await self._claim()
                except OperationalError:
                    logger.exception("nothing can be claimed now; it is tried again")
                    await self._sender.wait(LOOK_AGAIN_SECONDS)
                    continue
                if not claimed and not self._at_hand:
                    if until_idle:
                        break
                    await self._sender.wait(LOOK_EVERY_SECONDS)
                elif claimed < CLAIMED_TOGETHER:
                    await _either(self._written, SETTLE_EVERY_SECONDS)
            await self._go_home()
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await self._flush()
        return self._done

    async def _claim(self) -> int:
        room = self._manner.at_hand - len(self._at_hand)
        if room < CLAIMED_TOGETHER:
            return 0
        several = self._transport.only_route is None
        full = {way.route for way in self._ways.values() if several and way.at_hand >= self._manner.per_route}
        begun, begun_by_the_clock = time.monotonic(), timezone.now()
        taken = await self._sender.ask(partial(self._take, full))
        for outgoing in taken:
            self._hand_out(outgoing, begun + SAFE.total_seconds(), begun_by_the_clock + SAFE)
        return len(taken)

    def _take(self, full: set[str]) -> list[Outgoing]:
        transport = self._transport
        closed = routes.closed(transport.name)
        if transport.only_route in closed:
            return []
        self._slow |= paces.slow(transport.name)
        return claims.claim(
            transport.name,
            by=self._sender.name,
            limit=CLAIMED_TOGETHER,
            except_destinations=full,
            limits=transports.limits_of(transport),
            manner=self._manner,
            relay=transport.only_route,
            closed=(lambda destination: closed.get(transport.route(destination))) if closed else _is_open,
        )

    def _hand_out(self, outgoing: Outgoing, until: float, until_by_the_clock: datetime) -> None:
        if outgoing.id in self._at_hand:
            return  # claimed again because the clock was set: what is at hand is brought back first
        route = self._transport.route(outgoing.destination)
        way = self._ways.setdefault(route, _Way(route))
        way.waiting.append(outgoing)
        way.at_hand += 1
        way.more.set()
        self._at_hand[outgoing.id] = _Held(outgoing, way, until, until_by_the_clock)
        if len(way.couriers) < min(self._transport.couriers(route), way.at_hand):
            courier = asyncio.create_task(self._carry(way))
            way.couriers.add(courier)
            courier.add_done_callback(partial(self._came_home, way))

    async def _carry(self, way: _Way) -> None:
        """Send one courier on its way, again and again while there is something to carry."""
        while way.waiting:
            held: dict[int, Outgoing] = {}
            try:
                async with self._transport.courier(way.route, self._bodies) as courier:
                    await courier.carry(partial(self._next, way, held), partial(self._report, held))
            except RouteDown as down:
                await self._route_down(way, held, down.reply)
                return
            except asyncio.CancelledError:
                self._bring_back(held.values(), "The program was stopped.", timezone.now())
                raise
            except Exception as error:  # an error in a courier must not strand what it held
                logger.exception("a courier of %s to %s failed", self._transport.name, way.route)
                await self._route_down(way, held, f"{type(error).__name__}: {error}")
                return
            self._bring_back(held.values(), "The courier came home without it.", timezone.now())

    async def _next(self, way: _Way, held: dict[int, Outgoing], *, wait: bool = True) -> Outgoing | None:
        if wait and not way.waiting and not self._sender.stopping:
            way.more.clear()
            try:
                async with asyncio.timeout(COURIER_WAITS_SECONDS):
                    await way.more.wait()
            except TimeoutError:
                return None
        while way.waiting and not self._sender.stopping:
            outgoing = way.waiting.popleft()
            if self._at_hand[outgoing.id].is_safe:
                held[outgoing.id] = outgoing
                return outgoing
            self._bring_back([outgoing], "It waited too long for a courier.", timezone.now())
        return None

    def _report(self, held: dict[int, Outgoing], settled: Settled) -> asyncio.Future[None]:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if held.pop(settled.id, None) is None:
            stored.set_result(None)  # reported twice, or never given out
            return stored
        if not settled.is_unwell:
            self._succeeded.add(self._at_hand[settled.id].way.route)
        self._settled.append(settled)
        self._stored[settled.id] = stored
        self._enough.set()
        return stored

    async def _route_down(self, way: _Way, held: dict[int, Outgoing], reply: str) -> None:
        """Bring back all that was to go this way, and leave the way alone for a while."""
        self._known_to_work.pop(way.route, None)
        if way.down_until is None or way.down_until <= timezone.now():
            way.down_until = timezone.now() + timedelta(seconds=1)
            try:
                way.down_until = await self._sender.ask(partial(self._fails, way.route, reply))
            except OperationalError:
                logger.exception("that %s does not answer cannot be written down now", way.route)
                way.down_until = timezone.now() + timedelta(seconds=10)
        self._bring_back([*held.values(), *way.waiting], reply, way.down_until)
        way.waiting.clear()

    def _bring_back(self, deliveries: Any, reply: str, due_at: datetime) -> None:
        self._returned += [Returned(outgoing.id, reply, due_at) for outgoing in deliveries]
        self._enough.set()

    def _came_home(self, way: _Way, courier: asyncio.Task[None]) -> None:
        way.couriers.discard(courier)
        if not courier.cancelled() and courier.exception() is not None:
            logger.error("a way of %s ended", self._transport.name, exc_info=courier.exception())

    async def _write_down(self) -> None:
        while True:
            await self._enough.wait()
            self._enough.clear()
            try:
                await self._flush()
            except DatabaseError:
                logger.exception("what came of deliveries cannot be written down now; it is tried again")
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
                self._enough.set()
            self._written.set()

    async def _flush(self) -> None:
        while self._settled or self._returned:
            settled, self._settled = self._settled[:SETTLED_TOGETHER], self._settled[SETTLED_TOGETHER:]
            returned, self._returned = self._returned, []
            worked, self._succeeded = self._succeeded, set()
            try:
                await self._sender.ask(partial(self._store, settled, returned, worked))
            except DatabaseError:
                self._settled[:0], self._returned[:0] = settled, returned
                raise
            for pk in [*(one.id for one in settled), *(one.id for one in returned)]:
                if (gone := self._at_hand.pop(pk, None)) is not None:
                    gone.way.at_hand -= 1
            for one in settled:
                if (waiting := self._stored.pop(one.id, None)) and not waiting.done():
                    waiting.set_result(None)
            self._done += len(settled)

    def _store(self, settled: list[Settled], returned: list[Returned], worked: set[str]) -> None:
        name = self._sender.name
        if settled:
            given = {one.id: self._at_hand[one.id].outgoing for one in settled}
            attempts = {pk: outgoing.attempt for pk, outgoing in given.items()}
            claims.settle(settled, by=name, attempts=attempts, manner=self._manner)
            self._heed([(given[one.id].destination, one) for one in settled])
        if returned:
            claims.give_back(returned, by=name, manner=self._manner)
        unwell = {self._at_hand[one.id].way.route: one.reply for one in settled if one.is_unwell}
        for route in unwell.keys() - worked:
            self._known_to_work.pop(route, None)
            self._fails(route, unwell[route])
        for route in worked:
            if time.monotonic() - self._known_to_work.get(route, -KNOWN_SECONDS) >= KNOWN_SECONDS:
                routes.succeeded(self._transport.name, route)
                self._known_to_work[route] = time.monotonic()

    def _fails(self, route: str, reply: str) -> datetime:
        """Tell the circuit breaker; return when the route may be tried again."""
        return routes.failed(self._transport.name, route, reply=reply, breaker=self._manner.breaker)

    def _heed(self, came: list[tuple[str, Settled]]) -> None:
        """Let destinations rest that put things off, and go on with those that take them again."""
        put_off = {name for name, one in came if one.state == State.DEFERRED}
        took = {name for name, one in came if one.state == State.ACCEPTED} - put_off
        if put_off:
            paces.heed(self._transport.name, came)
        if took & self._slow:
            paces.went_well(self._transport.name, took & self._slow)
        self._slow = (self._slow | put_off) - took

    async def _go_home(self) -> None:
        """Let couriers finish what they hold, a bounded time, and put back the rest."""
        for way in self._ways.values():
            if self._sender.stopping:
                self._bring_back(way.waiting, "The program was stopped.", timezone.now())
                way.waiting.clear()
            way.more.set()
        couriers = [courier for way in self._ways.values() for courier in way.couriers]
        if couriers:
            _, late = await asyncio.wait(couriers, timeout=DRAIN_SECONDS)
            for courier in late:
                courier.cancel()
            await asyncio.gather(*late, return_exceptions=True)
