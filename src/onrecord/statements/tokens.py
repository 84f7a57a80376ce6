# SPDX-License-Identifier: Apache-2.0
"""Text to words, the same for every script: what search indexes, what it looks for, what a quote is made of.

Compatibility forms, case, diacritics and invisible marks are folded away; what is left is cut into runs of
letters, marks and numbers. Scripts that put no spaces between words give one token for each character.
Pure: no Django, no database.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

LONGEST = 100
"""Characters of a token; a longer run is cut into pieces of this length, so that any index can hold them."""

_ASCII = re.compile(r"[a-z0-9]+")
_RUN = re.compile(r"(?:[\x21-\x7f]*[\x00-\x20])+|\S+|\s+")
"""Whole words that are ASCII, as many as follow each other; or one word that is not."""

# Marks that readers leave out or type differently: Latin, Greek and Cyrillic accents, Hebrew points and
# cantillation, Arabic vowel signs and tatweel. Vowel signs of Indic scripts are letters to their readers.
_DIACRITICS = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
)
# Zero-width characters, soft hyphen, bidirectional marks and isolates, variation selectors.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0001-\U000e007f\U000e0100-\U000e01ef"
)
# Tibetan, Thai, Lao, Burmese, Khmer, Tai scripts; kana; Chinese characters.
_WITHOUT_SPACES = (
    "\u0e00-\u0e4f\u0e80-\u0ecf\u0edc-\u0edf\u0f00\u0f40-\u0f6c\u0f88-\u0f8c\u1000-\u103f\u1050-\u109f"
    "\u1780-\u17d3\u1950-\u19df\u1a20-\u1a5e\ua9e0-\ua9fe\uaa60-\uaac2"
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_REMOVED = re.compile(f"[{_DIACRITICS}{_INVISIBLE}]+")
_SPACELESS = re.compile(f"[{_WITHOUT_SPACES}]")


class Span(NamedTuple):
    """A token and where its text stands: `start` and `end` are offsets in characters."""

    token: str
    start: int
    end: int


def tokenise(text: str) -> list[str]:
    """Return the tokens of a text, in order."""
    tokens = _ASCII.findall(text.lower()) if text.isascii() else _pattern().findall(_fold(text))
    return _cut(tokens) if any(len(token) > LONGEST for token in tokens) else tokens


def spans(text: str) -> list[Span]:
    """Return the tokens of a text with their places in it; slower than `tokenise`, so for a paragraph."""
    found: list[Span] = []
    for run in _RUN.finditer(text):
        if run[0].isascii():
            offset = run.start()
            for token in _ASCII.finditer(run[0].lower()):
                start, end = token.span()
                found.append(Span(token[0], offset + start, offset + end))
        else:
            found.extend(_spans_of(run[0], run.start()))
    return [piece for span in found for piece in _pieces(span)]


def folded(text: str) -> str:
    """Return a text with all folded away that tokens do not tell apart; spaces and signs stay."""
    return text.lower() if text.isascii() else _fold(text)


def is_spaceless(token: str) -> bool:
    """Tell whether a token is one character of a script without spaces between words."""
    return _SPACELESS.match(token) is not None


def _fold(text: str) -> str:
    lowered = unicodedata.normalize("NFKC", text).casefold()
    bare = _REMOVED.sub("", unicodedata.normalize("NFD", lowered))
    # Composed again: Hangul as syllables, kana with their voicing marks. Equal texts stay equal.
    return unicodedata.normalize("NFC", bare)


def _spans_of(word: str, offset: int) -> list[Span]:
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(word):
        piece = _fold(word[start:end])
        letters.append(piece)
        places.extend([(offset + start, offset + end)] * len(piece))
    return [
        Span(match[0], places[match.start()][0], places[match.end() - 1][1])
        for match in _pattern().finditer("".join(letters))
    ]


def _pieces(span: Span) -> list[Span]:
    return (
        [span]
        if len(span.token) <= LONGEST
        else [Span(token, span.start, span.end) for token in _cut([span.token])]
    )


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return the pieces that can be folded on their own: a character with all that combines with it."""
    pieces: list[tuple[int, int]] = []
    for place, character in enumerate(text):
        if pieces and (unicodedata.combining(character) or _REMOVED.match(character) or _joins(character)):
            pieces[-1] = (pieces[-1][0], place + 1)
        else:
            pieces.append((place, place + 1))
    return pieces


def _joins(character: str) -> bool:
    """Tell whether a character composes with the one before it: Hangul vowels and finals, vowel signs."""
    return "\u1160" <= character <= "\u11ff" or unicodedata.category(character) == "Mc"


def _cut(tokens: list[str]) -> list[str]:
    return [token[at : at + LONGEST] for token in tokens for at in range(0, len(token), LONGEST)]


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of one token in folded text."""
    marks = _marks()
    return re.compile(f"[{_WITHOUT_SPACES}][{marks}]*|(?:(?![{_WITHOUT_SPACES}])[^\\W_]|[{marks}])+")


def _marks() -> str:
    """Return every combining mark of this Python's Unicode as the inside of a character class."""
    ranges: list[list[int]] = []
    for number in range(0x300, 0x20000):
        if unicodedata.category(chr(number))[0] == "M":
            if ranges and ranges[-1][1] == number - 1:
                ranges[-1][1] = number
            else:
                ranges.append([number, number])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
