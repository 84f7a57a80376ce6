# SPDX-License-Identifier: Apache-2.0
"""What can happen to embargoes. No event names a title, a person or an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class EmbargoTold(Event):
    """Links to a text before its time were handed out; the subject is `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_told"
    links: int
    until: str


@dataclass(frozen=True, kw_only=True)
class EmbargoAcknowledged(Event):
    """Whoever has a link acknowledged the terms; `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_acknowledged"
    link: int
    terms_version: int


@dataclass(frozen=True, kw_only=True)
class EmbargoLinksRevoked(Event):
    """Links open nothing any more; `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_links_revoked"
    links: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EmbargoMoved(Event):
    """It has another moment or other terms, and all who have it are told; `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_moved"
    until: str
    terms_version: int


@dataclass(frozen=True, kw_only=True)
class EmbargoHeld(Event):
    """Its moment was taken back, and all who have it are told; `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_held"


@dataclass(frozen=True, kw_only=True)
class EmbargoLifted(Event):
    """Somebody released it before its moment, for everybody; `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_lifted"
    reason: str


@dataclass(frozen=True, kw_only=True)
class EmbargoEnded(Event):
    """The edition is public, and all who had a link are told; `press-embargo/<id>`."""

    name: ClassVar[str] = "press.embargo_ended"
    edition_id: int


@dataclass(frozen=True, kw_only=True)
class EmbargoBroken(Event):
    """Somebody published before the moment; the subject is `press-breach/<id>`."""

    name: ClassVar[str] = "press.embargo_broken"
    embargo: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class BreachForgiven(Event):
    """Whoever broke an embargo may get things under embargo again; `press-breach/<id>`."""

    name: ClassVar[str] = "press.embargo_breach_forgiven"
