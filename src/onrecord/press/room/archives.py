# SPDX-License-Identifier: Apache-2.0
"""The pictures and files of an edition in one archive, with a list of what they are and who has to be named.

The same edition yields the same bytes: entries in the order of the text, the moment of the edition as their
date, nothing compressed (pictures are already).
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

LIST = "README.txt"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file, and what has to be said about it."""

    name: str
    place: Path
    lines: Sequence[str] = ()


def write(into: IO[bytes], head: Sequence[str], at: datetime, entries: Sequence[Entry]) -> None:
    """Write the archive; its list begins with `head`. Names that occur twice are told apart by a number."""
    date = at.astimezone(UTC).timetuple()[:6]
    listed = [*head, ""]
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for name, entry in zip(_names(entries), entries, strict=True):
            _add(archive, name, entry.place.read_bytes(), date)
            listed += [name, *(f"  {line}" for line in entry.lines if line), ""]
        _add(archive, LIST, "\n".join(listed).encode(), date)


def _names(entries: Sequence[Entry]) -> list[str]:
    used: set[str] = {LIST}
    names = []
    for entry in entries:
        name, number = entry.name, 1
        while name in used:
            number += 1
            stem, dot, ending = entry.name.rpartition(".")
            name = f"{stem}-{number}.{ending}" if dot else f"{entry.name}-{number}"
        used.add(name)
        names.append(name)
    return names


def _add(archive: zipfile.ZipFile, name: str, body: bytes, date: tuple[int, ...]) -> None:
    entry = zipfile.ZipInfo(name, (date[0], date[1], date[2], date[3], date[4], date[5]))
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    archive.writestr(entry, body)
