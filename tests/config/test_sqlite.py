# SPDX-License-Identifier: Apache-2.0
"""SQLite has one writer: who waits for it gets it in turn, in whichever process, and not for ever."""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import NotSupportedError, OperationalError, transaction
from django.db.utils import ConnectionHandler

from onrecord.config.database import SQLITE_OPTIONS
from onrecord.config.sqlite import base

FORK = multiprocessing.get_context("fork")


@contextmanager
def connected(path: Path, timeout: float = 5) -> Iterator[Any]:
    """Open a database as the program does."""
    described = {
        "ENGINE": "onrecord.config.sqlite",
        "NAME": path,
        "OPTIONS": {**SQLITE_OPTIONS, "timeout": timeout},
    }
    connection = ConnectionHandler({"default": described})["default"]
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "counted.sqlite3"
    with connected(place) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE counted (name TEXT PRIMARY KEY, count INTEGER NOT NULL)")
    return place


def _add(connection: Any, name: str, *, hold: float = 0) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counted VALUES (%s, 1) ON CONFLICT DO UPDATE SET count = count + 1", [name]
        )
    time.sleep(hold)
    connection.commit()
    connection.set_autocommit(True)


def _counted(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        return dict(database.execute("SELECT name, count FROM counted"))


def _write_greedily(path: Path, until: float) -> None:
    with connected(path) as connection:
        while time.monotonic() < until:
            _add(connection, "greedy", hold=0.004)
            time.sleep(0.001)  # what every worker here does between two transactions


def _write_many(path: Path, name: str, count: int) -> None:
    with connected(path) as connection:
        for _ in range(count):
            _add(connection, name)


def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    writers = [FORK.Process(target=_write_many, args=(path, f"writer {n}", 100)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0] * 4
    assert _counted(path) == {f"writer {n}": 100 for n in range(4)}


def test_who_writes_without_end_keeps_nobody_waiting(path: Path) -> None:
    greedy = [FORK.Process(target=_write_greedily, args=(path, time.monotonic() + 4)) for _ in range(2)]
    for writer in greedy:
        writer.start()
    waited = []
    with connected(path) as connection:
        while any(writer.is_alive() for writer in greedy):
            began = time.monotonic()
            _add(connection, "now and then")
            waited.append(time.monotonic() - began)
            time.sleep(0.05)
    for writer in greedy:
        writer.join(10)

    assert [writer.exitcode for writer in greedy] == [0, 0]
    assert _counted(path)["greedy"] > 50
    assert sorted(waited)[len(waited) // 2] < 0.1, "SQLite's own wait grows to 100 ms at a time"
    assert max(waited) < 2


def test_a_statement_without_a_transaction_waits_in_the_same_manner(path: Path) -> None:
    with connected(path) as holding, connected(path) as waiting:
        holding.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        done = threading.Timer(0.3, holding.commit)
        holding.inc_thread_sharing()
        done.start()
        with waiting.cursor() as cursor:
            cursor.execute("INSERT INTO counted VALUES ('patient', 1)")
        done.join()
        holding.set_autocommit(True)

    assert _counted(path) == {"patient": 1}


def test_patience_ends_with_the_error_that_everybody_knows(path: Path) -> None:
    with connected(path) as holding, connected(path, timeout=0.2) as waiting:
        holding.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        began = time.monotonic()
        with pytest.raises(OperationalError, match="database is locked"):
            _add(waiting, "impatient")
        assert 0.2 <= time.monotonic() - began < 2
        holding.rollback()
        holding.set_autocommit(True)
        waiting.close()
        _add(waiting, "impatient")

    assert _counted(path) == {"impatient": 1}


def _ask() -> None:
    sys.exit(0 if base._turn.acquire(timeout=1) else 1)


def test_a_process_that_is_forked_while_a_thread_asks_does_not_wait_for_it() -> None:
    with base._turn:
        child = FORK.Process(target=_ask)
        child.start()
        child.join(10)

    assert child.exitcode == 0


def test_many_rows_are_written_in_a_transaction_or_not_at_all(path: Path) -> None:
    statement = "INSERT INTO counted VALUES (%s, 1)"
    with connected(path) as connection, connection.cursor() as cursor:
        with pytest.raises(NotSupportedError, match="Begin a transaction first"):
            cursor.executemany(statement, [["one"], ["two"]])
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        cursor.executemany(statement, [["one"], ["two"]])
        connection.commit()
        connection.set_autocommit(True)

    assert _counted(path) == {"one": 1, "two": 1}


def test_other_errors_are_told_at_once(path: Path) -> None:
    with connected(path) as connection, pytest.raises(OperationalError, match="no such table"):
        connection.cursor().execute("SELECT * FROM nowhere")


def test_the_program_waits_in_this_manner(db: None) -> None:
    if transaction.get_connection().vendor != "sqlite":
        pytest.skip("PostgreSQL has many writers")
    assert isinstance(transaction.get_connection(), base.DatabaseWrapper)
