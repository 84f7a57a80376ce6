# SPDX-License-Identifier: Apache-2.0
"""What follows for the press: editions and embargoes to outlets that receive by machine."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.press.room import pages as room
from onrecord.press.wire import actions as wire
from onrecord.statements import actions as statements


def tell_destinations(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        wire.tell_of(entry.data["edition_id"])


def tell_embargoed(entry: Entry) -> None:
    wire.tell_embargoed(int(entry.subject.partition("/")[2]))


def heed_embargoes(_entry: Entry) -> None:
    wire.heed_embargoes()


def bake_archive(entry: Entry) -> None:
    if statements.is_there(entry.data["edition_id"]):
        bakery.bake(room.archive_keys(entry.data["edition_id"]))


def bake_room(_entry: Entry) -> None:
    bakery.bake(room.room_keys())


def bake_room_again() -> None:
    if Organisation.objects.exists():
        bakery.bake(room.room_keys())


def forget_items(_entry: Entry) -> None:
    wire.forget_erased()
