# SPDX-License-Identifier: Apache-2.0
"""A counter beside the site directory that tells server processes that files have changed.

Eight bytes, read through a memory map: a server looks at them on every request for some nanoseconds.
Its loss costs nothing but the need to restart the servers; its forgery makes them read files again.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path

SIZE = 8


def path_for(root: Path) -> Path:
    """Return where the counter of a site directory is."""
    return root.with_name(root.name + ".generation")


def bump(root: Path) -> None:
    """Tell every server of this directory to forget what it has read."""
    path = path_for(root)
    _create(path)
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        count = int.from_bytes(file.read(SIZE), "little")
        os.pwrite(file.fileno(), ((count + 1) % 2**64).to_bytes(SIZE, "little"), 0)


def watch(root: Path) -> mmap.mmap:
    """Return a view of the counter that always shows its present value."""
    path = path_for(root)
    _create(path)
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), SIZE, access=mmap.ACCESS_READ)


def _create(path: Path) -> None:
    # The file is never replaced: a server that has it mapped would not notice.
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    temporary.write_bytes(bytes(SIZE))
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        temporary.unlink()
