# SPDX-License-Identifier: Apache-2.0
"""What apps contribute to the baked site: families of pages, registered once at start from `wiring`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Key = tuple[str, ...]
"""Names one page, or a few that always change together, within its family; plain strings only."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site, as every reader gets it."""

    path: str
    """The address a reader asks for: starts with "/", not percent-encoded; one ending in "/" is a page."""
    body: bytes
    media_type: str
    """Must be what `headers.media_type_of(path)` says: other servers know a file by its name alone."""
    immutable: bool = False
    """Written once: a later bake must yield the same bytes or is refused."""


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of page. Both functions are called in several processes, each with its own connection."""

    name: str
    keys: Callable[[], Iterator[Key]]
    """Every key there is, lazily: there may be a million."""
    render: Callable[[Key], Iterable[File]]
    """The files of a key as the database has them now; nothing for a key that no longer exists."""
    count: Callable[[], int] | None = None
    """How many keys there are, about, for progress bars."""
    group: str = ""
    """What the first string of each key is the number of, as `publication`, with keys in the order of these
    numbers: a full bake takes families of one group side by side, so that what they share is read once."""


families: dict[str, Family] = {}


def register(family: Family) -> None:
    """Add a family; a second one under its name replaces it."""
    families[family.name] = family
