# SPDX-License-Identifier: Apache-2.0
"""What commenters may write: paragraphs, emphasis, quotes, lists, code, links; nothing that loads anything.

Markdown with few rules, no HTML; what comes out is cleaned once more. It is made when a comment is written,
not when it is read.
"""

from __future__ import annotations

import re
import unicodedata

import nh3
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from onrecord.conversation.errors import BadComment

LONGEST = 5000
MOST_LINES = 200
DEEPEST_QUOTE = 4
_TAGS = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre", "a", "s"}
_RULES = (
    "blockquote",
    "list",
    "fence",
    "backticks",
    "emphasis",
    "strikethrough",
    "newline",
    "escape",
    "link",
)
_BIDI = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"))
"""Marks that turn the direction of what follows. Each paragraph finds its own direction instead."""
_QUOTES = re.compile(r"^(?: {0,3}>){5,}", re.MULTILINE)
_BREAKS = re.compile(r"\n{3,}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""What ASCII holds that nobody sees, but for tab and line feed."""
_STACKED = 6
"""Marks above or below one letter; Vietnamese and Hebrew need three."""


def cleaned(text: str) -> str:
    """Return a text as it is kept: no marks that nobody sees, one kind of line end.

    Raises BadComment for one that is empty, too long, or has too many lines.
    """
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _seen(plain.translate(_BIDI))
    plain = _BREAKS.sub("\n\n", _unstacked(plain)).strip()
    if not any(unicodedata.category(letter)[0] in "LNSP" for letter in plain):
        raise BadComment("text", _("Write something."))
    if len(plain) > LONGEST:
        raise BadComment(
            "text",
            _("This is %(length)d characters long. Write %(most)d at most.")
            % {"length": len(plain), "most": LONGEST},
        )
    if plain.count("\n") >= MOST_LINES:
        raise BadComment("text", _("Write %(most)d lines at most.") % {"most": MOST_LINES})
    return plain


def rendered(text: str) -> str:
    """Return a cleaned text as HTML that is safe wherever a paragraph may stand."""
    shallow = _QUOTES.sub(">" * DEEPEST_QUOTE, text)
    made = _markdown().render(shallow)
    html = nh3.clean(
        made,
        tags=_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https"},
        link_rel="nofollow ugc noopener",
    )
    for tag in ("p", "blockquote", "ul", "ol", "pre"):
        html = html.replace(f"<{tag}>", f'<{tag} dir="auto">')
    return html.strip()


def links_in(html: str) -> list[str]:
    """Return the addresses that a rendered text links to."""
    return re.findall(r'<a href="([^"]*)"', html)


def one_line(text: str, longest: int) -> str:
    """Return a name or the like: one line, no marks that nobody sees, cut to a length."""
    plain = unicodedata.normalize("NFC", text).translate(_BIDI)
    plain = _seen(plain)
    return " ".join(_unstacked(plain).split())[:longest].strip()


def _markdown() -> MarkdownIt:
    return _MARKDOWN


class _Whole(MarkdownIt):
    """Links whole addresses alone: `//elsewhere.example` would lead away from this site unseen."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return url.lower().startswith(("https://", "http://"))


def _made() -> MarkdownIt:
    made = _Whole("zero", {"html": False, "linkify": True, "breaks": True, "maxNesting": 12})
    made.enable(list(_RULES))
    made.enable("linkify")
    assert made.linkify is not None  # noqa: S101 - linkify-it-py is a dependency
    made.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    return made


def _seen(text: str) -> str:
    """Return a text without what nobody sees; in ASCII, which most texts are, that is quickly found."""
    if text.isascii():
        return _CONTROLS.sub("", text)
    return "".join(letter for letter in text if _is_kept(letter))


def _is_kept(letter: str) -> bool:
    if letter in "\n\t\u200c\u200d":
        return True
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _unstacked(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in {"Mn", "Me"} else 0
        if marks <= _STACKED:
            kept.append(letter)
    return "".join(kept)


_MARKDOWN = _made()
# What mdurl keeps for all threads is filled at the first address, and not safely by two of them at once.
_MARKDOWN.render("https://example.org/ü and [this](https://example.org/%41)")
