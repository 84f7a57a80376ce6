# SPDX-License-Identifier: Apache-2.0
"""What any command may run into, in a sentence with a way out instead of a traceback.

Django is asked for by name: light commands end without having loaded it.
"""

from __future__ import annotations

import errno
import sys

NOT_PREPARED = (
    "The database has not got the tables of this version. `onrecord start` makes them; "
    "`onrecord manage migrate` does so without starting."
)
DATABASE_HINT = "Is ONRECORD_DATABASE_URL right, and is the server running?"
_NO_TABLE = ("no such table", "no such column", "UndefinedTable", "UndefinedColumn")


def told(error: BaseException) -> str:
    """Return what is wrong and what to do, or nothing for an error that is a defect of the program."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        where = f" while writing {error.filename}" if error.filename else ""
        return f"The disk is full{where}. Make room, then do this again."
    if _is(error, "django.db", "DatabaseError"):
        return of_database(error)
    if _is(error, "onrecord.people.errors", "NotSetUp"):
        return "This newsroom is not set up yet. Open the link that `onrecord start` prints."
    if _is(error, "onrecord.bakery.errors", "BakeError"):
        return str(error)
    return ""


def of_database(error: BaseException) -> str:
    """Say what is wrong with the database, or nothing if the program asked it for something impossible."""
    text = f"{type(error.__cause__).__name__}: {error}"
    if any(word in text for word in _NO_TABLE):
        return NOT_PREPARED
    first = str(error).strip().partition("\n")[0]
    if "full" in first:
        return f"The disk of the database is full: {first}. Make room, then do this again."
    if _is(error, "django.db", "OperationalError"):
        return f"The database does not answer: {first}. {DATABASE_HINT}"
    return ""


def _is(error: BaseException, module: str, name: str) -> bool:
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(error, getattr(loaded, name))
