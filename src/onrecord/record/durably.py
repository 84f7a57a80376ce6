# SPDX-License-Identifier: Apache-2.0
"""Private files: replaced whole, on the disk when a function returns, one process at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DIRECTORY_MODE = 0o700
_FILE_MODE = 0o600


def private_folder(folder: Path) -> Path:
    """Return a folder that only the program's own user can enter; it and what lies above are made if missing.

    `mkdir` gives the mode it is told to the last folder alone: those above it would be open to everybody.
    """
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
    return folder


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep every other process that asks for the same out of a folder, which is made if it is missing."""
    private_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(file: Path, body: bytes) -> None:
    """Put a whole new file in the place of the old one."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(body)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    settle(file.parent)


def remove(file: Path) -> None:
    """Remove a file if it is there."""
    file.unlink(missing_ok=True)
    settle(file.parent)


def settle(folder: Path) -> None:
    """Have the names in a folder on the disk: a power failure takes away a file whose name is not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
