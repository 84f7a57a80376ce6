# SPDX-License-Identifier: Apache-2.0
"""Tickets: a form shows what it was given out for, and when. Nothing is kept until one is used."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _

from onrecord.people.strangers.errors import ReadFirst

YOUNGEST_SECONDS, OLDEST_SECONDS = 2, 2 * 3600
"""Between these a person has read a form and sends it."""
LONGEST = 600
_SALT = "onrecord.people.strangers.ticket"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that was read: good for one form, once, until `expires` (seconds since 1970)."""

    number: str
    expires: int


def issue(purpose: str, about: str = "") -> str:
    """Return a fresh ticket for a form, as `comment` about `12`."""
    return signing.dumps([secrets.token_urlsafe(12), int(time.time()), purpose, about], salt=_SALT)


def read(text: str, purpose: str, about: str = "") -> Ticket:
    """Return the ticket in a form. Raises ReadFirst unless it was given out for this, and not just now."""
    try:
        number, at, *given_for = signing.loads(text[:LONGEST], salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        number, at, given_for = "", 0, []
    age = time.time() - at
    if given_for != [purpose, about] or not YOUNGEST_SECONDS <= age <= OLDEST_SECONDS:
        raise ReadFirst(_("Read once more what you send, then press the button."))
    return Ticket(number, at + OLDEST_SECONDS)


def fingerprint(text: str) -> str:
    """Return what binds work to the ticket that it was given out with."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
