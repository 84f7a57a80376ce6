# SPDX-License-Identifier: Apache-2.0
"""What is told in a sentence, and what stays a traceback because it is a defect."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError

from onrecord.config.troubles import Trouble, recognised, told


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def sqlite(text: str) -> Exception:
    return caused(OperationalError(text), sqlite3.OperationalError(text))


def postgresql(cause: psycopg.Error) -> Exception:
    return caused(OperationalError(str(cause)), cause)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/page.html"), Trouble.DISK_FULL),
        (sqlite("database or disk is full"), Trouble.DISK_FULL),
        (postgresql(psycopg.errors.DiskFull("could not extend file: No space left")), Trouble.DISK_FULL),
        (sqlite("database is locked"), Trouble.BUSY),
        (postgresql(psycopg.errors.DeadlockDetected("deadlock detected")), Trouble.BUSY),
        (sqlite("unable to open database file"), Trouble.UNUSABLE),
        (sqlite("no such table: people_user"), Trouble.NO_TABLES),
        (postgresql(psycopg.OperationalError("connection refused")), Trouble.NO_ANSWER),
    ],
)
def test_what_is_wrong_with_disk_or_database_is_recognised(error: Exception, trouble: Trouble) -> None:
    assert recognised(error) is trouble
    assert told(error)


@pytest.mark.parametrize(
    "error",
    [
        sqlite('near "FROM": syntax error'),
        caused(
            IntegrityError("UNIQUE constraint failed: full_name"),
            sqlite3.IntegrityError("UNIQUE constraint failed: full_name"),
        ),
        caused(DataError('invalid input: "fully"'), psycopg.errors.InvalidTextRepresentation("fully")),
        caused(ProgrammingError('at "is locked"'), psycopg.errors.SyntaxError('at "is locked"')),
        OSError(errno.ENOENT, "No such file", "/srv/page.html"),
        ValueError("disk is full"),
    ],
)
def test_a_defect_of_the_program_is_not_told_away(error: Exception) -> None:
    assert recognised(error) is None
    assert told(error) == ""


def test_who_runs_the_program_reads_the_particulars() -> None:
    assert told(OSError(errno.ENOSPC, "No space left on device", "/srv/page.html")) == (
        "The disk is full: /srv/page.html. Make room, then do this again."
    )
    assert told(sqlite("database is locked")).startswith("The database was kept busy by others for too long")
    assert told(OSError(errno.ENOSPC, "No space left on device")).startswith("The disk is full. ")
