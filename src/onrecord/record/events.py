# SPDX-License-Identifier: Apache-2.0
"""What happens to the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class Appended(Event):
    """An edition has its place in the log: the leaf is stored and a checkpoint over it is signed."""

    name: ClassVar[str] = "record.appended"
    index: int
    commitment: str
    """Base64."""
    edition_path: str
