# SPDX-License-Identifier: Apache-2.0
"""RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1: the newest statements with their whole text.

In Atom and JSON Feed an entry is a statement: its id never changes, and its date of change moves with every
edition that is more than a minor change. RSS knows no date of change, and most readers never look at an item
again; there an item is such an edition, so that a correction reaches whoever has read what it corrects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import Any

from onrecord.statements.formats.xml import DECLARATION, attribute, element, moment, text

GENERATOR = "OnRecord"
_RELATIVE = re.compile(r'(\s(?:href|src|srcset)=")([^"]*)"')
_SOURCE = re.compile(r"(^|,\s*)/(?!/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed is about; addresses are whole, `language` is a BCP 47 tag."""

    title: str
    description: str
    language: str
    home: str
    """The page that shows the same."""
    rss: str
    atom: str
    json: str
    issuer: str
    icon: str
    logo: str
    updated: datetime
    hub: str = ""
    """Whom to ask to be told of changes (WebSub); nothing if nobody tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One statement in its newest edition; addresses are whole, `html` is the text with its notice."""

    url: str
    change_url: str
    """The own address of the newest edition that is more than a minor change."""
    title: str
    summary: str
    html: str
    language: str
    topics: tuple[tuple[str, str], ...]
    """(slug, name) of each."""
    authors: tuple[str, ...]
    issuer: str
    published: datetime
    """First edition."""
    updated: datetime
    """Newest edition that is more than a minor change."""
    image: str


def absolute(html: str, address: str) -> str:
    """Return a body with every address in it whole: feed readers do not know where it came from."""

    def whole(found: re.Match[str]) -> str:
        return found[1] + _SOURCE.sub(lambda start: f"{start[1]}{address}/", found[2]) + '"'

    return _RELATIVE.sub(whole, html)


def with_notice(html: str, notice: str) -> str:
    """Return a body that begins with a notice of what changed, or why it is withdrawn."""
    return f"<p><strong>{escape(notice)}</strong></p>\n{html}" if notice else html


def rss(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return an RSS 2.0 feed."""
    head = "".join(
        (
            element("title", channel.title),
            element("link", channel.home),
            element("description", channel.description or channel.title),
            element("language", channel.language),
            element("generator", GENERATOR),
            element("lastBuildDate", format_datetime(channel.updated)),
            f'<atom:link rel="self" type="application/rss+xml" href="{attribute(channel.rss)}"/>',
            f'<atom:link rel="hub" href="{attribute(channel.hub)}"/>' if channel.hub else "",
            "<image>",
            element("url", channel.logo),
            element("title", channel.title),
            element("link", channel.home),
            "</image>",
        )
    )
    items = "\n".join(map(_rss_item, entries))
    return (
        f'{DECLARATION}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{head}\n{items}\n</channel></rss>\n"
    ).encode()


def atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return an Atom feed."""
    head = "".join(
        (
            element("id", channel.atom),
            element("title", channel.title),
            element("subtitle", channel.description) if channel.description else "",
            element("updated", moment(channel.updated)),
            f'<link rel="self" type="application/atom+xml" href="{attribute(channel.atom)}"/>',
            f'<link rel="hub" href="{attribute(channel.hub)}"/>' if channel.hub else "",
            f'<link rel="alternate" type="text/html" href="{attribute(channel.home)}"/>',
            f"<author>{element('name', channel.issuer)}{element('uri', channel.home)}</author>",
            element("icon", channel.icon),
            element("generator", GENERATOR),
        )
    )
    items = "\n".join(map(_atom_entry, entries))
    return (
        f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{attribute(channel.language)}">'
        f"{head}\n{items}\n</feed>\n"
    ).encode()


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return a JSON Feed."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.json,
        "language": channel.language,
        "icon": channel.logo,
        "favicon": channel.icon,
        "authors": [{"name": channel.issuer, "url": channel.home}],
        "items": [_json_item(entry) for entry in entries],
    }
    if channel.hub:
        feed["hubs"] = [{"type": "WebSub", "url": channel.hub}]
    if channel.description:
        feed["description"] = channel.description
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache(maxsize=64)
def _content(html: str) -> str:
    # Two formats and several feeds show the same texts.
    return text(html)


def _rss_item(entry: Entry) -> str:
    categories = "".join(element("category", name) for _slug, name in entry.topics)
    authors = "".join(element("dc:creator", name) for name in entry.authors or (entry.issuer,))
    return (
        f"<item>{element('title', entry.title)}{element('link', entry.url)}"
        f'<guid isPermaLink="true">{text(entry.change_url)}</guid>'
        f"{element('pubDate', format_datetime(entry.updated))}{authors}{categories}"
        f"{element('description', entry.summary)}"
        f"<content:encoded>{_content(entry.html)}</content:encoded></item>"
    )


def _atom_entry(entry: Entry) -> str:
    language = attribute(entry.language)
    people = "".join(f"<author>{element('name', name)}</author>" for name in entry.authors or (entry.issuer,))
    categories = "".join(
        f'<category term="{attribute(slug)}" label="{attribute(name)}"/>' for slug, name in entry.topics
    )
    return (
        f'<entry xml:lang="{language}">{element("id", entry.url)}{element("title", entry.title)}'
        f'<link rel="alternate" type="text/html" hreflang="{language}" href="{attribute(entry.url)}"/>'
        f'<link rel="related" type="text/html" href="{attribute(entry.change_url)}"/>'
        f"{element('published', moment(entry.published))}{element('updated', moment(entry.updated))}"
        f"{people}{categories}{element('summary', entry.summary)}"
        f'<content type="html">{_content(entry.html)}</content></entry>'
    )


def _json_item(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.url,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.html,
        "image": entry.image,
        "date_published": moment(entry.published),
        "date_modified": moment(entry.updated),
        "language": entry.language,
        "tags": [name for _slug, name in entry.topics],
        "authors": [{"name": name} for name in entry.authors or (entry.issuer,)],
    }
