# SPDX-License-Identifier: Apache-2.0
"""Isso: its SQLite file, opened for reading alone. Deleted comments that only hold answers are left out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from onrecord.conversation.errors import BadFile
from onrecord.conversation.formats.foreign import Foreign

ACCEPTED, WAITING = 1, 2


def read(path: Path) -> Iterator[Foreign]:
    """Yield the comments of a database. Raises BadFile."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
            rows = database.execute(
                "SELECT c.id, t.uri, c.parent, c.author, c.email, c.website, c.text, c.created, c.mode"
                " FROM comments c JOIN threads t ON t.id = c.tid WHERE c.mode IN (?, ?) ORDER BY c.id",
                (ACCEPTED, WAITING),
            )
            for number, page, parent, name, address, link, text, created, mode in rows:
                yield Foreign(
                    id=str(number),
                    page=page,
                    parent=str(parent or ""),
                    name=name or "",
                    address=address or "",
                    link=link or "",
                    text=text or "",
                    at=datetime.fromtimestamp(float(created), UTC),
                    approved=mode == ACCEPTED,
                )
    except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
        raise BadFile(f"{path.name} cannot be read as Isso's database: {error}.") from error
