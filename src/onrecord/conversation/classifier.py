# SPDX-License-Identifier: Apache-2.0
"""Naive Bayes over words: how much a text resembles comments that moderators called unwanted.

It sorts and may hold; it never refuses anything. It learns from each decision and unlearns what is reversed
or erased. Counts stand in the database; each process keeps them in memory and loads what has changed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Max

from onrecord.conversation import folding
from onrecord.conversation.models import WordCount

ALL = "*"
ENOUGH = 20
"""Before it has seen so many of both kinds it says nothing."""
LONGEST_WORD, MOST_WORDS = 40, 400
FRESH_SECONDS = 5.0
_SMOOTHING = 0.4
_STRONGEST = 25
"""Words that are counted: those that say most."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A score from 0 (as wanted) to 1 (as unwanted ones), and the words that made it, strongest first."""

    score: float
    because: tuple[tuple[str, float], ...] = ()
    """Word, weight: above zero it speaks for unwanted."""


@dataclass(slots=True)
class _Memory:
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    revision: int = -1
    loaded_at: float = 0.0


_memory = _Memory()


def judge(text: str) -> Judgement:
    """Return how much a text resembles unwanted comments; 0.5 until enough was learned."""
    counts = _counts()
    unwanted, wanted = counts.get(ALL, (0, 0))
    if min(unwanted, wanted) < ENOUGH:
        return Judgement(0.5)
    weights = []
    for word in words_of(text):
        bad, good = counts.get(word, (0, 0))
        if bad + good:
            weight = math.log((bad + _SMOOTHING) / (unwanted + 2 * _SMOOTHING)) - math.log(
                (good + _SMOOTHING) / (wanted + 2 * _SMOOTHING)
            )
            weights.append((word, weight))
    weights.sort(key=lambda one: -abs(one[1]))
    total = sum(weight for _word, weight in weights[:_STRONGEST])
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return Judgement(score, tuple(weights[:8]))


def words_of(text: str) -> list[str]:
    """Return what the classifier looks at: the words of a text, and of each address the host."""
    found = dict.fromkeys(word[:LONGEST_WORD] for word in folding.words(text) if len(word) > 1)
    return [word for word in list(found)[:MOST_WORDS] if word != ALL]


def count(words: Iterable[str], *, unwanted: int, wanted: int) -> None:
    """Add to the counts of words and of comments. For actions, in their transaction."""
    revision = (WordCount.objects.aggregate(last=Max("revision"))["last"] or 0) + 1
    rows = [(word, unwanted, wanted, revision) for word in sorted({ALL, *words})]
    places = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO conversation_wordcount (word, unwanted, wanted, revision) VALUES {places}"  # noqa: S608
            " ON CONFLICT (word) DO UPDATE SET"
            " unwanted = conversation_wordcount.unwanted + excluded.unwanted,"
            " wanted = conversation_wordcount.wanted + excluded.wanted, revision = excluded.revision",
            [value for row in rows for value in row],
        )


def forget_memory() -> None:
    """Load all counts anew at the next question."""
    global _memory  # noqa: PLW0603  # one memory for each process
    _memory = _Memory()


def _counts() -> dict[str, tuple[int, int]]:
    now = time.monotonic()
    if now - _memory.loaded_at > FRESH_SECONDS:
        # The newest revision is read again: another transaction may have shared its number.
        changed = WordCount.objects.filter(revision__gte=_memory.revision)
        for word, unwanted, wanted, revision in changed.values_list(
            "word", "unwanted", "wanted", "revision"
        ).iterator(chunk_size=5000):
            _memory.counts[word] = (max(unwanted, 0), max(wanted, 0))
            _memory.revision = max(_memory.revision, revision)
        _memory.loaded_at = now
    return _memory.counts
