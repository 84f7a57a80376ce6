# SPDX-License-Identifier: Apache-2.0
"""What a sender knows of the routes of one transport, and how it writes down what came of deliveries.

Everything here runs in the thread of the database.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from onrecord.delivery import claims, paces, routes, transports
from onrecord.delivery.claims import Returned
from onrecord.delivery.models import State
from onrecord.delivery.transports import Outgoing, Settled, Transport

KNOWN_SECONDS = 5.0
"""How often it is noted that a route works."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of deliveries and routes since it was written down last."""

    settled: Sequence[Settled]
    returned: Sequence[Returned]
    worked: Mapping[str, float]
    """Routes that worked, with the seconds that the last answer took."""
    down: Mapping[str, str]
    """Routes on which nothing could be carried, with what was said."""


class Book:
    """The ledger of one transport, as one sender keeps it."""

    def __init__(self, transport: Transport, by: str) -> None:
        self._transport, self._by = transport, by
        self._manner = transports.manner_of(transport)
        self._slow: set[str] = set()
        """Destinations that have put something off and taken nothing since."""
        self._known_to_work: dict[str, tuple[float, bool]] = {}
        """When it was last noted that a route works, and whether slowly."""
        self.ailing: set[str] = set()
        """Routes that did not work lately or slowly, by the last look: they come last."""

    def take(self, limit: int, full: Collection[str], full_of_ailing: bool) -> list[Outgoing]:
        """Claim what may go now, nothing for routes that are `full`."""
        transport = self._transport
        found = routes.ailing(transport.name)
        closed = {name: until for name, until in found.items() if until is not None}
        if transport.only_route in closed:
            return []
        self._slow |= paces.slow(transport.name)
        self.ailing = set() if transport.only_route is not None else {*found, *self._slow}
        return claims.claim(
            transport.name,
            by=self._by,
            limit=limit,
            except_destinations={*full, *(self.ailing if full_of_ailing else ())},
            last_destinations=() if full_of_ailing else self.ailing,
            limits=transports.limits_of(transport),
            manner=self._manner,
            relay=transport.only_route,
            closed=(lambda destination: closed.get(transport.route(destination))) if closed else None,
        )

    def write(self, came: Came, given: Mapping[int, Outgoing]) -> dict[str, datetime]:
        """Write down what came of deliveries and routes; return when those that are down may be tried again.

        All of it or nothing. `given` holds what was settled, by its number.
        """
        settled = came.settled
        put_off = {one.id: given[one.id].attempt for one in settled if one.state == State.DEFERRED}
        took = {given[one.id].destination for one in settled if one.state == State.ACCEPTED}
        news = self._news(came.worked)
        failing = self._failing(came, given)
        if not (put_off or news or failing or came.returned or took & self._slow):
            claims.settle(settled, by=self._by, attempts=put_off, manner=self._manner)  # one statement
            return {}
        with transaction.atomic():
            if settled:
                claims.settle(settled, by=self._by, attempts=put_off, manner=self._manner)
                self._heed([(given[one.id].destination, one) for one in settled])
            if came.returned:
                claims.give_back(came.returned, by=self._by, manner=self._manner)
            if news:
                routes.succeeded(self._transport.name, news)
            again = self._fails(failing) if failing else {}
        for name in news.keys() - failing.keys():
            self._known_to_work[name] = time.monotonic(), news[name] > routes.SLOW_SECONDS
        return again

    def _failing(self, came: Came, given: Mapping[int, Outgoing]) -> dict[str, str]:
        """Return the routes on which nothing worked, with what was said."""
        unwell = {
            self._transport.route(given[one.id].destination): one.reply
            for one in came.settled
            if one.is_unwell
        }
        return {name: reply for name, reply in unwell.items() if name not in came.worked} | dict(came.down)

    def _news(self, worked: Mapping[str, float]) -> dict[str, float]:
        """Return which of the routes that worked, and how fast, has to be noted."""
        now = time.monotonic()
        news: dict[str, float] = {}
        for name, seconds in worked.items():
            noted_at, was_slow = self._known_to_work.get(name, (-KNOWN_SECONDS, False))
            if now - noted_at >= KNOWN_SECONDS or was_slow is not (seconds > routes.SLOW_SECONDS):
                news[name] = seconds
        return news

    def _fails(self, replies: Mapping[str, str]) -> dict[str, datetime]:
        """Tell the circuit breaker; return when these routes may be tried again."""
        for name in replies:
            self._known_to_work.pop(name, None)
        return routes.failed(self._transport.name, replies, breaker=self._manner.breaker)

    def _heed(self, came: list[tuple[str, Settled]]) -> None:
        """Let destinations rest that put things off, and go on with those that take them again."""
        put_off = {name for name, one in came if one.state == State.DEFERRED}
        took = {name for name, one in came if one.state == State.ACCEPTED} - put_off
        if put_off:
            paces.heed(self._transport.name, came)
        if took & self._slow:
            paces.went_well(self._transport.name, took & self._slow)
        self._slow = (self._slow | put_off) - took
