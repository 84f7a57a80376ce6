# SPDX-License-Identifier: Apache-2.0
"""What can happen to a destination; `subject` is `destination/<id>`. No event holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class DestinationAdded(Event):
    """An outlet receives editions there from now on."""

    name: ClassVar[str] = "press.destination_added"
    destination: str


@dataclass(frozen=True, kw_only=True)
class DestinationChanged(Event):
    """Name, address, format, languages or what it may see were changed."""

    name: ClassVar[str] = "press.destination_changed"
    destination: str


@dataclass(frozen=True, kw_only=True)
class DestinationPaused(Event):
    """Nothing goes there until it is resumed; what comes up waits."""

    name: ClassVar[str] = "press.destination_paused"
    destination: str


@dataclass(frozen=True, kw_only=True)
class DestinationResumed(Event):
    """What waits goes there again, in order."""

    name: ClassVar[str] = "press.destination_resumed"
    destination: str


@dataclass(frozen=True, kw_only=True)
class DestinationStopped(Event):
    """Something was not taken there, so that all that follows waits for a person."""

    name: ClassVar[str] = "press.destination_stopped"
    destination: str
    number: int
    reply: str


@dataclass(frozen=True, kw_only=True)
class DestinationClosed(Event):
    """Nothing goes there any more, and its tokens open nothing."""

    name: ClassVar[str] = "press.destination_closed"
    destination: str


@dataclass(frozen=True, kw_only=True)
class DestinationSecretRenewed(Event):
    """A destination has a new secret; the earlier one counts for two days more."""

    name: ClassVar[str] = "press.destination_secret_renewed"
    destination: str


@dataclass(frozen=True, kw_only=True)
class TokenMade(Event):
    """A token was made with which a destination fetches."""

    name: ClassVar[str] = "press.token_made"
    destination: str
    token: str
    embargoed: bool


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A token opens nothing any more."""

    name: ClassVar[str] = "press.token_revoked"
    destination: str
    token: str


@dataclass(frozen=True, kw_only=True)
class TransmissionLeftOut(Event):
    """Somebody let a destination go on without a number that it does not take."""

    name: ClassVar[str] = "press.transmission_left_out"
    destination: str
    number: int


@dataclass(frozen=True, kw_only=True)
class TransmissionRepeated(Event):
    """Somebody sent a destination a number once more."""

    name: ClassVar[str] = "press.transmission_repeated"
    destination: str
    number: int


@dataclass(frozen=True, kw_only=True)
class TopicsCoded(Event):
    """Topics were given codes of the IPTC; the subject is `wire`."""

    name: ClassVar[str] = "press.topics_coded"
    topics: int
