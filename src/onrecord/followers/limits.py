# SPDX-License-Identifier: Apache-2.0
"""How often the form may be sent, and the signed moment at which a form was shown. Nothing is kept of readers
but a keyed hash of where they ask from, for an hour.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _

from onrecord.followers.errors import TooOften

PER_HOUR = 20
"""From one address, or one /64 network."""
ALL_PER_HOUR = 3000
HOUR = 3600
YOUNGEST_SECONDS, OLDEST_SECONDS = 2, 2 * HOUR
"""Between these a person has read a form and sends it."""
_SALT = "onrecord.followers.form"


def count(reader: str) -> None:
    """Count one form of a reader. Raises TooOften."""
    for name, most in ((_hidden(reader), PER_HOUR), ("all", ALL_PER_HOUR)):
        key = f"followers.form.{name}"
        cache.add(key, 0, HOUR)
        try:
            sent = cache.incr(key)
        except ValueError:  # it expired just now
            sent = 1
        if sent > most:
            raise TooOften(_("This form was sent too often from where you are. Try again in an hour."))


def stamp() -> str:
    """Return the signed moment at which a form is shown."""
    return signing.TimestampSigner(salt=_SALT).sign("form")


def is_fresh(stamped: str) -> bool:
    """Tell whether a form was shown some seconds ago, and today."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        signer.unsign(stamped, max_age=OLDEST_SECONDS)
    except signing.BadSignature:
        return False
    try:
        signer.unsign(stamped, max_age=YOUNGEST_SECONDS)
    except signing.SignatureExpired:
        return True
    return False


def _hidden(reader: str) -> str:
    try:
        address = ipaddress.ip_address(reader)
    except ValueError:
        network = reader
    else:
        network = reader if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
    return hmac.new(settings.SECRET_KEY.encode(), network.encode(), hashlib.sha256).hexdigest()[:32]
