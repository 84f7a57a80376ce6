# SPDX-License-Identifier: Apache-2.0
"""What happens to distributions; what happens to single deliveries stands in their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Frozen(Event):
    """The audience of a distribution is complete, and it may go out."""

    name: ClassVar[str] = "delivery.frozen"
    recipients: int
    transport: str


@dataclass(frozen=True, kw_only=True)
class Paused(Event):
    """Nothing more of a distribution is claimed until it is resumed."""

    name: ClassVar[str] = "delivery.paused"


@dataclass(frozen=True, kw_only=True)
class Resumed(Event):
    """A paused or late distribution goes on."""

    name: ClassVar[str] = "delivery.resumed"


@dataclass(frozen=True, kw_only=True)
class Cancelled(Event):
    """What was still pending of a distribution does not go out."""

    name: ClassVar[str] = "delivery.cancelled"
    pending: int


@dataclass(frozen=True, kw_only=True)
class HeldBack(Event):
    """A distribution is more than two hours late and waits for a person."""

    name: ClassVar[str] = "delivery.held_back"


@dataclass(frozen=True, kw_only=True)
class Finished(Event):
    """Every delivery of a distribution is settled."""

    name: ClassVar[str] = "delivery.finished"
    counts: dict[str, int]
    """Deliveries by state."""


@dataclass(frozen=True, kw_only=True)
class GivenUp(Event):
    """What was pending for a host is not tried any more."""

    name: ClassVar[str] = "delivery.given_up"
    transport: str
    pending: int


@dataclass(frozen=True, kw_only=True)
class Retried(Event):
    """Failed deliveries are tried again, from the first attempt."""

    name: ClassVar[str] = "delivery.retried"
    deliveries: int


@dataclass(frozen=True, kw_only=True)
class Exported(Event):
    """Somebody took a list of recipients, with what became of each, out of the newsroom."""

    name: ClassVar[str] = "delivery.exported"
    rows: int
    destination: str
    """The host whose recipients they are; empty for all."""
    state: str


@dataclass(frozen=True, kw_only=True)
class TextForgotten(Event):
    """The text of a distribution was erased; what was pending of it does not go out."""

    name: ClassVar[str] = "delivery.text_forgotten"
    pending: int


@dataclass(frozen=True, kw_only=True)
class Suppressed(Event):
    """An address gets nothing more; the subject does not name it."""

    name: ClassVar[str] = "delivery.suppressed"
    reason: str
    recipient_key: str = ""
    """Its owner's name for it, as subscription/17, if a delivery to it was the cause."""


@dataclass(frozen=True, kw_only=True)
class Allowed(Event):
    """An address that had got nothing more may be written to again; the subject does not name it."""

    name: ClassVar[str] = "delivery.allowed"
    reason: str
