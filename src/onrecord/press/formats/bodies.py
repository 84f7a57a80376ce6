# SPDX-License-Identifier: Apache-2.0
"""How a text travels: the HTML of an edition without what only its page needs, with whole addresses.

Receivers paste it into systems of their own, so only what carries meaning is left: paragraphs, headings,
lists, quotations, tables, pictures, links. It is written once for both formats, as XHTML that HTML parsers
read too (empty elements end in ` />`).
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

from onrecord.statements.formats import xml

_EMPTY = frozenset({"br", "img", "hr"})
_KEPT = frozenset(
    {
        *("p", "br", "hr", "b", "strong", "i", "em", "a", "cite", "q", "small", "aside"),
        *("h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption", "img"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
)
_ATTRIBUTES = {
    "a": ("href",),
    "img": ("src", "alt", "width", "height"),
    "th": ("scope", "colspan", "rowspan"),
    "td": ("colspan", "rowspan"),
}
_ADDRESSES = frozenset({"href", "src"})
_BLOCKS = frozenset({"p", "h2", "h3", "h4", "li", "blockquote", "figcaption", "tr", "caption", "aside"})


def for_wire(markup: str, base: str) -> str:
    """Return the HTML of a body as it travels; `base` is the newsroom's address."""
    writer = _Writer(base)
    writer.feed(markup)
    writer.close()
    return writer.result()


def as_text(markup: str) -> str:
    """Return the words of a body, a paragraph a line."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n\n".join(filter(None, lines))


class _Writer(HTMLParser):
    """Writes what it reads, without what is not kept. Whatever it reads, its result is well formed."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = f"{base}/"
        self._parts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KEPT:
            return
        given = dict(attrs)
        written = "".join(
            f' {name}="{xml.attribute(self._address(name, given[name] or ""))}"'
            for name in _ATTRIBUTES.get(tag, ())
            if name in given
        )
        if tag in _EMPTY:
            self._parts.append(f"<{tag}{written} />")
            return
        self._parts.append(f"<{tag}{written}>")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self._parts.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self._parts.append(xml.text(data))

    def result(self) -> str:
        """Return what was written, with everything closed that is still open."""
        self._parts += [f"</{tag}>" for tag in reversed(self._open)]
        self._open.clear()
        return "".join(self._parts).strip()

    def _address(self, name: str, value: str) -> str:
        return urljoin(self._base, value) if name in _ADDRESSES else value


class _Reader(HTMLParser):
    """Collects words, with a line feed wherever a block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))
