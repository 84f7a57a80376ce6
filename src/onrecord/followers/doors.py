# SPDX-License-Identifier: Apache-2.0
"""Links that open somebody's subscription: found by the hash of what stands in them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors
from onrecord.followers.errors import NoSuchDoor
from onrecord.followers.models import Subscription

PREFIX = "/following/"


def behind(secret: str) -> Subscription:
    """Return the subscription that a link opens. Raises NoSuchDoor."""
    found = Subscription.objects.select_related("contact").filter(door_hash=doors.hash_of(secret)).first()
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(
            _("This link opens nothing any more. If you want to follow, ask again on the page “Follow”.")
        )
    return found


def address_of(subscription: Subscription) -> str:
    """Return the path that opens a subscription."""
    return f"{PREFIX}{doors.secret_of(subscription.door_number)}/"
