# SPDX-License-Identifier: Apache-2.0
"""What shows that somebody is a certain commenter: the link in their mails, or what their browser was told.

The link opens everything that is theirs. What a browser keeps, once its owner has asked for that, only lets
them comment without another mail.
"""

from __future__ import annotations

from django.core import signing
from django.utils.translation import gettext as _

from onrecord.conversation.errors import NoSuchDoor
from onrecord.conversation.models import Commenter
from onrecord.delivery.mail import doors

PREFIX = "/comments/mine/"
COOKIE = "onrecord_commenter"
COOKIE_PATH = "/comments/"
COOKIE_SECONDS = 180 * 24 * 3600
_SALT = "onrecord.conversation.browser"


def behind(secret: str) -> Commenter:
    """Return the commenter whom a link belongs to. Raises NoSuchDoor."""
    found = Commenter.objects.select_related("contact").filter(door_hash=doors.hash_of(secret)).first()
    if found is None or found.erased_at is not None or not doors.opens(secret, found.door_hash):
        raise NoSuchDoor(_("This link opens nothing any more."))
    return found


def address_of(commenter: Commenter) -> str:
    """Return the path that opens what is somebody's."""
    return f"{PREFIX}{doors.secret_of(commenter.door_number)}/"


def cookie_for(commenter: Commenter) -> str:
    """Return what a browser keeps to be known as this commenter."""
    return signing.dumps([commenter.subject, commenter.remembered], salt=_SALT)


def known_by(cookie: str, address: str) -> Commenter | None:
    """Return whom a browser is known as, if the form names that person's address; otherwise nobody."""
    try:
        subject, remembered = signing.loads(cookie, salt=_SALT, max_age=COOKIE_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Commenter.objects.select_related("contact").filter(subject=subject).first()
    if found is None or found.contact is None or found.confirmed_at is None:
        return None
    same = found.remembered == remembered and found.contact.address == address.strip().lower()
    return found if same and found.erased_at is None else None
