# SPDX-License-Identifier: Apache-2.0
"""Whether the database is still: who only follows what is written may rest while nobody writes.

SQLite counts for each connection how often others have written, and what it wrote itself; asking takes some
microseconds. PostgreSQL has no such counter that is cheap and exact, so there it is never called still.
"""

from __future__ import annotations

import time

from django.db import DatabaseError, connection

STILL_AFTER_SECONDS = 15.0
"""Longer than whatever falls due soon after it was written waits."""


class Stillness:
    """Watches the database through the connection of one thread, in which it is always asked."""

    def __init__(self) -> None:
        self._mark: object = None
        self._changed_at = time.monotonic()

    def here(self) -> bool:
        """Tell whether nothing has been written for a while; False if the database does not answer."""
        if connection.vendor != "sqlite":
            return False
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA data_version")
                mark = (id(connection.connection), cursor.fetchone(), connection.connection.total_changes)
        except DatabaseError:
            return False
        if mark != self._mark:
            self._mark, self._changed_at = mark, time.monotonic()
        return time.monotonic() - self._changed_at >= STILL_AFTER_SECONDS
