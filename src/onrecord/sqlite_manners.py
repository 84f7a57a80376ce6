# SPDX-License-Identifier: Apache-2.0
"""What SQLite is told besides by processes that use the database in another manner than the desk does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

DO_NOT_MAP = "PRAGMA mmap_size=0;"
"""What is read once need not stay mapped: it would count as memory of the process."""


def tell_sqlite_also(pragmas: str) -> None:
    """Have SQLite be told this too on each connection that this process, or a child of it, opens from now on.

    Does nothing where the database is another one.
    """
    described = connections.settings["default"]
    options = described.get("OPTIONS", {})
    if "init_command" in options:
        described["OPTIONS"] = {**options, "init_command": options["init_command"] + pragmas}


@contextmanager
def sqlite_told_also(pragmas: str) -> Iterator[None]:
    """Do the same for a while. A connection that is open at the end stays as it is."""
    described = connections.settings["default"]
    before = described.get("OPTIONS", {})
    tell_sqlite_also(pragmas)
    try:
        yield
    finally:
        described["OPTIONS"] = before
