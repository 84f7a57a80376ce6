# SPDX-License-Identifier: Apache-2.0
"""The little XML that feeds and sitemaps need: escaped text, attributes, nothing that XML 1.0 forbids."""

from __future__ import annotations

import re
from datetime import UTC, datetime

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """Return text for between tags. Characters that XML 1.0 forbids become U+FFFD."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if escaped.isprintable():  # nearly always; then nothing in it is forbidden
        return escaped
    return _FORBIDDEN.sub("\ufffd", escaped).replace("\r", "&#13;")


def attribute(value: str) -> str:
    """Return text for between double quotes."""
    return text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def element(name: str, value: str) -> str:
    """Return an element that holds text."""
    return f"<{name}>{text(value)}</{name}>"


def moment(at: datetime) -> str:
    """Return a moment as RFC 3339 and W3C-DTF write it: 2026-11-24T08:00:00Z."""
    return f"{at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
