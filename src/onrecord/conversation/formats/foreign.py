# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime

import nh3

from onrecord.foreign_html import first_elements, without_formatting

_BREAKS = re.compile(r"<br\s*/?>\n?|</(?:div|li|tr|h[1-6]|blockquote|pre)>", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"</p>\s*", re.IGNORECASE)
_LINKS = re.compile(r"<a\b[^>]*?href=(\"[^\"]*\"|'[^']*')[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A comment of another system. Network addresses, votes and the like are left where they are."""

    id: str
    page: str
    """The address of what was commented on, or its path."""
    parent: str
    name: str
    address: str
    """The mail address; empty where there is none."""
    link: str
    text: str
    at: datetime
    approved: bool
    author: str = ""
    """The system's own name for somebody without a mail address."""


def plain(markup: str) -> str:
    """Return HTML as the text somebody would have written: paragraphs, lines, links with their address."""
    text = _LINKS.sub(_link, markup)
    text = _PARAGRAPHS.sub("\n\n", _BREAKS.sub("\n", text))
    return html.unescape(nh3.clean(without_formatting(first_elements(text)), tags=set())).strip()


def _link(found: re.Match[str]) -> str:
    address, label = found[1][1:-1], found[2]
    shown = re.sub(r"<[^>]*>", "", label).strip()
    whole = html.unescape(address)
    shortened = shown.rstrip("….").removesuffix("...")
    return address if not shown or whole.startswith(html.unescape(shortened)) else f"{label} {address}"
