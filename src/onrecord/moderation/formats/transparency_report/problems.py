# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a report: where, what stands there, what should."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COUNT = re.compile(r"0|[1-9]\d*")
_HOURS = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell, or a row or sheet, that cannot stay. `row` counts from 1, the header being row 1."""

    sheet: str
    row: int
    column: str
    found: str
    expected: str
    words: str

    def __str__(self) -> str:
        """Say it in one line."""
        where = f"{self.sheet}, row {self.row}" + (f", “{self.column}”" if self.column else "")
        return f"{where}: {self.words} Found: {self.found or 'nothing'}. Expected: {self.expected}."


class Inconsistent(Exception):
    """A report whose figures do not add up, or that the template would not take. It is not given out."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def is_count(cell: str) -> bool:
    """Tell whether a cell is a whole number without separators."""
    return _COUNT.fullmatch(cell) is not None


def is_hours(cell: str) -> bool:
    """Tell whether a cell is a number of hours."""
    return _HOURS.fullmatch(cell) is not None


def is_share(cell: str) -> bool:
    """Tell whether a cell is a number in [0, 1]."""
    return is_hours(cell) and float(cell) <= 1


def number(cell: str) -> int:
    """Return a count; what is blank or no count is 0, which has its own problem."""
    return int(cell) if is_count(cell) else 0
