# SPDX-License-Identifier: Apache-2.0
"""Who takes mail that a person wrote. `wiring` registers them; the first that takes a message has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from onrecord.delivery.models import Delivery


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail that no machine wrote, as far as can be seen. Who sent it is not proved."""

    raw: bytes = field(repr=False)
    """As it came, perhaps cut off; read it with bounds."""
    sender: str
    recipients: tuple[str, ...]
    answers: Delivery | None
    """Which of ours it answers, if its addresses show that its sender got that."""


Handler = Callable[[Incoming], bool]
"""Takes a message and returns True, or returns False; in the transaction in which it is noted.

It may be called twice for one message. When it raises, the message comes again later.
"""

_handlers: dict[str, Handler] = {}


def register(handler: Handler) -> None:
    """Offer mail of people to `handler`; a second registration replaces the first."""
    _handlers[f"{handler.__module__}.{handler.__qualname__}"] = handler


def forget(handler: Handler) -> None:
    """Offer it nothing more."""
    _handlers.pop(f"{handler.__module__}.{handler.__qualname__}", None)


def taken(incoming: Incoming) -> bool:
    """Tell whether somebody takes a message."""
    return any(handler(incoming) for handler in list(_handlers.values()))
