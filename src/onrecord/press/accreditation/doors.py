# SPDX-License-Identifier: Apache-2.0
"""Links that open an application for whoever sent it, and the card that they show: two different ones."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors
from onrecord.press.errors import NoSuchDoor
from onrecord.press.models import Application

FORM = "/accredit/"
OWN, CARD = "/accredit/mine/", "/accredit/card/"
"""Followed by the secret and a slash."""


def behind(secret: str) -> Application:
    """Return the application that its own link opens. Raises NoSuchDoor."""
    found = Application.objects.select_related("contact").filter(door_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(_no_door())
    return found


def on_card(secret: str) -> Application:
    """Return the application whose card a link shows. Raises NoSuchDoor."""
    found = Application.objects.filter(card_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.card_hash):
        raise NoSuchDoor(_no_door())
    return found


def path_of(row: Application) -> str:
    """Return the path that opens an application."""
    return f"{OWN}{doors.secret_of(row.door_number)}/"


def card_path(row: Application) -> str:
    """Return the path of the card."""
    return f"{CARD}{doors.secret_of(row.card_number)}/"


def _no_door() -> str:
    return _("This link opens nothing. Perhaps a part of it is missing: copy all of it.")
