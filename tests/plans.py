# SPDX-License-Identifier: Apache-2.0
"""How SQLite would answer queries that were captured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection


def plans(captured: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the steps of the plans of these queries (SQLite, EXPLAIN QUERY PLAN), one after the other."""
    steps: list[str] = []
    with connection.cursor() as cursor:
        for query in captured:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            steps += [str(row[3]) for row in cursor.fetchall()]
    return steps
