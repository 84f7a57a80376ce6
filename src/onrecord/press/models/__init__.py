# SPDX-License-Identifier: Apache-2.0
from onrecord.press.models.destinations import Destination, DestinationState, Way
from onrecord.press.models.imports import Import, ImportState
from onrecord.press.models.journalists import (
    Journalist,
    JournalistBeat,
    JournalistLanguage,
    OutletRole,
    Rhythm,
    Standing,
    StopReason,
)
from onrecord.press.models.lists import Criterion, Field, ListKind, ListMember, Match, MediaList
from onrecord.press.models.outlets import Medium, Outlet
from onrecord.press.models.room import KitPicture, PressConference, RoomText
from onrecord.press.models.wire import TopicCode, Transmission, Turn, WireItem, WireToken

__all__ = [
    "Criterion",
    "Destination",
    "DestinationState",
    "Field",
    "Import",
    "ImportState",
    "Journalist",
    "JournalistBeat",
    "JournalistLanguage",
    "KitPicture",
    "ListKind",
    "ListMember",
    "Match",
    "MediaList",
    "Medium",
    "Outlet",
    "OutletRole",
    "PressConference",
    "Rhythm",
    "RoomText",
    "Standing",
    "StopReason",
    "TopicCode",
    "Transmission",
    "Turn",
    "Way",
    "WireItem",
    "WireToken",
]
