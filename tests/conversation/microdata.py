# SPDX-License-Identifier: Apache-2.0
"""Reads microdata from a page as search engines do (WHATWG HTML, section 5), for what our pages use of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass
class Thing:
    """An item: its type, its id, and the values of its properties."""

    type: str
    id: str
    properties: dict[str, list[object]] = field(default_factory=dict)

    def add(self, names: str, value: object) -> None:
        for name in names.split():
            self.properties.setdefault(name, []).append(value)

    def one(self, name: str) -> object:
        """Return the value of a property that is there once."""
        (value,) = self.properties[name]
        return value


@dataclass
class _Open:
    tag: str
    thing: Thing | None = None
    text_for: tuple[Thing, str] | None = None
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.things: list[Thing] = []
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        owner = next((one.thing for one in reversed(self._open) if one.thing is not None), None)
        row, names = _Open(tag), given.get("itemprop", "")
        if "itemscope" in given:
            row.thing = Thing(given.get("itemtype", ""), given.get("itemid", ""))
            if names and owner is not None:
                owner.add(names, row.thing)
            else:
                self.things.append(row.thing)
        elif names:
            assert owner is not None, f"{names} belongs to nothing"
            value = given.get("content") or given.get("href") or given.get("datetime")
            if value is not None:
                owner.add(names, value)
            else:
                row.text_for = (owner, names)
        if tag not in VOID:
            self._open.append(row)

    def handle_data(self, data: str) -> None:
        for row in self._open:
            row.text += data if row.text_for else ""

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            row = self._open.pop()
            if row.text_for is not None:
                owner, names = row.text_for
                owner.add(names, row.text.strip())
            if row.tag == tag:
                return


def things(page: str) -> list[Thing]:
    """Return the items of a page that are no value of another."""
    reader = _Reader()
    reader.feed(page)
    return reader.things
