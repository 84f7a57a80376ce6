# SPDX-License-Identifier: Apache-2.0
"""A transport of the tests' own: it carries to a list, and fails as it is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from onrecord.delivery.actions import Recipient, freeze
from onrecord.delivery.errors import RouteDown
from onrecord.delivery.manners import USUAL, Manner
from onrecord.delivery.models import Distribution, Lane, State
from onrecord.delivery.sender import Sender
from onrecord.delivery.transports import Bodies, Courier, Limits, Next, Outgoing, Report, Settled
from onrecord.journal.events import CLOCK

Answer = Callable[[Outgoing], Settled]


def accept(outgoing: Outgoing) -> Settled:
    """Say that it arrived."""
    return Settled(outgoing.id, State.ACCEPTED, "250 thank you")


@dataclass
class Pigeons:
    """Carries each delivery to `arrived`; `answers` says what a destination answers instead of accepting."""

    name: str = "pigeons"
    only_route: str | None = None
    arrived: list[tuple[str, str, str]] = field(default_factory=list)
    """Recipient, message id, text."""
    answers: dict[str, Answer] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    """How long a destination takes for each delivery."""
    limits: Limits = field(default_factory=Limits)
    manner: Manner = USUAL
    at_once: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    """The most couriers that were at a route at once."""

    def route(self, destination: str) -> str:
        return self.only_route or destination

    def couriers(self, route: str) -> int:
        return 2

    @asynccontextmanager
    async def courier(self, route: str, bodies: Bodies) -> AsyncIterator[Courier]:
        if route in self.down:
            raise RouteDown(f"no connection to {route}")
        self.at_once[route] += 1
        self.most[route] = max(self.most[route], self.at_once[route])
        try:
            yield _Pigeon(self, bodies)
        finally:
            self.at_once[route] -= 1


@dataclass
class _Pigeon:
    loft: Pigeons
    bodies: Bodies

    async def carry(self, next_one: Next, report: Report) -> None:
        while (outgoing := await next_one()) is not None:
            if outgoing.destination in self.loft.down:
                raise RouteDown("hung up")
            await asyncio.sleep(self.loft.seconds.get(outgoing.destination, 0))
            settled = self.loft.answers.get(outgoing.destination, accept)(outgoing)
            if settled.state == State.ACCEPTED:
                text = (await self.bodies.of(outgoing.distribution))["text"]
                self.loft.arrived.append((outgoing.recipient, outgoing.message_id, text))
            await report(settled)


def recipients(count: int, destination: str = "loft.example", start: int = 0) -> list[Recipient]:
    """Return as many recipients at one place."""
    return [
        Recipient(f"subscription/{number}", f"reader{number}@{destination}", destination)
        for number in range(start, start + count)
    ]


def send(
    to: list[Recipient], *, version: int = 1, text: str = "Water is safe", **fields: Any
) -> Distribution:
    """Freeze a distribution."""
    defaults: dict[str, Any] = {
        "transport": "pigeons",
        "object_key": "statement/1",
        "purpose": "edition",
        "label": f"Water is safe ({version})",
        "lane": Lane.BULK,
        "body": {"text": text},
    }
    return freeze(
        version=version,
        recipients=to,
        host="news.elmford.example",
        by=CLOCK,
        **{**defaults, **fields},
    )


def carry(name: str = "sender 1") -> int:
    """Run a sender until nothing is due."""
    return asyncio.run(Sender(name).run(until_idle=True))


def states(distribution: Distribution) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    return dict(Counter(distribution.deliveries.values_list("state", flat=True)))
