# SPDX-License-Identifier: Apache-2.0
"""Lets a test database be emptied although its triggers refuse to forget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests import emptied

RECORD = ("record_leaf", "record_loghead", "record_opening", "record_document", "statements_edition")
JUDGED = (
    *("rulebook", "rule", "ruletext", "decision", "remark", "effect", "reasons", "appeal", "notice"),
    *("report", "commitment"),
)
TABLES = (*RECORD, *(f"moderation_{name}" for name in JUDGED))


@contextmanager
def guards_lifted() -> Iterator[None]:
    """Switch the triggers of the append-only tables off, and on again."""
    if connection.vendor == "postgresql":
        with _altered("DISABLE", "ENABLE"):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            f" AND tbl_name IN ({', '.join(['%s'] * len(TABLES))})",
            TABLES,
        )
        triggers = cursor.fetchall()
    _run(f"DROP TRIGGER {name}" for name, _ in triggers)
    try:
        yield
    finally:
        _run(sql for _, sql in triggers)


def _run(statements: Iterable[str]) -> None:
    """Run all or none: waiting for the disk after each takes longer than most tests."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def _altered(before: str, after: str) -> Iterator[None]:
    _alter(before)
    try:
        yield
    finally:
        _alter(after)


def _alter(triggers: str) -> None:
    # A table with checks still to do cannot be altered.
    _run(
        [
            "SET CONSTRAINTS ALL IMMEDIATE",
            "; ".join(f"ALTER TABLE {table} {triggers} TRIGGER USER" for table in TABLES),
        ]
    )


@pytest.fixture(autouse=True, scope="session")
def the_log_is_forgotten_between_tests() -> Iterator[None]:
    """Lift the guards while a test that committed its changes is cleaned up, and clean up quickly."""

    def teardown(_case: TransactionTestCase) -> None:
        with guards_lifted():
            emptied.remove_what_was_added()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
