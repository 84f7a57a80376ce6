# SPDX-License-Identifier: Apache-2.0
"""What a sender has at hand for each route, and the gate through which deliveries begin."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from onrecord.delivery.transports import Outgoing

BEGINNING_SECONDS = 0.1
"""So long a delivery counts as beginning at most: then it waits for the other side, and costs nothing."""
LAG_SECONDS = 0.02
"""A timer that comes so late says that the processor is what is short: then nothing more is begun."""
KEPT_FOR_WELL = 0.8
"""Of the places so many are for hosts that are well: others begin once hardly any of these is under way."""


@dataclass(slots=True)
class Way:
    """What is at hand for one route."""

    route: str
    waiting: deque[Outgoing] = field(default_factory=deque)
    more: asyncio.Event = field(default_factory=asyncio.Event)
    couriers: set[asyncio.Task[None]] = field(default_factory=set)
    at_hand: int = 0
    down_until: datetime | None = None
    """Set by the first courier that found the way closed, for those beside it."""


@dataclass(slots=True)
class Held:
    """A delivery at hand, where it goes, until when it is safe to begin with it, and when it was begun."""

    outgoing: Outgoing
    way: Way
    until: float
    until_by_the_clock: float
    begun: float = 0.0
    place: asyncio.TimerHandle | None = None

    @property
    def is_safe(self) -> bool:
        """Whether nobody else may have taken it over: by time that passed, or because the clock was set."""
        return time.monotonic() < self.until and time.time() < self.until_by_the_clock


class Gate:
    """Lets so many deliveries begin at once, those to hosts that are well first.

    A thousand that are begun together arrive together, at the end; a few after the other arrive one by one.
    A place is free again once the message is with the other side, or a moment later unless the processor is
    behind: who is slow to answer, or not there, keeps nobody waiting.
    """

    def __init__(self, places: int | None) -> None:
        """Have so many places; None: whoever comes may begin."""
        self._free = places
        self._kept = int((places or 0) * KEPT_FOR_WELL)
        self._well: deque[asyncio.Future[None]] = deque()
        self._ailing: deque[asyncio.Future[None]] = deque()

    async def enter(self, *, last: bool) -> None:
        """Wait for a place; `last` behind all others."""
        if self._free is None:
            return
        if self._free > (self._kept if last else 0):
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._ailing if last else self._well).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the place was given to somebody who is gone
            raise

    def begins(self, held: Held) -> None:
        """Note that a delivery takes the place that was waited for."""
        held.begun = time.monotonic()
        if self._free is not None:
            self._let(held)

    def has_begun(self, held: Held) -> None:
        """Free the place of a delivery, unless it is free already."""
        if held.place is not None:
            held.place.cancel()
            held.place = None
            self.leave()

    def leave(self) -> None:
        """Give a place to whoever is next."""
        if self._free is None:
            return
        self._free += 1
        for waiting, kept in ((self._well, 0), (self._ailing, self._kept)):
            while waiting and self._free > kept:
                turn = waiting.popleft()
                if not turn.done():
                    self._free -= 1
                    turn.set_result(None)

    def _let(self, held: Held) -> None:
        loop = asyncio.get_running_loop()
        held.place = loop.call_later(BEGINNING_SECONDS, self._is_over, held, loop.time() + BEGINNING_SECONDS)

    def _is_over(self, held: Held, expected: float) -> None:
        if asyncio.get_running_loop().time() - expected > LAG_SECONDS:
            self._let(held)
        else:
            held.place = None
            self.leave()


async def either(happened: asyncio.Event, seconds: float) -> None:
    """Wait until something happened, but not longer than so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # wait_for may swallow a cancellation in Python 3.11
            await happened.wait()
    happened.clear()
