# SPDX-License-Identifier: Apache-2.0
"""What somebody wrote elsewhere, as the text of a comment: the same few marks that the form takes.

Foreign HTML is cleaned first (nh3), then written down in the Markdown of comments. From there it goes the way
of every comment, so it cannot become anything that a comment cannot be: nothing is loaded from elsewhere, no
image, no style, no class. Mentions and hashtags are links; of those at the start, the newsroom's own are left
out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

from onrecord.federation.receiving import normal
from onrecord.federation.receiving.normal import Document
from onrecord.foreign_html import first_elements, plain_formatting, without_formatting

LONGEST_SOURCE, MOST_ELEMENTS = 100_000, 5_000
"""Characters and elements of HTML that are looked at."""
TEXTS = frozenset({"Note", "Article", "Page", "Question"})
"""Kinds of objects that are remarks in words."""
_TAGS = {
    *("p", "br", "em", "i", "strong", "b", "blockquote", "ul", "ol", "li", "code", "pre", "a", "s", "del"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "div", "hr"),
}
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "pre", "hr"})
_MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "s": "~~", "del": "~~"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>~#|])")
_AT_START = re.compile(r"(?m)^([ \t]*(?=[-+])|[ \t]*\d{1,9}(?=[.)]))([-+.)])(?=[ \t]|$)")
_GAPS = re.compile(r"(?<=\S) {2,}(?=\S)")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Remark:
    """What was written, as a comment keeps it."""

    text: str
    language: str
    """As its author says; empty where they do not."""


def remark(document: Document, *, is_own: Callable[[str], bool]) -> Remark:
    """Return what an object says in words; its text is empty if it says nothing.

    `is_own` tells whether an address is one of the newsroom: those it begins by mentioning are left out.
    """
    said = normal.text(document, "content")[:LONGEST_SOURCE]
    parts = [_bold(normal.text(document, name)) for name in ("name", "summary")]
    text = markdown(said, is_own=is_own)
    parts = [part for part in parts if part and part.strip("*") not in text]
    return Remark("\n\n".join([*parts, text]).strip(), normal.language(document))


def markdown(html: str, *, is_own: Callable[[str], bool]) -> str:
    """Write foreign HTML down in the Markdown of comments."""
    clean = nh3.clean(
        plain_formatting(first_elements(html[:LONGEST_SOURCE], MOST_ELEMENTS)),
        tags=_TAGS,
        clean_content_tags={"script", "style", "template", "noscript", "iframe", "svg", "math", "title"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    writer = _Writer(is_own)
    writer.feed(clean)
    writer.close()
    return writer.written()


def plain(html: str, longest: int) -> str:
    """Return foreign HTML or text as one line without marks."""
    writer = _Writer(lambda _address: False, escaped=False)
    bounded = without_formatting(first_elements(html[:LONGEST_SOURCE], MOST_ELEMENTS))
    writer.feed(nh3.clean(bounded, tags=set()))
    writer.close()
    return " ".join(writer.written().split())[:longest].strip()


def _bold(html: str) -> str:
    words = plain(html, 500)
    return f"**{_escaped(words)}**" if words else ""


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)


class _Writer(HTMLParser):
    """Walks through clean HTML and writes it down again."""

    def __init__(self, is_own: Callable[[str], bool], *, escaped: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self._is_own = is_own
        self._escapes = escaped
        self._out: list[str] = []
        self._lists: list[int] = []
        """Of each list around: the number of its last item; -1 of one without numbers."""
        self._quotes = 0
        self._code = 0
        self._pre = 0
        self._link: tuple[str, int] | None = None
        """Address of the link around, and where its text begins."""
        self._marks: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._block()
        if tag == "br":
            self._out.append("\n" if self._link is None else " ")
        elif tag == "a":
            self._begin_link(normal.address(dict(attrs).get("href") or ""))
        elif tag in _MARKS and not self._code and not self._pre:
            self._marks.append((tag, len(self._out)))
        elif tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self._quotes += 1
            self._out.append("\x02")
        elif tag == "code" and not self._pre:
            self._code += 1
            self._marks.append((tag, len(self._out)))
        elif tag == "pre":
            self._pre += 1
            self._out.append("```\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag in _MARKS or (tag == "code" and not self._pre):
            self._end_mark(tag)
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif tag == "blockquote" and self._quotes:
            self._quotes -= 1
            self._out.append("\x03")
        elif tag == "pre" and self._pre:
            self._pre -= 1
            self._out.append("\n```")
        if tag in _BLOCKS:
            self._block()

    def handle_data(self, data: str) -> None:
        data = data.replace("\x01", "").replace("\x02", "").replace("\x03", "")
        if self._pre or not self._escapes:
            self._out.append(data.replace("```", "'''") if self._pre else data)
        elif self._code:
            self._out.append(data.replace("`", "'").replace("\n", " "))
        else:
            words = re.sub(r"\s+", " ", data)
            self._out.append(_AT_START.sub(r"\1\\\2", _escaped(words)))

    def written(self) -> str:
        """Return all that was written, with quotes marked and no more than one empty line in a row."""
        self._end_link()
        while self._marks:
            self._end_mark(self._marks[-1][0])
        text = "".join(self._out)
        lines: list[str] = []
        quotes = 0
        for piece in re.split(r"(\x02|\x03)", text):
            if piece in "\x02\x03" and piece:
                quotes = max(0, min(_DEEPEST, quotes + (1 if piece == "\x02" else -1)))
                continue
            for line in re.sub(r"\x01+", "\n\n", piece).split("\n"):
                kept = line.rstrip() if line.strip() else ""
                lines.append(f"{'> ' * quotes}{kept}".rstrip() if quotes else kept)
            if quotes == 0:
                lines.append("")
        whole = re.sub(r"\n{3,}", "\n\n", "\n".join(_without_empty_quotes(lines))).strip()
        return whole if "```" in whole else _GAPS.sub(" ", whole)

    def _block(self) -> None:
        self._out.append("\x01")

    def _item(self) -> None:
        depth = "   " * min(len(self._lists) - 1, 3) if self._lists else ""
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            self._out.append(f"\n{depth}{self._lists[-1]}. ")
        else:
            self._out.append(f"\n{depth}- ")

    def _begin_link(self, address: str) -> None:
        self._end_link()
        if not self._pre and not self._code:
            self._link = (address, len(self._out))

    def _end_link(self) -> None:
        if self._link is None:
            return
        address, start = self._link
        self._link = None
        words = "".join(self._out[start:]).replace("\x01", " ").strip()
        del self._out[start:]
        self._marks = [mark for mark in self._marks if mark[1] <= start]
        before = "".join(self._out).replace("\x01", "").strip()
        if address and not before and self._is_own(address) and words.startswith("@"):
            return
        self._out.append(_linked(words, address))

    def _end_mark(self, tag: str) -> None:
        for at in range(len(self._marks) - 1, -1, -1):
            if self._marks[at][0] == tag:
                start = self._marks[at][1]
                del self._marks[at:]
                break
        else:
            return
        if tag == "code":
            self._code -= 1
        words = "".join(self._out[start:])
        mark = _MARKS.get(tag, "`")
        inner = words.strip()
        if inner and not any(letter in words for letter in "\n\x01\x02\x03"):
            left = words[: len(words) - len(words.lstrip())]
            right = words[len(words.rstrip()) :]
            self._out[start:] = [f"{left}{mark}{inner}{mark}{right}"]


def _linked(words: str, address: str) -> str:
    """Return a link: bare where its words are the address, or a part of it that somebody cut short."""
    if not address:
        return words
    bare = words.replace("\\", "").rstrip("…").rstrip(".")
    if not words or (len(bare) > 5 and words[0] != "@" and bare in address):
        return (
            f" {address} "
            if not re.search(r"[()\[\]*_~]", address)
            else f"[{_escaped(address)}](<{address}>)"
        )
    return f"[{words}](<{address}>)"


def _without_empty_quotes(lines: list[str]) -> list[str]:
    """Drop lines of a quote that hold nothing, at its beginning and end."""
    kept: list[str] = []
    for at, line in enumerate(lines):
        empty = line.strip("> ") == ""
        after = lines[at + 1] if at + 1 < len(lines) else ""
        if line.startswith(">") and empty:
            before = kept[-1] if kept else ""
            if not before.startswith(">") or before.strip("> ") == "" or not after.startswith(">"):
                continue
        kept.append(line)
    return kept
