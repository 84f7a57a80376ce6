# SPDX-License-Identifier: Apache-2.0
"""A page elsewhere: bytes in, links and what it says of itself out. No database, no network.

HTML goes through nh3 (the parser of the HTML standard), which drops comments, scripts and whatever cannot be
clicked; what it returns is well-formed, so that Python's own parser may read it. Pages with too many elements
are refused before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any  # JSON
from urllib.parse import urljoin

import nh3
from django.utils.translation import gettext as _

from onrecord.foreign_html import ELEMENT, MOST_ELEMENTS, without_formatting
from onrecord.outbound.addresses import checked
from onrecord.outbound.errors import BadAddress
from onrecord.press.coverage.addresses import comparable
from onrecord.press.coverage.errors import Unreadable

HTML = frozenset({"text/html", "application/xhtml+xml"})
PLAIN = frozenset({"text/plain", "text/markdown"})
LARGEST = 1_000_000
MOST_REFERENCES = 100_000
LONGEST_TITLE = 300
LINKING = {
    **{name: {"href"} for name in ("a", "area")},
    **{name: {"src"} for name in ("audio", "embed", "iframe", "img", "source")},
    **{name: {"cite"} for name in ("blockquote", "del", "ins", "q")},
    "video": {"src", "poster"},
    "object": {"data"},
}
"""Elements through which a reader gets to another page or sees it; `<link>` is none: nobody sees it."""
_TELLING = {"base": {"href"}, "meta": {"property", "name", "itemprop", "content"}, "time": {"datetime"}}
_WORDS = ("title", "h1")
_DROPPED = {"script", "style", "template", "noembed", "noframes"}
_DATES = ("article:published_time", "datepublished", "dc.date.issued", "dcterms.date", "date")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-z0-9_:.-]{2,30})", re.IGNORECASE)
_KNOWN_CHARSETS = re.compile(
    r"utf-?(8|16)(le|be)?|us-ascii|iso-?8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|mac(intosh|-?roman)"
    r"|shift_jis|euc-(jp|kr)|iso-2022-jp|gb(2312|k|18030)|big5",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"<html\b[^>]{0,500}?\slang\s*=\s*[\"']?([A-Za-z]{2,8})", re.IGNORECASE)
_URL_ENDS = re.compile(r"[\s<>\"')\]]|[.,;!?](\s|$)|$")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: of itself, and to which addresses it links, as they are compared."""

    links: frozenset[str]
    headline: str = ""
    site: str = ""
    language: str = ""
    day: date | None = None


def read(body: bytes, content_type: str, *, address: str) -> Page:
    """Read a page that was fetched from `address`. Raises Unreadable for what is no text with links."""
    media_type = content_type.partition(";")[0].strip().lower()
    text = decoded(body, content_type)
    if media_type in HTML:
        return _html(text, address)
    if media_type in PLAIN:
        return Page(links=frozenset(_spelled(_addresses_in(text), address)))
    if media_type == "application/json" or media_type.endswith("+json"):
        return Page(links=frozenset(_spelled(_strings(text), address)))
    raise Unreadable(
        _("It is of the type “%(type)s”. HTML, plain text and JSON are read.")
        % {"type": media_type[:60] or "–"}
    )


def decoded(body: bytes, content_type: str) -> str:
    """Return bytes as text: by the type's charset, else by what the page says, else as UTF-8."""
    found = _CHARSET.search(content_type) or _CHARSET.search(body[:2048].decode("latin-1"))
    charset = found[1] if found is not None and _KNOWN_CHARSETS.fullmatch(found[1]) else "utf-8"
    try:
        return body.decode(charset, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


@dataclass
class _Collected:
    """What the parser comes across, in the order of the page."""

    links: list[str] = field(default_factory=list)
    base: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    def take(self, tag: str, attribute: str, value: str) -> str:
        """Note an attribute; all of them stay."""
        if attribute in LINKING.get(tag, ()):
            self.links.append(value)
        elif tag == "base":
            self.base = self.base or value
        elif tag == "time":
            self.times.append(value)
        elif tag == "meta":
            self.meta.append((attribute, value))
        return value


class _Text(HTMLParser):
    """The words of the first title and the first heading, and what meta elements say."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: dict[str, str] = {}
        self.said: dict[str, str] = {}
        self._in = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WORDS and tag not in self.words:
            self._in, self.words[tag] = tag, ""
        elif tag == "meta":
            given = {name: value or "" for name, value in attrs}
            for name in ("property", "name", "itemprop"):
                if given.get(name):
                    self.said.setdefault(given[name].lower(), given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in:
            self.words[self._in] += data


def _html(text: str, address: str) -> Page:
    if len(ELEMENT.findall(text)) > MOST_ELEMENTS or text.count("&") > MOST_REFERENCES:
        raise Unreadable(_("It has too many elements to be read here."))
    found = _Collected()
    cleaned = nh3.clean(
        without_formatting(text),
        tags={*LINKING, *_TELLING, *_WORDS},
        attributes={**LINKING, **_TELLING},
        clean_content_tags=_DROPPED,
        attribute_filter=found.take,
        link_rel=None,
        url_schemes={"http", "https"},
    )
    read_again = _Text()
    read_again.feed(cleaned)
    read_again.close()
    said, words = read_again.said, read_again.words
    base = _base(address, found.base)
    language = _LANGUAGE.search(text[:20_000])
    return Page(
        links=frozenset(_spelled(found.links, base)),
        headline=plain(said.get("og:title", "") or words.get("h1", "") or words.get("title", "")),
        site=plain(said.get("og:site_name", ""))[:200],
        language=language[1].lower() if language else "",
        day=_first_day([*(said.get(name, "") for name in _DATES), *found.times[:5]]),
    )


def _base(address: str, named: str) -> str:
    """Return what links are relative to: what a page names as its base, if that is an address."""
    try:
        return urljoin(address, named)
    except ValueError:
        return address


def plain(text: str) -> str:
    """Return a line of text without characters that would hide or turn what stands around it."""
    kept = "".join(each if each.isprintable() else " " for each in text[: 4 * LONGEST_TITLE])
    return " ".join(kept.split())[:LONGEST_TITLE]


def _first_day(texts: list[str]) -> date | None:
    for text in texts:
        try:
            return datetime.fromisoformat(text.strip()).date()
        except ValueError:
            continue
    return None


def _spelled(links: Iterable[str], base: str) -> Iterator[str]:
    for link in links:
        try:
            whole = urljoin(base, link.strip())
            checked(whole)
            yield comparable(whole)
        except (BadAddress, ValueError, UnicodeError):
            continue


def _addresses_in(text: str) -> Iterator[str]:
    """Yield what stands as an address in plain text, up to where it ends."""
    for found in re.finditer(r"https?://", text):
        rest = text[found.start() : found.start() + 2000]
        end = _URL_ENDS.search(rest)
        yield rest[: end.start()] if end else rest


def _strings(text: str) -> Iterator[str]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("It says that it is JSON, and is not.")) from error
    waiting: list[Any] = [whole]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
