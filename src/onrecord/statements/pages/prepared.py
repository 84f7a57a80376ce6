# SPDX-License-Identifier: Apache-2.0
"""Queries whose SQL is built once.

For a page of one row Django takes ten times as long to build the SQL as the database takes to answer it,
and a full bake asks a million times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from onrecord.bakery import batch

_MARK = -987_654_321
"""Stands for the parameter while the SQL is built; those below it for further ones."""

Row = tuple[Any, ...]


class Prepared:
    """A query with one whole number as parameter; rows come as the database driver returns them.

    `build` must return `values_list(…)` of a queryset that compares the parameter with an integer column.
    """

    def __init__(self, build: Callable[[int], QuerySet[Any, Row]]) -> None:
        self._compiled = _Compiled(lambda marks: build(marks[0]))

    def __call__(self, parameter: int) -> list[Row]:
        return self._compiled.rows((parameter,))


class Gathered:
    """As `Prepared`, but within a batch the rows of every number that is soon asked for are read at once.

    `build` must return `values_list(…)` of a queryset that compares an integer column with the numbers (as
    `__in`); that column comes first in each row, and is left out of what is returned. `beside` names further
    numbers.
    """

    def __init__(
        self, build: Callable[[Sequence[int]], QuerySet[Any, Row]], beside: Callable[[], Iterable[int]]
    ) -> None:
        self._compiled = _Compiled(build)
        self._beside = beside

    def __call__(self, number: int) -> list[Row]:
        memory = batch.memory()
        if memory is None:
            return [row[1:] for row in self._compiled.rows((number,))]
        read: dict[int, list[Row]] = memory.setdefault(self, {})
        if number not in read:
            missing = {number, *self._beside()} - read.keys()
            read |= {each: [] for each in missing}
            for row in self._compiled.rows(sorted(missing)):
                read[row[0]].append(row[1:])
        return read[number]


class _Compiled:
    """A query by numbers, its SQL built once for one, two, four, eight … of them."""

    def __init__(self, build: Callable[[Sequence[int]], QuerySet[Any, Row]]) -> None:
        self._build = build
        self._known: dict[tuple[str, int], tuple[str, Row]] = {}

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Return the rows for these numbers: at least one."""
        size = 1 << (len(numbers) - 1).bit_length()
        marks = [_MARK - place for place in range(size)]
        known = self._known.get((connection.vendor, size))
        if known is None:
            known = self._build(marks).query.sql_with_params()
            self._known[connection.vendor, size] = known
        # Those that fill up name the last number once more.
        values = dict(zip(marks, (*numbers, *[numbers[-1]] * (size - len(numbers))), strict=True))
        sql, parameters = known
        with connection.cursor() as cursor:
            cursor.execute(sql, [values.get(each, each) for each in parameters])
            rows: list[Row] = cursor.fetchall()
        return rows
