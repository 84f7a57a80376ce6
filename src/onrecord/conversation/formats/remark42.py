# SPDX-License-Identifier: Apache-2.0
"""Remark42: its backup, JSON line by line, packed with gzip or not. Deleted comments are left out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from onrecord.conversation.errors import BadFile
from onrecord.conversation.formats.foreign import Foreign, plain

_GZIP = b"\x1f\x8b"
_LONGEST_LINE = 1_000_000


def read(path: Path) -> Iterator[Foreign]:
    """Yield the comments of a backup. Raises BadFile with the line."""
    with path.open("rb") as probe:
        packed = probe.read(2) == _GZIP
    number = 0
    try:
        with gzip.open(path) if packed else path.open("rb") as lines:
            while line := lines.readline(_LONGEST_LINE):
                number += 1
                row = json.loads(line)
                if "locator" in row and not row.get("delete"):
                    yield _comment(row)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError) as error:
        raise BadFile(f"{path.name}, line {number}: {type(error).__name__}: {error}.") from error


def _comment(row: dict[str, Any]) -> Foreign:
    return Foreign(
        id=str(row["id"]),
        page=str(row["locator"]["url"]),
        parent=str(row.get("pid") or ""),
        name=str(row["user"]["name"]),
        address="",
        link="",
        text=str(row.get("orig") or plain(str(row["text"]))),
        at=datetime.fromisoformat(str(row["time"])),
        approved=True,
        author=str(row["user"]["id"]),
    )
