# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """Text, a picture or a press conference of the press room was added, changed or taken away.

    The subject is `roomtext/<id>`, `kitpicture/<id>` or `pressconference/<id>`.
    """

    name: ClassVar[str] = "press.room_changed"
    deed: str
