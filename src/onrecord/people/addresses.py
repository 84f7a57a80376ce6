# SPDX-License-Identifier: Apache-2.0
"""What a mail address has to look like, and how it is kept.

The one place where the address of a follower, journalist, commenter or whoever reports is judged.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from onrecord.people.errors import BadAddress

LONGEST = 254
_THIS_MACHINE = ("localhost", "localdomain")
"""Names no mail of others can be sent to (RFC 6761), which Django's own check lets pass."""


def normalised(address: str) -> str:
    """Return an address as it is kept: lower case, the domain in ASCII.

    Raises BadAddress, also for a domain without a dot, a number instead of one, and this machine's own names.
    """
    name, at, domain = address.strip().rpartition("@")
    try:
        plain = f"{name}{at}{domain.encode('idna').decode('ascii')}".lower()
        validate_email(plain)
        plain.encode("ascii")
        _check_domain(plain.rpartition("@")[2])
    except (ValidationError, UnicodeError):
        plain = ""
    if not plain or len(plain) > LONGEST:
        raise BadAddress(
            _("“%(address)s” is no e-mail address. Write it as name@example.org.") % {"address": address[:80]}
        )
    return plain


def _check_domain(domain: str) -> None:
    if "." not in domain or domain.startswith("[") or domain.rpartition(".")[2] in _THIS_MACHINE:
        raise ValidationError("not a domain of the Internet")
