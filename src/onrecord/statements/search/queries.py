# SPDX-License-Identifier: Apache-2.0
"""What a reader typed, as phrases that all have to be found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.statements.tokens import is_spaceless, tokenise

LONGEST_QUERY = 200
"""Characters; what is longer is cut."""
MOST_TOKENS = 40
SHORTEST_PREFIX = 3
"""Characters from which on the last word also finds longer ones."""

_QUOTES = re.compile('["“”„‟«»「」『』]')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand next to each other; with `prefix`, the last of them may go on."""

    tokens: tuple[str, ...]
    prefix: bool = False


def parse(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of a query: each word is one, and whatever stands in quotation marks.

    A word that is several tokens (`co-operate`, `l'eau`, 气候) is a phrase of them. The last word, unless
    quoted, also finds words that begin with it.
    """
    phrases: dict[Phrase, None] = {}
    left = MOST_TOKENS
    parts = _QUOTES.split(text[:LONGEST_QUERY])
    for number, part in enumerate(parts):
        quoted = number % 2 == 1
        for word in [part] if quoted else part.split():
            tokens = tuple(tokenise(word)[:left])
            left -= len(tokens)
            if tokens:
                phrases.pop(Phrase(tokens), None)
                phrases[Phrase(tokens)] = None
    found = list(phrases)
    if found and len(parts) % 2 == 1 and parts[-1].strip() and _may_go_on(found[-1]):
        found[-1] = Phrase(found[-1].tokens, prefix=True)
    return tuple(found)


def facets(language: str, kind: str, year: int | None) -> tuple[str, ...]:
    """Return the words by which the index knows language, kind and year; no text can contain them."""
    wanted = (("l", language), ("k", kind), ("y", str(year or "")))
    return tuple(f"¶{letter}{value.replace('-', '')}" for letter, value in wanted if value)


def matches(tokens: list[str], phrases: Iterable[Phrase]) -> list[tuple[int, int]]:
    """Return where phrases stand among tokens, as (first, after last), in order."""
    return sorted(place for phrase in phrases for place in _places(tokens, phrase))


def _places(tokens: list[str], phrase: Phrase) -> list[tuple[int, int]]:
    *firsts, last = phrase.tokens
    length = len(phrase.tokens)
    return [
        (at, at + length)
        for at in range(len(tokens) - length + 1)
        if tokens[at : at + length - 1] == firsts
        and (tokens[at + length - 1] == last or (phrase.prefix and tokens[at + length - 1].startswith(last)))
    ]


def _may_go_on(phrase: Phrase) -> bool:
    last = phrase.tokens[-1]
    return len(last) >= SHORTEST_PREFIX and not is_spaceless(last)
