# SPDX-License-Identifier: Apache-2.0
"""A small kind of items: notes on a board, kept in memory, with everything the engine may ask of a kind."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from django.utils import timezone

from onrecord.journal.events import Actor
from onrecord.moderation.items import Item, Order, Person
from onrecord.moderation.models import HIDING, ON_PERSONS, EffectKind


@dataclass
class Note:
    """One note on the board."""

    key: str
    text: str
    author: str
    created_at: datetime
    version: int = 1
    held: bool = False
    orders: dict[str, Order] = field(default_factory=dict)


@dataclass
class Board:
    """The kind `note`. Tests read `notes` and `on_persons` to see what was done."""

    name: ClassVar[str] = "note"
    content_type: ClassVar[str] = "CONTENT_TYPE_TEXT"
    effects: ClassVar[frozenset[str]] = frozenset(EffectKind.values)
    notes: dict[str, Note] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    on_persons: dict[str, Order] = field(default_factory=dict)

    def pin(self, key: str, text: str, *, author: str = "reader/1", held: bool = False) -> Note:
        """Put up a note."""
        note = Note(key, text, author, timezone.now(), held=held)
        self.notes[key] = note
        self.people.setdefault(author, Person("Nina", f"{author.replace('/', '-')}@reader.example", "en"))
        return note

    def label(self) -> str:
        return "note"

    def find(self, key: str) -> Item | None:
        note = self.notes.get(key)
        if note is None:
            return None
        return Item(
            kind=self.name,
            key=key,
            version=f"{key}.{note.version}",
            title=f"Note {key}",
            text=note.text,
            html=f"<p>{note.text}</p>",
            language="en",
            url=f"/board/#{key}",
            created_at=note.created_at,
            author=note.author,
            author_name=self.people[note.author].name if note.author else "",
            held=note.held,
        )

    def at(self, url: str) -> str | None:
        page, _, key = url.partition("#")
        return key if page == "/board/" and key in self.notes else None

    def person(self, author: str) -> Person | None:
        return self.people.get(author)

    def image(self, key: str) -> bytes:
        note = self.notes[key]
        seen = {"id": key, "at": note.created_at.isoformat(), "place": list(self.notes).index(key)}
        hidden = any(order.kind in HIDING for order in note.orders.values())
        labels = sorted(order.words for order in note.orders.values() if order.kind == EffectKind.LABEL)
        return json.dumps(seen | {"html": "" if hidden else note.text, "labels": labels}).encode()

    def apply(self, order: Order, *, by: Actor) -> None:
        if order.kind in ON_PERSONS:
            self.on_persons[order.reference] = order
        else:
            self.notes[order.key].orders[order.reference] = order

    def undo(self, order: Order, *, by: Actor) -> None:
        self.on_persons.pop(order.reference, None)
        self.notes[order.key].orders.pop(order.reference, None)

    def approve(self, key: str, *, by: Actor) -> None:
        self.notes[key].held = False

    def reported(self, key: str, *, by: Actor) -> None:
        pass

    def edit(self, key: str, text: str) -> None:
        """Let the author change it."""
        note = self.notes[key]
        self.notes[key] = replace(note, text=text, version=note.version + 1)

    def is_hidden(self, key: str) -> bool:
        """Tell whether readers see it."""
        return any(order.kind in HIDING for order in self.notes[key].orders.values())
