# SPDX-License-Identifier: Apache-2.0
"""Tasks that leave traces in a file, for the tests of those who run them."""

import time
from pathlib import Path

from django_tasks import task


@task()
def note(path: str, line: str) -> None:
    """Add a line to a file."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


@task()
def note_slowly(path: str, seconds: float) -> None:
    """Add 'begun' to a file, and 'done' some seconds later."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("begun\n")
        file.flush()
        time.sleep(seconds)
        file.write("done\n")


@task()
def fail(message: str) -> None:
    """Raise ValueError."""
    raise ValueError(message)
