# SPDX-License-Identifier: Apache-2.0
"""Brings a test database back to how it was migrated.

Django's own way empties all tables and makes content types and permissions again: seconds for each test that
commits. Here only the tables that hold something are looked at, and what migrations put there stays.
"""

from __future__ import annotations

from functools import cache
from typing import Any  # keys are numbers, texts or UUIDs

from django.db import connection, transaction

_kept: dict[str, list[Any]] = {}
"""Tables that are not empty after the migrations: the primary keys of their rows."""


def remember_what_is_there() -> None:
    """Note every row of the database as it is now: newly migrated."""
    _kept.clear()
    with connection.cursor() as cursor:
        for table in _filled(_tables()):
            cursor.execute(f"SELECT {_key_of(table)} FROM {_quoted(table)}")
            _kept[table] = [row[0] for row in cursor.fetchall()]


def remove_what_was_added() -> None:
    """Delete every row that was not there after the migrations."""
    filled = _filled(_tables())
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in filled:
            kept = _kept.get(table, [])
            places = ", ".join(["%s"] * len(kept))
            only = f" WHERE {_key_of(table)} NOT IN ({places})" if kept else ""
            cursor.execute(f"DELETE FROM {_quoted(table)}{only}", kept)


def _tables() -> list[str]:
    """Return the tables that may hold anything; PostgreSQL has no file yet for those that never did."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = current_schema()::regnamespace AND pg_relation_size(oid) > 0"
            )
            used = {row[0] for row in cursor.fetchall()}
        return [table for table in _all_tables() if table in used]
    return _all_tables()


@cache
def _all_tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _filled(tables: list[str]) -> list[str]:
    """Return the tables that hold anything, asked all at once."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {_quoted(table)})" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [row[0] for row in cursor.fetchall()]


@cache
def _key_of(table: str) -> str:
    with connection.cursor() as cursor:
        column = connection.introspection.get_primary_key_column(cursor, table)
    return _quoted(column or "id")


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
