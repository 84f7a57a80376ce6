# SPDX-License-Identifier: Apache-2.0
"""Links that open a journalist's own page: found by the hash of what stands in them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors
from onrecord.press.errors import NoSuchDoor
from onrecord.press.models import Journalist

PREFIX = "/press-list/"


def behind(secret: str) -> Journalist:
    """Return the journalist whose page a link opens. Raises NoSuchDoor."""
    found = Journalist.objects.select_related("contact").filter(door_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(_("This link opens nothing any more. Write to the press office if you need one."))
    return found


def path_of(journalist: Journalist) -> str:
    """Return the path that opens a journalist's page."""
    return f"{PREFIX}{doors.secret_of(journalist.door_number)}/"
