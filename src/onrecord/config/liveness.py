# SPDX-License-Identifier: Apache-2.0
"""Which workers are alive, asked of the database: no heartbeat, no table, no clock to disagree about.

With PostgreSQL each worker holds a session lock in its own name, which ends with it whatever ended it.
With SQLite there is one worker: the data directory is held by one program.
"""

from __future__ import annotations

import logging
import os
import socket
from secrets import randbelow

from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

LOCK_CLASS = 0x4F6E5265
"""First half of the advisory locks' key: 'OnRe'."""


class Liveness:
    """The name of this worker, and who else is alive. `hold` is called by one thread at a time."""

    def __init__(self) -> None:
        self._number = randbelow(2**31)
        self._session: BaseDatabaseWrapper | None = None
        self.worker_id = f"{socket.gethostname()[:40]}:{os.getpid()}:{self._number}"

    def hold(self) -> None:
        """Take the lock that says this worker lives; safe to call again, needed after a lost connection."""
        if connection.vendor != "postgresql":
            return
        if self._session is None:
            self._session = connections.create_connection("default")
            self._session.inc_thread_sharing()  # taken by the worker, renewed by its clock
        if self._session.connection is not None and self._session.is_usable():
            return
        self._session.close()
        try:
            with self._session.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self._number])
        except DatabaseError:
            logger.exception(
                "the database does not answer; other workers may take over what this one is doing"
            )

    def is_alive(self, worker_id: str) -> bool:
        """Tell whether the worker of this name still runs."""
        if worker_id == self.worker_id:
            return True
        if connection.vendor != "postgresql":
            return False
        number = worker_id.rpartition(":")[2]
        if not number.isdigit():
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s "
                "AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                [LOCK_CLASS, int(number)],
            )
            return cursor.fetchone() is not None

    def close(self) -> None:
        """Give the lock up."""
        if self._session is not None:
            self._session.close()
