# SPDX-License-Identifier: Apache-2.0
"""What migrations leave in a database, beside what Django would make of the models alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Model

BESIDE_THE_MODELS = {
    "postgresql": {
        "statements_searchentry": {
            "column words tsvector ",
            "CREATE INDEX statements_searchentry_words ON statements_searchentry USING gin (words)",
        }
    }
}
"""What is for one database alone, so that no model speaks of it; by database and table."""
SEARCHED = re.compile(r"(statements_search|press_inquiry)words(_\w+)?")
"""Tables of words that are searched; SQLite keeps several for each."""

Definitions = dict[str, set[str]]
"""By table: each column, constraint and index, as the database itself writes it."""


def models() -> list[type[Model]]:
    """Return our models, those of many-to-many tables included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("onrecord.") and model._meta.managed and not model._meta.proxy
    ]


@pytest.mark.django_db
def test_the_models_ask_for_nothing_that_no_migration_makes() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_migrations_make_exactly_the_tables_that_the_models_say() -> None:
    migrated = _on_postgresql("public") if connection.vendor == "postgresql" else _on_sqlite(connection)
    beside: Definitions = BESIDE_THE_MODELS.get(connection.vendor, {})
    with _made_of_the_models() as wanted:
        for table, definitions in wanted.items():
            assert migrated[table] == definitions | beside.get(table, set()), table


@pytest.mark.django_db
def test_no_table_of_ours_is_without_a_model() -> None:
    labels = tuple(f"{app.label}_" for app in apps.get_app_configs() if app.name.startswith("onrecord."))
    tables = {name for name in connection.introspection.table_names() if name.startswith(labels)}
    without = tables - {model._meta.db_table for model in models()}
    assert [name for name in sorted(without) if not SEARCHED.fullmatch(name)] == []


@contextmanager
def _made_of_the_models() -> Iterator[Definitions]:
    """Make the tables once more, away from the migrated ones."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA of_the_models")
            cursor.execute("SET LOCAL search_path TO of_the_models, public")
        with connection.schema_editor() as editor:
            for model in models():
                if not model._meta.auto_created:  # made with the model that has it
                    editor.create_model(model)
        yield _on_postgresql("of_the_models")
        return
    other = type(connections["default"])(connection.settings_dict | {"NAME": ":memory:"})
    try:
        with other.schema_editor(atomic=False) as editor:
            for model in models():
                if not model._meta.auto_created:  # made with the model that has it
                    editor.create_model(model)
        yield _on_sqlite(other)
    finally:
        other.close()


def _on_postgresql(schema: str) -> Definitions:
    found: Definitions = {model._meta.db_table: set() for model in models()}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, 'column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                   || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attidentity::text
                   || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
                   || coalesce(' collate ' || nullif(l.collname, 'default'), '')
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN pg_collation l ON l.oid = a.attcollation
            WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r'
              AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT c.relname, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            WHERE c.relnamespace = %(schema)s::regnamespace AND k.contype <> 't'
            UNION ALL
            SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = %(schema)s
            """,
            {"schema": schema},
        )
        for table, definition in cursor.fetchall():
            if table in found:
                found[table].add(re.sub(r"\b(public|of_the_models)\.", "", definition))
    return found


def _on_sqlite(one: Any) -> Definitions:
    found: Definitions = {model._meta.db_table: set() for model in models()}
    with one.cursor() as cursor:
        cursor.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
        for kind, table, text in cursor.fetchall():
            if table in found and text:
                found[table] |= set(_parts(text)) if kind == "table" else {text}
    return found


def _parts(statement: str) -> Iterator[str]:
    """Yield what stands between the commas of a CREATE TABLE; columns that came later stand elsewhere."""
    depth, part = 0, ""
    for character in statement[statement.index("(") + 1 : statement.rindex(")")]:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            yield part.strip()
            part = ""
        else:
            part += character
    yield part.strip()
