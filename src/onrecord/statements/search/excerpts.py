# SPDX-License-Identifier: Apache-2.0
"""The passage that shows why a statement was found, taken from its frozen text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from onrecord.statements.search.queries import Phrase, matches
from onrecord.statements.tokens import folded, spans

LENGTH = 240
"""Characters of an excerpt, about."""
_BEFORE = 80
_SNAP = 20
_MOST_COMPARED = 50


def excerpt(data: Mapping[str, Any], phrases: Sequence[Phrase]) -> Markup:
    """Return the passage of an edition that has most of the phrases in it, what was looked for marked."""
    passage = _best(data, phrases)
    return _window(passage, phrases)


def marked(text: str, phrases: Sequence[Phrase]) -> Markup:
    """Return a short text as HTML, what was looked for marked."""
    return _mark(text, _ranges(text, phrases))


def _best(data: Mapping[str, Any], phrases: Sequence[Phrase]) -> str:
    """Return the first of the passages with most phrases: the summary, then the blocks in order."""
    best, most = str(data["summary"]), 0
    for passage in [best, *(str(block["text"]) for block in data["blocks"])]:
        rough = folded(passage)
        count = sum(all(token in rough for token in phrase.tokens) for phrase in phrases)
        if count > most:
            best, most = passage, count
        if most == len(phrases):
            break
    return best


def _window(passage: str, phrases: Sequence[Phrase]) -> Markup:
    ranges = _ranges(passage, phrases)
    if len(passage) <= LENGTH:
        return _mark(passage, ranges)
    first = _densest(passage, ranges[:_MOST_COMPARED]) if ranges else 0
    start = max(0, min(first - _BEFORE, len(passage) - LENGTH))
    end = min(len(passage), start + LENGTH)
    start, end = _at_space(passage, start, forward=True), _at_space(passage, end, forward=False)
    inside = [(a - start, b - start) for a, b in ranges if start <= a and b <= end]
    text = _mark(passage[start:end], inside)
    return Markup("{}{}{}").format("… " if start else "", text, " …" if end < len(passage) else "")


def _densest(passage: str, ranges: Sequence[tuple[int, int]]) -> int:
    """Return where a window begins in which most different words are marked; of equals, the first."""

    def marked_from(start: int) -> int:
        within = [(a, b) for a, b in ranges if start <= a and b <= start + LENGTH - _BEFORE]
        return len({folded(passage[a:b]) for a, b in within})

    return max((start for start, _end in ranges), key=marked_from)


def _at_space(passage: str, place: int, *, forward: bool) -> int:
    """Return a place at a word's edge near this one; scripts without spaces have none, so any will do."""
    if place in {0, len(passage)}:
        return place
    for step in range(_SNAP):
        at = place + step if forward else place - step
        if 0 < at < len(passage) and passage[at - 1 if forward else at].isspace():
            return at
    return place


def _ranges(text: str, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Return the places to mark, in characters, in order and apart from each other."""
    found = spans(text)
    merged: list[tuple[int, int]] = []
    for first, after in matches([span.token for span in found], phrases):
        start, end = found[first].start, found[after - 1].end
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _mark(text: str, ranges: Sequence[tuple[int, int]]) -> Markup:
    parts: list[Markup] = []
    place = 0
    for start, end in ranges:
        parts.append(escape(text[place:start]))
        parts.append(Markup("<mark>{}</mark>").format(text[start:end]))
        place = end
    parts.append(escape(text[place:]))
    return Markup("").join(parts)
