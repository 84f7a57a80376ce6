# SPDX-License-Identifier: Apache-2.0
"""Queries whose SQL is built once.

For a page of one row Django takes ten times as long to build the SQL as the database takes to answer it,
and a full bake asks a million times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_MARK = -987_654_321
"""Stands for the parameter while the SQL is built."""


class Prepared:
    """A query with one whole number as parameter; rows come as the database driver returns them.

    `build` must return `values_list(…)` of a queryset that compares the parameter with an integer column.
    """

    def __init__(self, build: Callable[[int], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._build = build
        self._compiled: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, parameter: int) -> list[tuple[Any, ...]]:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            query = self._build(_MARK).query
            compiled = self._compiled[connection.vendor] = query.sql_with_params()
        sql, parameters = compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [parameter if each == _MARK else each for each in parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
