# SPDX-License-Identifier: Apache-2.0
"""Queries whose SQL is built once.

For one row Django takes ten times as long to build the SQL as the database takes to answer it; a release asks
more than a hundred times, a full bake a million times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

Row = tuple[Any, ...]
Object = TypeVar("Object", bound=Model)

_MARK = -987_654_321
"""Stands for the parameter while the SQL is built; those below it for further ones."""


class BuiltOnce:
    """SQL with whole numbers as parameters, built once for each database and number of parameters."""

    def __init__(self, build: Callable[[Sequence[int]], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._known: dict[tuple[str, int], tuple[str, Row]] = {}

    def with_numbers(self, numbers: Sequence[int]) -> tuple[str, list[Any]]:
        """Return the SQL and its parameters for these numbers."""
        marks = [_MARK - place for place in range(len(numbers))]
        known = self._known.get((connection.vendor, len(numbers)))
        if known is None:
            known = self._build(marks).query.sql_with_params()
            self._known[connection.vendor, len(numbers)] = known
        values = dict(zip(marks, numbers, strict=True))
        sql, parameters = known
        return sql, [values.get(each, each) for each in parameters]

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Return the rows for these numbers as the database driver returns them."""
        with connection.cursor() as cursor:
            cursor.execute(*self.with_numbers(numbers))
            rows: list[Row] = cursor.fetchall()
        return rows


class Prepared:
    """A query with whole numbers as parameters; rows come as the database driver returns them.

    `build` must return `values_list(…)` of a queryset that compares the parameters with integer columns.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._query = BuiltOnce(lambda marks: build(*marks))

    def __call__(self, *numbers: int) -> list[Row]:
        return self._query.rows(numbers)


class PreparedObjects(Generic[Object]):
    """A query for objects of a model, with whole numbers as parameters.

    `build` must return a queryset of the model that compares the parameters with integer columns and adds no
    columns of its own or of other models.
    """

    def __init__(self, model: type[Object], build: Callable[..., QuerySet[Object]]) -> None:
        self._model = model
        self._query = BuiltOnce(lambda marks: build(*marks))

    def __call__(self, *numbers: int) -> list[Object]:
        return list(self._model._default_manager.raw(*self._query.with_numbers(numbers)))

    def first(self, *numbers: int) -> Object | None:
        """Return the first of them, None if there is none: let the query end after one."""
        return next(iter(self(*numbers)), None)
