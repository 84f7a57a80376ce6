# SPDX-License-Identifier: Apache-2.0
"""Waits for SQLite's one writer by asking again each millisecond, in every process alike.

SQLite itself waits longer each time, up to 100 ms: whoever came last and asks often is first, and whoever has
waited long waits longer. The limit is the same `timeout`, and so is the error after it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import NotSupportedError
from django.db.backends.sqlite3 import base

AGAIN_SECONDS = 0.001
_USUAL_SECONDS = 5.0
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY, sqlite3.SQLITE_BUSY_TIMEOUT}
"""Not SQLITE_BUSY_SNAPSHOT: a transaction that has read what is old would never get further."""
_turn = threading.Lock()
"""One thread of a process asks; the others wait for it without asking."""

Parameters = Sequence[Any] | Mapping[str, Any] | None  # whatever a driver takes


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose statements wait in a fair manner."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database. SQLite is to say at once that it is busy; the cursor does the waiting."""
        connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout = 0")
        self.patience = float(conn_params.get("timeout", _USUAL_SECONDS))
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor that waits as long as the connection's `timeout` says."""
        assert self.connection is not None  # noqa: S101 - Django connects before
        cursor = self.connection.cursor(factory=PatientCursor)
        cursor.patience = self.patience
        return cursor


class PatientCursor(base.SQLiteCursorWrapper):
    """Asks again while another connection writes. What was refused had no effect, so it may be repeated."""

    patience = _USUAL_SECONDS

    # Django's stubs demand parameters, which its own code leaves out.
    def execute(self, query: str, params: Parameters = None) -> Any:  # type: ignore[override]
        """Run a statement. Raises sqlite3.OperationalError, "database is locked", when patience is over."""
        run = partial(super().execute, query, params)
        try:
            return run()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _BUSY:
                raise
        return _patiently(run, self.patience)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        """Run a statement for each of the parameters; only in a transaction, which has waited already."""
        if not self.connection.in_transaction:
            raise NotSupportedError("Begin a transaction first: some of these would be done and others not.")
        return super().executemany(query, param_list)


def _patiently(run: Callable[[], Any], seconds: float) -> Any:
    until = time.monotonic() + seconds
    mine = _turn.acquire(timeout=seconds)
    try:
        while True:
            try:
                return run()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in _BUSY or time.monotonic() >= until:
                    raise
            time.sleep(AGAIN_SECONDS)
    finally:
        if mine:
            _turn.release()


def _forget_turn() -> None:
    """In a new process nobody asks: a thread that was asking is not in it."""
    global _turn  # noqa: PLW0603  # a lock cannot be made as it was
    _turn = threading.Lock()


os.register_at_fork(after_in_child=_forget_turn)
