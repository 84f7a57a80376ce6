# SPDX-License-Identifier: Apache-2.0
"""Kinds of things that can be judged: what a kind has to offer, and which kinds there are.

Registered once at start from `wiring`. A case names its thing by kind and key alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol
from urllib.parse import unquote

from django.utils.translation import gettext as _

from onrecord.journal.events import Actor
from onrecord.moderation.errors import NoSuchItem
from onrecord.statements.pages.site import Site


@dataclass(frozen=True, slots=True)
class Item:
    """A thing as it stands now. Nothing in it may be changed by looking at it."""

    kind: str
    key: str
    version: str
    """Names these words for ever: an edit makes another version."""
    title: str
    text: str
    html: str
    """As readers get it: already made safe."""
    language: str
    url: str
    """The path, or the whole address of something elsewhere."""
    created_at: datetime
    author: str = ""
    """The kind's name for who wrote it, as contact/5; empty where nobody can be told."""
    author_name: str = ""
    held: bool = False
    """It waits for approval and was never shown."""
    score: int = 0
    """How much it looks like spam, from 0 to 100; only sorts."""
    signals: tuple[str, ...] = ()
    """Why it has that score, in sentences for moderators."""
    noticed_by: str = ""
    """The program that pointed at it, with its version; empty if none did."""
    origin: str = ""
    """The host it came from, if that is another server."""
    context: tuple[Item, ...] = field(default=())
    """What stands before it, oldest first."""


@dataclass(frozen=True, slots=True)
class Person:
    """How to reach an author. Never shown; the address goes into the ledger alone."""

    name: str
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a kind is told to do, or to undo."""

    kind: str
    """A value of EffectKind."""
    key: str
    person: str
    reference: str
    """Unique for ever. Kept by the kind: `undo` with it takes back this and nothing else."""
    until: datetime | None
    words: str
    """Beside a label, or in place of what is hidden: number of the case and rule, in the item's language."""


class ItemKind(Protocol):
    """One kind of thing. `apply` and `undo` run in the transaction of the decision and are safe to repeat."""

    name: ClassVar[str]
    content_type: ClassVar[str]
    """CONTENT_TYPE_… of the Transparency Database."""
    effects: ClassVar[frozenset[str]]
    """Values of EffectKind that it can carry out."""

    def label(self) -> str:
        """Return what readers call it, in the language at hand."""
        ...

    def find(self, key: str) -> Item | None:
        """Return the thing as it is now, hidden or not; None if it is gone."""
        ...

    def at(self, url: str) -> str | None:
        """Return the key of what stands at an address of the site; None if that is nothing of this kind."""
        ...

    def person(self, author: str) -> Person | None:
        """Return how to reach an author; None if nobody knows."""
        ...

    def image(self, key: str) -> bytes:
        """Return all that readers get of it, to the byte: id, address, moment, place, HTML; hidden or not."""
        ...

    def apply(self, order: Order, *, by: Actor) -> None:
        """Carry out an effect."""
        ...

    def undo(self, order: Order, *, by: Actor) -> None:
        """Take back the effect of this reference, whoever else still hides the thing."""
        ...

    def approve(self, key: str, *, by: Actor) -> None:
        """Show what was held. Only of things that can be held."""
        ...

    def reported(self, key: str, *, by: Actor) -> None:
        """Let nobody change it any more without a new version: somebody has reported it."""
        ...


_kinds: dict[str, ItemKind] = {}


def register(kind: ItemKind) -> None:
    """Add a kind; a second one under its name replaces it."""
    _kinds[kind.name] = kind


def forget(name: str) -> None:
    """Take a kind away."""
    _kinds.pop(name, None)


def kinds() -> Sequence[ItemKind]:
    """Return all kinds, in the order in which they were registered."""
    return tuple(_kinds.values())


def kind_named(name: str) -> ItemKind:
    """Return a kind. Raises NoSuchItem."""
    try:
        return _kinds[name]
    except KeyError:
        raise NoSuchItem(
            _("Nothing of the kind “%(kind)s” can be judged here. Kinds: %(known)s.")
            % {"kind": name[:40], "known": ", ".join(sorted(_kinds)) or "–"}
        ) from None


def find(kind: str, key: str) -> Item:
    """Return a thing as it is now. Raises NoSuchItem."""
    found = kind_named(kind).find(key)
    if found is None:
        raise NoSuchItem(
            _("What this is about is not here any more. It may have been deleted by its author.")
        )
    return found


def at(url: str) -> Item | None:
    """Return what stands at an address of the site, or a path on it, by the first kind that knows it."""
    path = local(url, Site.current().address)
    for kind in _kinds.values() if path else ():
        key = kind.at(path)
        if key is not None:
            return kind.find(key)
    return None


def local(url: str, address: str) -> str:
    """Return path and fragment of an address on the site, decoded; empty for one elsewhere."""
    here = url.strip().removeprefix(address)
    return unquote(here) if here.startswith("/") and not here.startswith("//") else ""


def image_hash(kind: str, key: str) -> str:
    """Return SHA-256 of what readers get."""
    return hashlib.sha256(kind_named(kind).image(key)).hexdigest()
