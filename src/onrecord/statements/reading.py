# SPDX-License-Identifier: Apache-2.0
"""The body of an edition as a mail shows it: no pictures, whole addresses, the same words as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
from markupsafe import Markup

from onrecord.delivery.mail.message import without_gaps
from onrecord.statements.formats.feeds import absolute

_TAGS = {
    "p",
    "br",
    "b",
    "strong",
    "i",
    "em",
    "a",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "blockquote",
    "cite",
    "span",
} | {
    *("figure", "figcaption", "small", "div", "aside", "table", "caption", "thead", "tbody", "tr", "th", "td")
}
_PICTURE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')
_BULLET = re.compile(r"- |\d+\. ")
_BLOCKS = {"p", "h2", "h3", "li", "blockquote", "figure", "figcaption", "div", "aside", "tr", "caption"}


def markup(body_html: str, address: str) -> Markup:
    """Return a body as HTML for a mail; a picture is a link with its description."""
    whole = absolute(body_html, address)
    clean = nh3.clean(
        _PICTURE.sub(_link_to_picture, whole),
        tags=_TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return Markup(without_gaps(clean))  # noqa: S704  # cleaned in this line


def text(markup: str) -> str:
    """Return the same as text: links with their address behind them, lists with dashes, rows with bars."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.written()


def _link_to_picture(found: re.Match[str]) -> str:
    values = dict(_ATTRIBUTE.findall(found[0]))
    label = values.get("alt") or values.get("src", "").rpartition("/")[2]
    return f'<p><a href="{values.get("src", "")}">[{label}]</a></p>'


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._href = ""
        self._label = ""
        self._lists: list[int | None] = []
        self._cells = 0
        self._quoted = -1
        """The line at which what is quoted begins; -1 outside."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href, self._label = dict(attrs).get("href") or "", ""
        elif tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "br":
            self._lines.append("")
        elif tag == "tr":
            self._break()
            self._cells = 0
        elif tag in {"td", "th"}:
            self._lines[-1] += " | " if self._cells else ""
            self._cells += 1
        elif tag in _BLOCKS and not (tag == "p" and _BULLET.fullmatch(self._lines[-1])):
            self._break()
            if tag == "li":
                self._lines[-1] = self._bullet()
            elif tag == "blockquote":
                self._quoted = len(self._lines) - 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            if self._href and self._href != self._label.strip():
                self._lines[-1] += f" <{self._href}>"
            self._href = ""
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._break(blank=True)
        elif tag == "tr":
            self._break()
        elif tag == "table":
            self._break(blank=True)
        elif tag in _BLOCKS:
            if tag == "blockquote":
                self._mark_quoted()
            self._break(blank=tag not in {"li", "div"} and not self._lists)

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if words == " " and not self._lines[-1].strip():
            return
        self._label += words
        self._lines[-1] += words

    def written(self) -> str:
        text = "\n".join(line.rstrip() for line in self._lines)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n")

    def _break(self, *, blank: bool = False) -> None:
        if self._lines[-1].strip():
            self._lines.append("")
        if blank and self._lines[-2:-1] != [""]:
            self._lines.append("")

    def _mark_quoted(self) -> None:
        """Show by `> ` which lines are the words of somebody else, as mail programs do."""
        if self._quoted >= 0:
            while len(self._lines) - 1 > self._quoted and not self._lines[-1].strip():
                self._lines.pop()
            for number in range(self._quoted, len(self._lines)):
                self._lines[number] = f"> {self._lines[number]}".rstrip()
        self._quoted = -1

    def _bullet(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "
