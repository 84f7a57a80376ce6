# SPDX-License-Identifier: Apache-2.0
"""Queries that are asked once for all pages of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from onrecord.bakery import batch
from onrecord.prepared import BuiltOnce, Row


class Gathered:
    """As `Prepared`, but within a batch the rows of every number that is soon asked for are read at once.

    `build` must return `values_list(…)` of a queryset that compares an integer column with the numbers (as
    `__in`); that column comes first in each row, and is left out of what is returned. `beside` names further
    numbers.
    """

    def __init__(
        self, build: Callable[[Sequence[int]], QuerySet[Any, Row]], beside: Callable[[], Iterable[int]]
    ) -> None:
        self._query = BuiltOnce(build)
        self._beside = beside

    def __call__(self, number: int) -> list[Row]:
        memory = batch.memory()
        if memory is None:
            return [row[1:] for row in self._query.rows((number,))]
        read: dict[int, list[Row]] = memory.setdefault(self, {})
        if number not in read:
            missing = {number, *self._beside()} - read.keys()
            read |= {each: [] for each in missing}
            for row in self._rows(sorted(missing)):
                read[row[0]].append(row[1:])
        return read[number]

    def _rows(self, numbers: Sequence[int]) -> list[Row]:
        """Ask for one, two, four, eight … numbers: those that fill up name the last one once more."""
        size = 1 << (len(numbers) - 1).bit_length()
        return self._query.rows((*numbers, *[numbers[-1]] * (size - len(numbers))))
