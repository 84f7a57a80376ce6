# SPDX-License-Identifier: Apache-2.0
"""Ways to tell somebody who has no e-mail address here. Each says no more than a link to the page that does.

Registered once at start from `wiring`. A way writes into the ledger in the transaction of what it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is told."""

    subject: str
    """Unique for ever: the same one twice is told once."""
    words: str
    """A sentence in the language of whoever is told, with nothing of the thing, the decision or a name."""
    link: str
    """The page that says everything. Whoever has it can read and appeal."""
    language: str
    item_kind: str
    item_key: str
    """What it is about, so that it can stand as an answer there."""


class Way(Protocol):
    """One way. `author` is the name of somebody as the kind of item has it."""

    def __call__(self, author: str, message: Message) -> int | None:
        """Return the number of the distribution; None if it does not reach them, or not now."""
        ...


_ways: list[Way] = []


def register(way: Way) -> None:
    """Add a way; the first that reaches somebody tells them."""
    if way not in _ways:
        _ways.append(way)


def write(author: str, message: Message) -> int | None:
    """Tell an author in the first way that reaches them; None if none does."""
    for way in _ways:
        number = way(author, message)
        if number is not None:
            return number
    return None
