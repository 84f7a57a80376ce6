# SPDX-License-Identifier: Apache-2.0
"""security.txt: where to report a weakness of this site (RFC 9116)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

PATH = "/.well-known/security.txt"
MONTHS = 6
"""How long the file is good for, and up to a month more; RFC 9116, 2.5.5 wants less than a year."""


def write(*, contact: str, canonical: str, languages: Sequence[str], today: date) -> bytes:
    """Return the file. It says the same for all days of a month, so that baking it again changes nothing."""
    lines = [
        f"Contact: {contact}",
        f"Expires: {expiry(today):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {canonical}",
    ]
    return "".join(line + "\n" for line in lines).encode()


def expiry(today: date) -> datetime:
    """Return the first moment of the month that begins more than MONTHS months after `today`."""
    months = today.year * 12 + today.month + MONTHS
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
