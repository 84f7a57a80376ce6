# SPDX-License-Identifier: Apache-2.0
"""The bodies of the distributions that a sender has at hand: each is read once for all its deliveries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from onrecord.delivery.models import Distribution

KEPT = 20
Result = TypeVar("Result")


class Ask(Protocol):
    """Runs what needs the database in its thread."""

    def __call__(self, question: Callable[[], Result]) -> Awaitable[Result]: ...


class KnownBodies:
    """Does what onrecord.delivery.transports.Bodies promises."""

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

    async def ask(self, question: Callable[[], Result]) -> Result:
        """Run something with the database in its thread."""
        return await self._ask(question)
