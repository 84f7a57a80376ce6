# SPDX-License-Identifier: Apache-2.0
"""What a mail address has to look like, and how it is kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from onrecord.people.errors import BadAddress

LONGEST = 254


def normalised(address: str) -> str:
    """Return an address as it is kept: lower case, the domain in ASCII. Raises BadAddress."""
    name, at, domain = address.strip().rpartition("@")
    try:
        plain = f"{name}{at}{domain.encode('idna').decode('ascii')}".lower()
        validate_email(plain)
        plain.encode("ascii")
    except (ValidationError, UnicodeError):
        plain = ""
    if not plain or len(plain) > LONGEST:
        raise BadAddress(
            _("“%(address)s” is no e-mail address. Write it as name@example.org.") % {"address": address[:80]}
        )
    return plain
