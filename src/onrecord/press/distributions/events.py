# SPDX-License-Identifier: Apache-2.0
"""What can happen to distributions. No event names a title, a person or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class DistributionMade(Event):
    """A distribution to the press was begun; the subject is `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_made"
    statement: str


@dataclass(frozen=True, kw_only=True)
class DistributionChanged(Event):
    """What is sent, or to whom, was changed; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_changed"


@dataclass(frozen=True, kw_only=True)
class DistributionSubmitted(Event):
    """It goes to so many that somebody else has to approve it; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_submitted"
    recipients: int


@dataclass(frozen=True, kw_only=True)
class DistributionApproved(Event):
    """Somebody who did not make it approved it; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_approved"
    recipients: int


@dataclass(frozen=True, kw_only=True)
class DistributionReturned(Event):
    """It is a draft again: sent back, or taken back; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_returned"
    remark: str


@dataclass(frozen=True, kw_only=True)
class DistributionScheduled(Event):
    """It goes out at a moment; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_scheduled"
    at: str


@dataclass(frozen=True, kw_only=True)
class DistributionHeld(Event):
    """It did not go out at its moment and waits for a person; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_held"
    reason: str


@dataclass(frozen=True, kw_only=True)
class DistributionSent(Event):
    """Its audience is frozen, and it goes out; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_sent"
    recipients: int
    ledger: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DistributionCancelled(Event):
    """It will not be sent; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_cancelled"


@dataclass(frozen=True, kw_only=True)
class DistributionTested(Event):
    """Somebody sent it to themselves; `press-distribution/<id>`."""

    name: ClassVar[str] = "press.distribution_tested"


@dataclass(frozen=True, kw_only=True)
class PressFollowedUp(Event):
    """A later edition goes to whoever got an earlier one as press; `statement/<id>`."""

    name: ClassVar[str] = "press.followed_up"
    number: int
    recipients: int


@dataclass(frozen=True, kw_only=True)
class DistributionPolicyChanged(Event):
    """How this newsroom sends to the press was changed; the subject is `press`."""

    name: ClassVar[str] = "press.distribution_policy_changed"
    approval_above: int
    replies: str
