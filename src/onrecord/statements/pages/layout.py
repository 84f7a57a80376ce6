# SPDX-License-Identifier: Apache-2.0
"""What stands around every page: title, language, addresses in other languages, feeds, pictures for cards."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.statements.pages import languages
from onrecord.statements.pages.catalogue import gettext as _
from onrecord.statements.pages.site import Site


@dataclass(frozen=True, slots=True)
class Other:
    """The same page in another language; `stale` when its original has changed since."""

    language: str
    path: str
    stale: bool = False
    same_page: bool = True
    """False: nothing of this page in that language, so the path is its front page."""


@dataclass(frozen=True, slots=True)
class Card:
    """The picture that other sites show beside a link."""

    path: str
    width: int = 1200
    height: int = 630


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the frame of a page needs to know about it. `path` is its address, as `/fr/archive/`."""

    title: str
    path: str
    language: str
    section: str = ""
    """Which entry of the navigation it stands under: statements, archive, topics, contacts, about, search."""
    description: str = ""
    canonical: str = ""
    """The address that stands for it where it is not its own."""
    others: tuple[Other, ...] = ()
    indexed: bool = True
    feeds: str = ""
    """The address under which its own feeds stand beside those of the site, as `/topics/water/`."""
    kind: str = "website"
    card: Card | None = None
    structured: str = ""
    """JSON-LD, already escaped for a script element."""
    profiles: tuple[str, ...] = ()
    """The organisation's own profiles elsewhere, which look for `rel=me` on the page they name as theirs."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """One `hreflang` link."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed to subscribe to."""

    path: str
    media_type: str
    title: str


FEEDS = (
    ("feed.xml", "application/rss+xml", "RSS"),
    ("atom.xml", "application/atom+xml", "Atom"),
    ("feed.json", "application/feed+json", "JSON Feed"),
)


def in_every_language(site: Site, path: str) -> tuple[Other, ...]:
    """Return where a page stands that every language has; `path` without the language, as `archive/`."""
    return tuple(Other(language, site.home(language) + path) for language in site.languages)


def alternates(site: Site, page: Page) -> list[Alternate]:
    """Return the `hreflang` links of a page: itself, every other language, and `x-default`."""
    found = {other.language: other.path for other in page.others if other.same_page}
    if len(found) < 2:
        return []
    default = found.get(site.default_language) or found[page.language]
    links = [Alternate(languages.html_code(language), path) for language, path in found.items()]
    return [*links, Alternate("x-default", default)]


def switcher(site: Site, page: Page) -> list[Other]:
    """Return where the language switcher leads: this page in each language, else the front page there."""
    if len(site.languages) < 2:
        return []
    found = {other.language: other for other in page.others}
    return [
        found.get(language) or Other(language, site.home(language), same_page=False)
        for language in site.languages
    ]


def own_feeds(page: Page) -> list[Feed]:
    """Return the feeds of a page, if it has any beside those of the site."""
    return _feeds(page.feeds, page.title) if page.feeds else []


def site_feeds(site: Site, language: str) -> list[Feed]:
    """Return the feeds of the whole site in a language."""
    return _feeds(site.home(language), site.name)


def _feeds(start: str, title: str) -> list[Feed]:
    return [Feed(start + name, media_type, f"{title}: {label}") for name, media_type, label in FEEDS]


def document_title(site: Site, page: Page) -> str:
    """Return what a browser shows on the tab."""
    if not page.title or page.title == site.name:
        return site.name
    return _("%(title)s – %(site)s") % {"title": page.title, "site": site.name}
