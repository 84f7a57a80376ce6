# SPDX-License-Identifier: Apache-2.0
"""A log that was begun with an earlier version keeps its leaves and what opens them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from onrecord.proof.tiles import TILE_WIDTH
from tests.record.cast import MOMENT

ALIAS = "another"


@pytest.fixture
def empty_database(db: None) -> Iterator[BaseDatabaseWrapper]:
    """Connect to a database of the same kind in which nothing is: SQLite in memory, a PostgreSQL schema."""
    settings: dict[str, Any] = deepcopy(connection.settings_dict)
    if connection.vendor == "sqlite":
        settings |= {"NAME": ":memory:", "OPTIONS": {}}
    else:
        settings |= {"OPTIONS": {"options": "-c search_path=before_migrations"}}
    other = ConnectionHandler({ALIAS: settings, "default": settings})[ALIAS]
    connections[ALIAS] = other
    try:
        if other.vendor == "postgresql":
            with other.cursor() as cursor:
                cursor.execute("DROP SCHEMA IF EXISTS before_migrations CASCADE")
                cursor.execute("CREATE SCHEMA before_migrations")
        yield other
        if other.vendor == "postgresql":
            with other.cursor() as cursor:
                cursor.execute("DROP SCHEMA before_migrations CASCADE")
    finally:
        other.close()
        del connections[ALIAS]


def test_leaves_keep_what_opens_them(empty_database: BaseDatabaseWrapper) -> None:
    executor = MigrationExecutor(empty_database)
    before = executor.migrate([("record", "0002_append_only")])
    leaf = before.apps.get_model("record", "Leaf")
    leaf.objects.using(ALIAS).bulk_create(
        leaf(
            index=index,
            commitment=index.to_bytes(32),
            body=b"%d" % index,
            hash=bytes(32),
            nonce=(index + 1).to_bytes(32),
            edition_path=f"/s/2026/{index}/1.json",
            at=MOMENT,
        )
        for index in range(TILE_WIDTH + 1)
    )
    executor = MigrationExecutor(empty_database)
    after = executor.migrate([("record", "0005_leaves_reveal_nothing")])
    leaf, opening = (after.apps.get_model("record", name) for name in ("Leaf", "Opening"))
    assert sorted(field.name for field in leaf._meta.get_fields() if field.concrete) == [
        "at",
        "body",
        "commitment",
        "hash",
        "index",
    ]
    rows = opening.objects.using(ALIAS).order_by("leaf").select_related("leaf")
    assert [
        (row.state, bytes(row.nonce), row.edition_path, bytes(row.leaf.body), row.sealed_until, row.erased_by)
        for row in rows
    ] == [
        ("open", (index + 1).to_bytes(32), f"/s/2026/{index}/1.json", b"%d" % index, None, None)
        for index in range(TILE_WIDTH + 1)
    ]
    for model, value in ((leaf, {"body": b""}), (opening, {"nonce": bytes(32)})):
        with pytest.raises(DatabaseError, match=r"never"), transaction.atomic(ALIAS):
            model.objects.using(ALIAS).update(**value)
