# SPDX-License-Identifier: Apache-2.0
"""What each kind of activity changes. A handler gets it with whom it is proved to be from; it may run twice.

following   Follow, its Undo; Block
replies     Create, Update and Delete of what is said about a statement
reactions   Like and Announce
undoing     Undo, of whatever it is
quoting     QuoteRequest
reports     Flag
moving      Move, and the end of an account
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onrecord.federation.models import RemoteActor
from onrecord.federation.receiving.handlers import (
    following,
    moving,
    quoting,
    reactions,
    replies,
    reports,
    undoing,
)
from onrecord.federation.receiving.normal import Activity

Handler = Callable[[Activity, RemoteActor], None]

HANDLERS: Mapping[str, Handler] = {
    "Follow": following.follow,
    "Block": following.block,
    "Create": replies.create,
    "Update": replies.update,
    "Delete": replies.delete,
    "Like": reactions.like,
    "Announce": reactions.announce,
    "Undo": undoing.undo,
    "QuoteRequest": quoting.request,
    "Flag": reports.flag,
    "Move": moving.move,
}
"""Anything else is taken, and changes nothing."""
