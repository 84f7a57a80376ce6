# SPDX-License-Identifier: Apache-2.0
"""What any command or page may run into, in a sentence with a way out instead of a traceback.

Django is asked for by name: light commands end without having loaded it.
"""

from __future__ import annotations

import errno
import sys
from enum import Enum

DATABASE_HINT = "Is ONRECORD_DATABASE_URL right, and is the server running?"


class Trouble(Enum):
    """What is wrong with the machine or the database, not with the program."""

    DISK_FULL = "The disk is full{what}. Make room, then do this again."
    NO_TABLES = (
        "The database has not got the tables of this version. `onrecord start` makes them; "
        "`onrecord manage migrate` does so without starting."
    )
    BUSY = "The database was kept busy by others for too long{what}. Do this again in a moment."
    UNUSABLE = "The database cannot be used{what}. Look at its disk, and at the rights of the data directory."
    NO_ANSWER = f"The database does not answer{{what}}. {DATABASE_HINT}"


_SAYS = {
    Trouble.NO_TABLES: ("no such table", "no such column", "UndefinedTable", "UndefinedColumn"),
    Trouble.DISK_FULL: ("database or disk is full", "DiskFull"),
    Trouble.BUSY: ("is locked", "DeadlockDetected", "LockNotAvailable", "QueryCanceled"),
    Trouble.UNUSABLE: ("unable to open", "readonly database", "disk I/O", "not a database", "is malformed"),
}
"""What SQLite says, or what PostgreSQL's driver calls it."""


def recognised(error: BaseException) -> Trouble | None:
    """Return what is wrong, or None for what may be a defect of the program."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Trouble.DISK_FULL
    if not _is(error, "django.db", "DatabaseError"):
        return None
    # Of what a driver of PostgreSQL says only its class counts: a text may quote what somebody typed.
    cause = type(error.__cause__)
    says = cause.__name__ if cause.__module__.startswith("psycopg") else str(error)
    for trouble, signs in _SAYS.items():
        if any(sign in says for sign in signs):
            return trouble
    is_of_server = cause.__module__ != "sqlite3" and _is(error, "django.db", "OperationalError")
    return Trouble.NO_ANSWER if is_of_server else None


def told(error: BaseException) -> str:
    """Return what is wrong and what to do, for who runs the program; nothing for a defect of the program."""
    trouble = recognised(error)
    if trouble is not None:
        what = error.filename if isinstance(error, OSError) else str(error).strip().partition("\n")[0]
        return trouble.value.format(what=f": {what}" if what else "")
    if _is(error, "onrecord.people.errors", "NotSetUp"):
        return "This newsroom is not set up yet. Open the link that `onrecord start` prints."
    if _is(error, "onrecord.bakery.errors", "BakeError"):
        return str(error)
    return ""


def _is(error: BaseException, module: str, name: str) -> bool:
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))
