# SPDX-License-Identifier: Apache-2.0
"""What can happen to outlets, journalists and lists. No event holds a name, an address or a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class OutletAdded(Event):
    """An outlet was entered; the subject is `outlet/<id>`."""

    name: ClassVar[str] = "press.outlet_added"


@dataclass(frozen=True, kw_only=True)
class OutletChanged(Event):
    """Details of an outlet were changed; `outlet/<id>`."""

    name: ClassVar[str] = "press.outlet_changed"


@dataclass(frozen=True, kw_only=True)
class JournalistAdded(Event):
    """A journalist was entered; the subject is `journalist/<id>`."""

    name: ClassVar[str] = "press.journalist_added"
    source: str
    legal_basis: str


@dataclass(frozen=True, kw_only=True)
class JournalistChanged(Event):
    """Details of a journalist were changed, by staff or by themselves; `journalist/<id>`."""

    name: ClassVar[str] = "press.journalist_changed"


@dataclass(frozen=True, kw_only=True)
class JournalistsMerged(Event):
    """Two entries were one person; `journalist/<id>` is the one that stays."""

    name: ClassVar[str] = "press.journalists_merged"
    merged: int


@dataclass(frozen=True, kw_only=True)
class JournalistStopped(Event):
    """A journalist is sent nothing more; `journalist/<id>`."""

    name: ClassVar[str] = "press.journalist_stopped"
    reason: str


@dataclass(frozen=True, kw_only=True)
class JournalistResumed(Event):
    """A journalist who had stopped is sent mail again; `journalist/<id>`."""

    name: ClassVar[str] = "press.journalist_resumed"


@dataclass(frozen=True, kw_only=True)
class JournalistErased(Event):
    """Everything about a journalist was erased; `journalist/<id>`."""

    name: ClassVar[str] = "press.journalist_erased"


@dataclass(frozen=True, kw_only=True)
class JournalistsNoticed(Event):
    """Journalists were told that they are listed, why and from where; the subject is `press`."""

    name: ClassVar[str] = "press.journalists_noticed"
    count: int


@dataclass(frozen=True, kw_only=True)
class ListAdded(Event):
    """A media list was made; the subject is `media-list/<id>`."""

    name: ClassVar[str] = "press.list_added"


@dataclass(frozen=True, kw_only=True)
class ListChanged(Event):
    """Who is on a media list, or by which criteria, was changed; `media-list/<id>`."""

    name: ClassVar[str] = "press.list_changed"


@dataclass(frozen=True, kw_only=True)
class ListArchived(Event):
    """A media list is offered no more; `media-list/<id>`."""

    name: ClassVar[str] = "press.list_archived"


@dataclass(frozen=True, kw_only=True)
class Imported(Event):
    """Journalists were brought along from a file; the subject is `press-import/<id>`."""

    name: ClassVar[str] = "press.imported"
    source: str
    legal_basis: str
    added: int
    passed_over: int


@dataclass(frozen=True, kw_only=True)
class ListExported(Event):
    """Somebody took a media list along as a file; `media-list/<id>`."""

    name: ClassVar[str] = "press.list_exported"
    people: int
