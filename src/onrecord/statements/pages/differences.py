# SPDX-License-Identifier: Apache-2.0
"""What differs between two texts, word by word, in bounded time.

The greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), with a
budget: texts that differ too much are shown as replaced, which is also what a reader can follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

# Scripts that do not put spaces between words are compared by character.
_TOKEN = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|\w+\s*|[^\w\s]\s*|\s+"
)


class Sort(Enum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is the same, removed or added."""

    sort: Sort
    text: str

    @property
    def shown(self) -> str:
        """The text without the space after it, which looks odd when it is marked."""
        return self.text.rstrip() or self.text

    @property
    def gap(self) -> str:
        """The space after it."""
        return self.text[len(self.shown) :]

    @property
    def words(self) -> int:
        """How many words (in scripts without spaces: characters) it holds."""
        return sum(1 for token in _TOKEN.findall(self.text) if any(map(str.isalnum, token)))


@dataclass
class Budget:
    """How many steps the comparison of two whole editions may still take."""

    steps: int = 400_000

    def take(self, steps: int) -> bool:
        """Use steps up; false when there are not enough left."""
        self.steps -= steps
        return self.steps >= 0


def compare(before: str, after: str, budget: Budget) -> list[Piece]:
    """Return the pieces of which the same and removed ones make `before`, the same and added ones `after`."""
    return _pieces(script(_TOKEN.findall(before), _TOKEN.findall(after), budget))


def script(before: Sequence[str], after: Sequence[str], budget: Budget) -> list[tuple[Sort, str]]:
    """Return the items of both sequences in order, each with what became of it."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle = _shortest(before[start : len(before) - end], after[start : len(after) - end], budget)
    head = [(Sort.SAME, item) for item in before[:start]]
    tail = [(Sort.SAME, item) for item in before[len(before) - end :]]
    return head + middle + tail


def _shortest(before: Sequence[str], after: Sequence[str], budget: Budget) -> list[tuple[Sort, str]]:
    replaced = [(Sort.REMOVED, item) for item in before] + [(Sort.ADDED, item) for item in after]
    if not before or not after:
        return replaced
    # `reached[k]` is how far into `before` the furthest path on diagonal k (before minus after) has come.
    reached, trail = {1: 0}, []
    for depth in range(len(before) + len(after) + 1):
        trail.append(dict(reached))
        if not budget.take(2 * depth + 1):
            return replaced
        for diagonal in range(-depth, depth + 1, 2):
            down = diagonal == -depth or (diagonal != depth and reached[diagonal - 1] < reached[diagonal + 1])
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            y = x - diagonal
            while x < len(before) and y < len(after) and before[x] == after[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= len(before) and y >= len(after):
                return _walk_back(before, after, trail)
    return replaced


def _walk_back(
    before: Sequence[str], after: Sequence[str], trail: Sequence[dict[int, int]]
) -> list[tuple[Sort, str]]:
    steps: list[tuple[Sort, str]] = []
    x, y = len(before), len(after)
    for depth in range(len(trail) - 1, -1, -1):
        reached, diagonal = trail[depth], x - y
        down = diagonal == -depth or (diagonal != depth and reached[diagonal - 1] < reached[diagonal + 1])
        previous = diagonal + 1 if down else diagonal - 1
        came_x = reached[previous] if depth else 0
        came_y = came_x - previous if depth else 0
        while x > came_x and y > came_y:
            x, y = x - 1, y - 1
            steps.append((Sort.SAME, before[x]))
        if depth and down:
            y -= 1
            steps.append((Sort.ADDED, after[y]))
        elif depth:
            x -= 1
            steps.append((Sort.REMOVED, before[x]))
    return steps[::-1]


def _pieces(steps: list[tuple[Sort, str]]) -> list[Piece]:
    """Join steps to runs: in each change first all that was removed, then all that was added."""
    pieces: list[Piece] = []
    removed, added = "", ""
    for at, (sort, text) in enumerate(steps):
        if sort is Sort.REMOVED:
            removed += text
        elif sort is Sort.ADDED:
            added += text
        elif (removed or added) and _is_stitch(steps, at):
            removed, added = removed + text, added + text
        else:
            _close(pieces, removed, added)
            removed = added = ""
            if pieces and pieces[-1].sort is Sort.SAME:
                pieces[-1] = Piece(Sort.SAME, pieces[-1].text + text)
            else:
                pieces.append(Piece(Sort.SAME, text))
    _close(pieces, removed, added)
    return pieces


def _is_stitch(steps: list[tuple[Sort, str]], at: int) -> bool:
    if any(map(str.isalnum, steps[at][1])):
        return False
    return at + 1 < len(steps) and steps[at + 1][0] is not Sort.SAME


def _close(pieces: list[Piece], removed: str, added: str) -> None:
    if removed:
        pieces.append(Piece(Sort.REMOVED, removed))
    if added:
        pieces.append(Piece(Sort.ADDED, added))
