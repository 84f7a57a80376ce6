# SPDX-License-Identifier: Apache-2.0
"""What can happen between the newsroom and servers elsewhere. No event holds words that somebody wrote there.

`subject` is `follow/<id>`, `quote/<id>`, `flag/<id>`, `remote-actor/<id>` or `domain-block/<id>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Followed(Event):
    """An account elsewhere follows one of the newsroom's. `actor` is the name of that."""

    name: ClassVar[str] = "federation.followed"
    actor: str
    host: str


@dataclass(frozen=True, kw_only=True)
class Unfollowed(Event):
    """An account elsewhere follows no more. `reason`: undone, gone, blocked or moved."""

    name: ClassVar[str] = "federation.unfollowed"
    actor: str
    host: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuoteAuthorised(Event):
    """Somebody elsewhere quotes a statement, and was given the stamp that says they may."""

    name: ClassVar[str] = "federation.quote_authorised"
    statement_id: int
    uri: str


@dataclass(frozen=True, kw_only=True)
class QuoteRevoked(Event):
    """The stamp of a quote was taken back."""

    name: ClassVar[str] = "federation.quote_revoked"
    statement_id: int
    uri: str


@dataclass(frozen=True, kw_only=True)
class Flagged(Event):
    """A server elsewhere passed on a report. What it is about stands in the row of the flag."""

    name: ClassVar[str] = "federation.flagged"
    flag_id: int


@dataclass(frozen=True, kw_only=True)
class ActorGone(Event):
    """An account elsewhere does not exist any more, by its own word or that of its server."""

    name: ClassVar[str] = "federation.actor_gone"
    host: str


@dataclass(frozen=True, kw_only=True)
class HostBlocked(Event):
    """Nothing is taken from a server elsewhere any more, for a reason that is public."""

    name: ClassVar[str] = "federation.host_blocked"
    host: str
    reason: str
    until: str = ""
    """ISO 8601; empty if no end is set."""


@dataclass(frozen=True, kw_only=True)
class HostUnblocked(Event):
    """A server elsewhere is heard again: somebody lifted its block, or its time was over."""

    name: ClassVar[str] = "federation.host_unblocked"
    host: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    """What the newsroom chooses about the fediverse has changed: the names of the fields."""

    name: ClassVar[str] = "federation.policy_changed"
    fields: list[str]
