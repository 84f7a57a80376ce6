# SPDX-License-Identifier: Apache-2.0
from onrecord.press.models.destinations import Destination, DestinationState
from onrecord.press.models.journalists import (
    Journalist,
    JournalistBeat,
    JournalistLanguage,
    OutletRole,
    Rhythm,
    Standing,
)
from onrecord.press.models.lists import Criterion, Field, ListKind, ListMember, Match, MediaList
from onrecord.press.models.outlets import Medium, Outlet

__all__ = [
    "Criterion",
    "Destination",
    "DestinationState",
    "Field",
    "Journalist",
    "JournalistBeat",
    "JournalistLanguage",
    "ListKind",
    "ListMember",
    "Match",
    "MediaList",
    "Medium",
    "Outlet",
    "OutletRole",
    "Rhythm",
    "Standing",
]
