# SPDX-License-Identifier: Apache-2.0
from onrecord.press.models.destinations import Destination, DestinationState, Way
from onrecord.press.models.imports import Import, ImportState
from onrecord.press.models.inquiries import (
    Inquiry,
    InquiryFile,
    InquiryKind,
    InquiryMessage,
    InquiryPolicy,
    InquiryReceipt,
    InquiryState,
    MessageKind,
    Origin,
    Outcome,
    SignOff,
    Terms,
)
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
    "Inquiry",
    "InquiryFile",
    "InquiryKind",
    "InquiryMessage",
    "InquiryPolicy",
    "InquiryReceipt",
    "InquiryState",
    "Journalist",
    "JournalistBeat",
    "JournalistLanguage",
    "KitPicture",
    "ListKind",
    "ListMember",
    "Match",
    "MediaList",
    "Medium",
    "MessageKind",
    "Origin",
    "Outcome",
    "Outlet",
    "OutletRole",
    "PressConference",
    "Rhythm",
    "RoomText",
    "SignOff",
    "Standing",
    "StopReason",
    "Terms",
    "TopicCode",
    "Transmission",
    "Turn",
    "Way",
    "WireItem",
    "WireToken",
]
