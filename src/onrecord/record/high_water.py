# SPDX-License-Identifier: Apache-2.0
"""The highest checkpoint that has left this machine, kept apart from the database (docs/record.md A3).

It is a file beside the keys, so the restore of an older database does not bring back an older one. Whoever
hands out a signed checkpoint notes it here first; it is never lowered.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.db import transaction

from onrecord.proof import checkpoint
from onrecord.proof.errors import ProofError
from onrecord.record import durably, keys
from onrecord.record.errors import HighWaterDamaged

FILE = "log.high-water"


def path() -> Path:
    """Return where the file is."""
    return keys.directory() / FILE


def read() -> bytes | None:
    """Return the signed checkpoint; None if none has left this machine. Raises HighWaterDamaged."""
    return read_file(path())


def read_file(file: Path) -> bytes | None:
    """Return the signed checkpoint in a file of this kind; None if there is none. Raises HighWaterDamaged."""
    try:
        noted = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HighWaterDamaged(f"{file} cannot be read: {error.strerror}.") from error
    try:
        checkpoint.parse(noted)
    except ProofError as error:
        raise HighWaterDamaged(
            f"{file} is no checkpoint: {error} Copy /log/checkpoint of the published site or of a mirror"
            " to its place, the largest there is."
        ) from error
    return noted


def note_before_showing(signed_checkpoint: bytes) -> None:
    """Note a checkpoint that is about to be shown; inside a transaction as soon as that has committed.

    What is rolled back must leave no trace: it would keep the log from going on.
    """
    transaction.on_commit(partial(raise_to, signed_checkpoint))


def raise_to(signed_checkpoint: bytes) -> None:
    """Note this checkpoint unless one as large is noted. On the disk when it returns.

    Safe in several processes at once. Raises HighWaterDamaged or OSError.
    """
    raise_file(path(), signed_checkpoint)


def raise_file(file: Path, signed_checkpoint: bytes) -> None:
    """Do the same in another file of this kind."""
    size = checkpoint.parse(signed_checkpoint).size
    if _noted_size(file) >= size:
        return
    with durably.alone_in(file.parent):
        if _noted_size(file) < size:
            durably.replace(file, signed_checkpoint)


def _noted_size(file: Path) -> int:
    noted = read_file(file)
    return checkpoint.parse(noted).size if noted is not None else -1
