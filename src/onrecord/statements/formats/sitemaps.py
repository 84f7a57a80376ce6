# SPDX-License-Identifier: Apache-2.0
"""Sitemaps (sitemaps.org 0.9), Google's news sitemap, robots.txt. Addresses are whole and percent-encoded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from onrecord.statements.formats.xml import DECLARATION, attribute, element, moment

MOST_URLS = 1000
"""Addresses in one sitemap; the news sitemap may not have more."""
DYNAMIC = ("/search", "/desk/", "/accounts/", "/setup/", "/invitation/")
"""What the program answers itself; nothing there is for search engines."""

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS_LANGUAGES = {"zh-hans": "zh-cn", "zh-hant": "zh-tw", "zh": "zh-cn"}


@dataclass(frozen=True, slots=True)
class Url:
    """A page: when it changed last, and where it is in other languages, as (BCP 47 tag, address)."""

    address: str
    changed: datetime | None = None
    alternates: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class News:
    """A statement of the last two days; `language` as Django spells it."""

    address: str
    language: str
    title: str
    published: datetime


def index(sitemaps: Iterable[str]) -> bytes:
    """Return the sitemap index."""
    rows = "\n".join(f"<sitemap>{element('loc', address)}</sitemap>" for address in sitemaps)
    return f'{DECLARATION}<sitemapindex xmlns="{_SITEMAP}">\n{rows}\n</sitemapindex>\n'.encode()


def sitemap(urls: Iterable[Url]) -> bytes:
    """Return one sitemap."""
    rows = "\n".join(map(_url, urls))
    return (
        f'{DECLARATION}<urlset xmlns="{_SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{rows}\n</urlset>\n'
    ).encode()


def news_sitemap(publisher: str, items: Iterable[News]) -> bytes:
    """Return the news sitemap; with nothing new, an empty one."""
    rows = "\n".join(
        f"<url>{element('loc', item.address)}<news:news><news:publication>{element('news:name', publisher)}"
        f"{element('news:language', _news_language(item.language))}</news:publication>"
        f"{element('news:publication_date', moment(item.published))}{element('news:title', item.title)}"
        "</news:news></url>"
        for item in items
    )
    return (
        f'{DECLARATION}<urlset xmlns="{_SITEMAP}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{rows}\n</urlset>\n"
    ).encode()


def robots(sitemaps: Iterable[str]) -> bytes:
    """Return robots.txt: everything that is baked may be read by every machine, except what others forged."""
    barred = (*DYNAMIC, "/media/*-forgery-")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in barred), ""]
    return "\n".join([*lines, *(f"Sitemap: {address}" for address in sitemaps), ""]).encode()


def _url(url: Url) -> str:
    changed = element("lastmod", moment(url.changed)) if url.changed else ""
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{attribute(tag)}" href="{attribute(address)}"/>'
        for tag, address in url.alternates
    )
    return f"<url>{element('loc', url.address)}{changed}{alternates}</url>"


def _news_language(language: str) -> str:
    """Return ISO 639, or what Google asks for instead in the case of Chinese."""
    return _NEWS_LANGUAGES.get(language) or language.partition("-")[0]
