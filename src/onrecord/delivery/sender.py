# SPDX-License-Identifier: Apache-2.0
"""The process that carries deliveries: claims them, hands them to couriers, writes down what came of it.

One event loop for the couriers, one thread for the database. Nothing waits for the network inside a
transaction. Killed at any moment, a sender leaves leases that end and are taken up by the next one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import OperationalError
from django.utils import timezone

from onrecord.delivery import claims, transports
from onrecord.delivery.bodies import KnownBodies
from onrecord.delivery.bookkeeping import Book, Came
from onrecord.delivery.claims import Returned
from onrecord.delivery.errors import RouteDown
from onrecord.delivery.thread import DatabaseThread
from onrecord.delivery.transports import Outgoing, Settled, Transport
from onrecord.delivery.ways import Gate, Held, Way, either
from onrecord.stillness import Stillness

CLAIMED_TOGETHER = 200
SETTLED_TOGETHER = 200
SETTLE_EVERY_SECONDS = 0.05
LOOK_EVERY_SECONDS = 0.5
LOOK_CLOSELY_EVERY_SECONDS = 2.0
"""How often is looked although nobody writes: what was put off becomes due with time."""
LOOK_AGAIN_SECONDS = 1.0
"""After the database has failed, as when the disk is full."""
SAFE_SECONDS = claims.LEASE.total_seconds() / 2
"""So long after its claim a courier may begin with a delivery; after the lease it may be somebody else's."""
COURIER_WAITS_SECONDS = 2.0
"""How long a courier that has nothing to do keeps its way open."""
AILING_SHARE = 0.25
"""Of what may be at hand so much may be for routes that are ailing."""
DRAIN_SECONDS = 15.0

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


class Sender:
    """Carries the deliveries of every transport until `stop`; safe beside any number of others."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._stopping = asyncio.Event()
        self._database = DatabaseThread()
        self._look: asyncio.Task[set[str]] | None = None
        self._looked_at = 0.0
        self._stillness = Stillness()
        self._found: set[str] = set()
        self._found_at = 0.0

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
            await self._database.close()
        return sum(done)

    @property
    def stopping(self) -> bool:
        """Whether no more is to be claimed."""
        return self._stopping.is_set()

    async def ask(self, question: Callable[[], Result], *, hastily: bool = False) -> Result:
        """Run something with the database in its thread, one at a time (DatabaseThread.ask)."""
        return await self._database.ask(question, hastily=hastily)

    async def anything_due(self, transport: str) -> bool:
        """Tell whether a transport has anything to carry: one look for all of them serves half their wait."""
        if self._look is None or time.monotonic() - self._looked_at > LOOK_EVERY_SECONDS / 2:
            self._looked_at = time.monotonic()
            self._look = asyncio.create_task(self.ask(self._due))
        return transport in await asyncio.shield(self._look)

    async def wait(self, seconds: float) -> None:
        """Wait, but not once stopped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _due(self) -> set[str]:
        """Return which transports have something to carry; asks less often while nobody writes."""
        rested = time.monotonic() - self._found_at < LOOK_CLOSELY_EVERY_SECONDS
        if self._found or not (self._stillness.here() and rested):
            self._found, self._found_at = claims.due(transports.names()), time.monotonic()
        return self._found


class _Desk:
    """One transport: what is at hand, on which ways, and what came of it."""

    def __init__(self, sender: Sender, transport: Transport) -> None:
        self._sender = sender
        self._transport = transport
        self._manner = transports.manner_of(transport)
        self._bodies = KnownBodies(sender.ask)
        self._book = Book(transport, sender.name)
        self._gate = Gate(self._manner.begin_at_once)
        self._ways: dict[str, Way] = {}
        self._at_hand: dict[int, Held] = {}
        self._settled: list[Settled] = []
        self._returned: list[Returned] = []
        self._worked: dict[str, float] = {}
        """Routes that worked, and the seconds that the last answer took."""
        self._down: dict[str, tuple[str, asyncio.Future[datetime]]] = {}
        """Routes that do not work, what was said, and when they may be tried again."""
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
                    await either(self._written, SETTLE_EVERY_SECONDS)
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
        full, full_of_ailing = self._full()
        begun, begun_by_the_clock = time.monotonic(), time.time()
        taken = await self._sender.ask(partial(self._book.take, CLAIMED_TOGETHER, full, full_of_ailing))
        for outgoing in taken:
            self._hand_out(outgoing, begun + SAFE_SECONDS, begun_by_the_clock + SAFE_SECONDS)
        return len(taken)

    def _full(self) -> tuple[set[str], bool]:
        """Return the routes for which nothing more is claimed, and whether enough is at hand for ailing ones.

        Of an ailing route one delivery is at hand, and of all of them a quarter of what may be.
        """
        if self._transport.only_route is not None:
            return set(), False
        ailing = self._book.ailing
        most = self._manner.per_route
        full = {name for name, way in self._ways.items() if way.at_hand >= (1 if name in ailing else most)}
        at_hand = sum(self._ways[name].at_hand for name in ailing if name in self._ways)
        return full, at_hand >= self._manner.at_hand * AILING_SHARE

    def _hand_out(self, outgoing: Outgoing, until: float, until_by_the_clock: float) -> None:
        if outgoing.id in self._at_hand:
            return  # claimed again because the clock was set: what is at hand is brought back first
        route = self._transport.route(outgoing.destination)
        way = self._ways.setdefault(route, Way(route))
        way.waiting.append(outgoing)
        way.at_hand += 1
        way.more.set()
        self._at_hand[outgoing.id] = Held(outgoing, way, until, until_by_the_clock)
        if len(way.couriers) < min(self._transport.couriers(route), way.at_hand):
            courier = asyncio.create_task(self._carry(way))
            way.couriers.add(courier)
            courier.add_done_callback(partial(self._came_home, way))

    async def _carry(self, way: Way) -> None:
        """Send one courier on its way, again and again while there is something to carry."""
        while way.waiting and not self._sender.stopping:
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

    async def _next(self, way: Way, held: dict[int, Outgoing], *, wait: bool = True) -> Outgoing | None:
        if wait and not way.waiting and not self._sender.stopping:
            way.more.clear()
            try:
                async with asyncio.timeout(COURIER_WAITS_SECONDS):
                    await way.more.wait()
            except TimeoutError:
                return None
        while way.waiting and not self._sender.stopping:
            await self._gate.enter(last=way.route in self._book.ailing)
            if not way.waiting or self._sender.stopping:
                self._gate.leave()
                break
            outgoing = way.waiting.popleft()
            if (at_hand := self._at_hand[outgoing.id]).is_safe:
                held[outgoing.id] = outgoing
                self._gate.begins(at_hand)
                if at_hand.place is None:
                    return outgoing
                return replace(outgoing, sent=partial(self._gate.has_begun, at_hand))
            self._gate.leave()
            self._bring_back([outgoing], "It waited too long for a courier.", timezone.now())
        return None

    def _report(self, held: dict[int, Outgoing], settled: Settled) -> asyncio.Future[None]:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if held.pop(settled.id, None) is None:
            stored.set_result(None)  # reported twice, or never given out
            return stored
        at_hand = self._at_hand[settled.id]
        self._gate.has_begun(at_hand)
        if not settled.is_unwell:
            self._worked[at_hand.way.route] = time.monotonic() - at_hand.begun
        self._settled.append(settled)
        self._stored[settled.id] = stored
        self._enough.set()
        return stored

    async def _route_down(self, way: Way, held: dict[int, Outgoing], reply: str) -> None:
        """Bring back all that was to go this way, and leave the way alone for a while."""
        for outgoing in held.values():
            self._gate.has_begun(self._at_hand[outgoing.id])
        if way.down_until is None or way.down_until <= timezone.now():
            if way.route not in self._down:
                self._down[way.route] = reply, asyncio.get_running_loop().create_future()
                self._enough.set()
            way.down_until = await asyncio.shield(self._down[way.route][1])
        self._bring_back([*held.values(), *way.waiting], reply, way.down_until)
        way.waiting.clear()

    def _bring_back(self, deliveries: Any, reply: str, due_at: datetime) -> None:
        self._returned += [Returned(outgoing.id, reply, due_at) for outgoing in deliveries]
        self._enough.set()

    def _came_home(self, way: Way, courier: asyncio.Task[None]) -> None:
        way.couriers.discard(courier)
        if not courier.cancelled() and courier.exception() is not None:
            logger.error("a way of %s ended", self._transport.name, exc_info=courier.exception())

    async def _write_down(self) -> None:
        while True:
            await self._enough.wait()
            await self._hear_others_out()
            self._enough.clear()
            try:
                await self._flush()
            except Exception:  # whatever it is: nobody would write anything down any more
                logger.exception("what came of deliveries cannot be written down now; it is tried again")
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
                self._enough.set()
            self._written.set()
            await asyncio.sleep(self._manner.written_every)

    async def _hear_others_out(self) -> None:
        """Let couriers whose answers are there already report too: what is written together costs less."""
        before = -1
        while len(self._settled) > before:
            before = len(self._settled)
            await asyncio.sleep(0)

    async def _flush(self) -> None:
        while self._settled or self._returned or self._down:
            settled, self._settled = self._settled[:SETTLED_TOGETHER], self._settled[SETTLED_TOGETHER:]
            returned, self._returned = self._returned, []
            worked, self._worked = self._worked, {}
            down = dict(self._down)
            came = Came(settled, returned, worked, {route: reply for route, (reply, _) in down.items()})
            given = {one.id: self._at_hand[one.id].outgoing for one in settled}
            try:
                more_follows = len(settled) + len(returned) < len(self._at_hand)
                again = await self._sender.ask(partial(self._book.write, came, given), hastily=more_follows)
            except Exception:
                self._settled[:0], self._returned[:0] = settled, returned
                self._worked = worked | self._worked
                raise
            self._is_written(came)
            for route, (_reply, waiting) in down.items():
                self._down.pop(route)
                if not waiting.done():
                    waiting.set_result(again[route])

    def _is_written(self, came: Came) -> None:
        """Let go of what is in the ledger, and tell the couriers."""
        for pk in [*(one.id for one in came.settled), *(one.id for one in came.returned)]:
            if (gone := self._at_hand.pop(pk, None)) is not None:
                gone.way.at_hand -= 1
        for one in came.settled:
            if (waiting := self._stored.pop(one.id, None)) and not waiting.done():
                waiting.set_result(None)
        self._done += len(came.settled)

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
