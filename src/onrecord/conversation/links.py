# SPDX-License-Identifier: Apache-2.0
"""The one page of their own that commenters may name."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from onrecord.conversation.errors import BadComment

LONGEST = 300


def checked(link: str) -> str:
    """Return the address of a page, or nothing. Raises BadComment unless it is http(s) and plain ASCII."""
    link = link.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        parts.port  # noqa: B018 - raises ValueError when the port is no number
        good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        good = False
    unsafe = not link.isascii() or any(letter in link for letter in "\"'<>\\ `") or not link.isprintable()
    if not good or unsafe or len(link) > LONGEST:
        raise BadComment(
            "link", _("Give the whole address of a page, as https://example.org/me, or nothing.")
        )
    return link
