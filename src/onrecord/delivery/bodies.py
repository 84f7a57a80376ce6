# SPDX-License-Identifier: Apache-2.0
"""The bodies of the distributions that a sender has at hand: each is read once for all its deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from onrecord.delivery.models import Distribution

KEPT = 20
Ask = Callable[[Callable[[], dict[str, Any]]], Awaitable[dict[str, Any]]]


class KnownBodies:
    """Does what onrecord.delivery.transports.Bodies promises; `ask` runs what needs the database."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def of(self, distribution: int) -> dict[str, Any]:
        """Return the body of a distribution, read once."""
        if distribution not in self._known:
            while len(self._known) >= KEPT:
                self._known.pop(next(iter(self._known)))
            query = Distribution.objects.filter(pk=distribution).values_list("body", flat=True)
            self._known[distribution] = asyncio.ensure_future(self._ask(query.get))
        known = self._known[distribution]
        if known.done() and known.exception() is not None:
            del self._known[distribution]  # the next one asks again
        return known.result() if known.done() else await asyncio.shield(known)
