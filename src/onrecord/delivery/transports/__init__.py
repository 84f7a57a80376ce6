# SPDX-License-Identifier: Apache-2.0
"""How a delivery gets to where it goes: one module or folder for each kind of transport.

The engine claims deliveries, hands them to couriers, and writes down what these report. A kind states:

- durability: `ACCEPTED` is reported only when the other side has said that it took the message;
- idempotency: every attempt carries the same `message_id`, so that a repeated message can be recognised;
- retries: never by the courier. It reports `DEFERRED`, perhaps with `retry_after`, and the engine decides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

from onrecord.delivery.errors import UnknownTransport
from onrecord.delivery.manners import USUAL, Manner
from onrecord.delivery.models import State

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery on its way."""

    id: int
    distribution: int
    recipient: str
    destination: str
    message_id: str
    data: dict[str, Any]
    attempt: int
    """From 1."""
    sent: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)
    """To be called, if that can be told, when only the answer is waited for: then the next one may begin."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of one attempt: ACCEPTED, DEFERRED (try again), FAILED (for good) or UNKNOWN."""

    id: int
    state: State
    reply: str = ""
    retry_after: float | None = None
    """Seconds that the other side asked to wait; for DEFERRED."""
    rest: float | None = None
    """Seconds for which the destination wants nothing at all, as with the answer 429; for DEFERRED."""
    is_unwell: bool = False
    """Whether the host itself is at fault, as with an answer 5xx or none: the circuit breaker counts it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go, in messages a minute; 0 is without limit. Senders keep to it together."""

    per_minute: float = 0.0
    """On the one way that everything takes."""
    per_destination: float = 0.0
    warm_up_days: float = 0.0
    """How long a way or destination that is new is given less: a 64th at first, doubled six times."""


class Next(Protocol):
    """Gives a courier its next delivery."""

    async def __call__(self, *, wait: bool = True) -> Outgoing | None:
        """Return the next delivery. None with `wait`: go home; without: there is none at hand just now."""


Report = Callable[[Settled], Awaitable[None]]
"""Notes what came of a delivery, at once; awaiting what it returns waits until that is in the ledger.

A courier hands over nothing more before its last report is in the ledger: then one that is killed has at
most one message out of which the ledger does not know. Meanwhile it may do what hands over nothing.
"""


class Courier(Protocol):
    """Carries deliveries over one connection, or one at a time."""

    async def carry(self, next_one: Next, report: Report) -> None:
        """Take deliveries until there are none, and report each that was taken, in any order.

        Raises RouteDown when nothing can be carried on this way now: what was taken and not reported is
        tried again later. Any other exception is an error in the courier; it has the same effect and is
        logged. It may hold several deliveries at once.
        """


class Transport(Protocol):
    """One kind of transport."""

    @property
    def name(self) -> str:
        """What distributions call it."""

    @property
    def only_route(self) -> str | None:
        """The one way that everything takes, as a mail relay; None if each destination has its own."""

    def route(self, destination: str) -> str:
        """Return the host that a destination is reached through; what the circuit breaker watches."""

    def couriers(self, route: str) -> int:
        """Return how many couriers may be on the way to a route at once."""

    def courier(self, route: str, bodies: Bodies) -> AbstractAsyncContextManager[Courier]:
        """Open the way to a route. Raises RouteDown."""


@runtime_checkable
class Limited(Protocol):
    """What a transport has beside the rest if there are limits to keep to."""

    @property
    def limits(self) -> Limits:
        """Return how much may go."""


def limits_of(transport: Transport) -> Limits:
    """Return the limits of a transport; one that states none has none."""
    return transport.limits if isinstance(transport, Limited) else Limits()


@runtime_checkable
class Mannered(Protocol):
    """What a transport has beside the rest if it is more or less patient than others."""

    @property
    def manner(self) -> Manner:
        """Return how it goes about its deliveries."""


def manner_of(transport: Transport) -> Manner:
    """Return how patient a transport is; one that says nothing is as others are."""
    return transport.manner if isinstance(transport, Mannered) else USUAL


class Bodies(Protocol):
    """The bodies of distributions, read once each; and the database, for what little else a courier asks."""

    async def of(self, distribution: int) -> dict[str, Any]:
        """Return the body of a distribution."""

    async def ask(self, question: Callable[[], Result]) -> Result:
        """Run something with the database in its thread, in turn with the ledger: seldom, and never long."""


_transports: dict[str, Transport] = {}


def register(transport: Transport) -> None:
    """Add a kind; a second one under its name replaces it. Called once, at start, from `wiring`."""
    _transports[transport.name] = transport


def forget(name: str) -> None:
    """Take a kind away again."""
    _transports.pop(name, None)


def names() -> tuple[str, ...]:
    """Return the names of all kinds."""
    return tuple(_transports)


def named(name: str) -> Transport:
    """Return the kind of this name. Raises UnknownTransport."""
    try:
        return _transports[name]
    except KeyError:
        known = ", ".join(sorted(_transports)) or "none"
        raise UnknownTransport(
            f"Nobody registered a transport {name!r}. Known: {known}. List it in `wiring`."
        ) from None
