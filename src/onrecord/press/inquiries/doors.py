# SPDX-License-Identifier: Apache-2.0
"""What opens an inquiry to whoever sent it: the link in its mails, and the token in their Reply-To.

The link shows everything and lets its holder withdraw and erase. The token, which travels in the addresses
of mails and may be quoted to others, only adds a message.
"""

from __future__ import annotations

import base64
import hashlib
import re

from django.conf import settings
from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors
from onrecord.press.errors import NoSuchDoor
from onrecord.press.models import Inquiry

PREFIX = "/inquiries/"
_TOKEN_LENGTH = 26
"""Characters of base 32: 130 bits."""
_TOKEN = re.compile(rf"\+i([a-z2-7]{{{_TOKEN_LENGTH}}})$")


def behind(secret: str) -> Inquiry:
    """Return the inquiry that a link opens. Raises NoSuchDoor."""
    found = (
        Inquiry.objects.select_related("contact", "owner", "about__publication", "published_as__publication")
        .filter(door_hash=doors.hash_of(secret), reduced_at=None)
        .first()
    )
    if found is None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(
            _("This link opens nothing, or nothing any more: what was asked is forgotten in time.")
        )
    return found


def path_of(inquiry: Inquiry) -> str:
    """Return the path that opens an inquiry."""
    return f"{PREFIX}{doors.secret_of(inquiry.door_number)}/"


def reply_token(door_number: str) -> str:
    """Return the token of an inquiry's Reply-To. The secret of the link does not follow from it."""
    digest = hashlib.sha256(f"reply:{doors.secret_of(door_number)}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_TOKEN_LENGTH]


def reply_hash(token: str) -> str:
    """Return what a row keeps to be found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def reply_address(inquiry: Inquiry) -> str:
    """Return the address that answers go to, with the token; empty if no press mailbox is set."""
    name, at, domain = str(settings.ENVIRONMENT.press_mailbox).rpartition("@")
    return f"{name}+i{reply_token(inquiry.door_number)}@{domain}" if at else ""


def token_in(address: str) -> str:
    """Return the token in an address; empty if there is none."""
    found = _TOKEN.search(address.strip().strip("<>").rpartition("@")[0].lower())
    return found[1] if found else ""
