# SPDX-License-Identifier: Apache-2.0
"""Which WebSub hub feeds announce: one elsewhere, none, or the newsroom's own, which is at `/websub/`.

A feed announces it in its own text and in a header: subscribers look for `Link` first (WebSub, section 4),
and a JSON Feed has no other place that they know.
"""

from __future__ import annotations

import json
import re
from html import unescape

from django.conf import settings

from onrecord.bakery.headers import Spoken
from onrecord.statements.pages.site import Site

PATH = "/websub/"
FEEDS = frozenset({"feed.xml", "atom.xml", "feed.json"})
OFF = "off"
_HEAD = 8192
"""Bytes of a feed among which its own links stand."""
_LINK = re.compile(rb'<(?:atom:)?link rel="(self|hub)" (?:type="[^"]*" )?href="([^"<>]*)"/>')


def is_announced() -> bool:
    """Tell whether feeds name a hub at all."""
    return settings.WEBSUB_HUB != OFF


def is_own() -> bool:
    """Tell whether it is the newsroom's own."""
    return not settings.WEBSUB_HUB


def address(site: Site) -> str:
    """Return the whole address of the hub; nothing if none is announced."""
    if not is_announced():
        return ""
    return str(settings.WEBSUB_HUB) or site.url(PATH)


def links_of(feed: bytes) -> tuple[tuple[str, str], ...]:
    """Return the `Link` header of a feed: its hub and its own address as it says them; none without a hub."""
    hub, own = _links_of_json(feed) if feed.startswith(b"{") else _links_of_xml(feed)
    if not hub or not own:
        return ()
    return (("Link", f'<{hub}>; rel="hub", <{own}>; rel="self"'),)


LINKS = Spoken(FEEDS, links_of)


def _links_of_xml(feed: bytes) -> tuple[str, str]:
    found = {rel: unescape(href.decode()) for rel, href in _LINK.findall(feed[:_HEAD])}
    return found.get(b"hub", ""), found.get(b"self", "")


def _links_of_json(feed: bytes) -> tuple[str, str]:
    try:
        said = json.loads(feed)
        return said["hubs"][0]["url"], said["feed_url"]
    except (ValueError, LookupError, TypeError):
        return "", ""
