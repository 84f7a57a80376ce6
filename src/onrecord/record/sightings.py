# SPDX-License-Identifier: Apache-2.0
"""What mirrors and witnesses were seen to hold of this log beyond this database, until it is recovered.

A file beside the keys, as the high water is: it outlives the restore of a database, and every process on this
machine that wants to sign reads it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.proof import checkpoint
from onrecord.proof.errors import ProofError
from onrecord.record import durably, keys
from onrecord.record.errors import HighWaterDamaged

FILE = "log.seen-elsewhere"


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody holds so many leaves: `note` proves it; without one they only say so."""

    where: str
    size: int
    note: bytes = b""


def path() -> Path:
    """Return where the file is."""
    return keys.directory() / FILE


def read() -> list[Sighting]:
    """Return what was seen and is not settled. Raises HighWaterDamaged."""
    try:
        lines = path().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise HighWaterDamaged(f"{path()} cannot be read: {error}.") from error
    try:
        return [_sighting(line) for line in lines]
    except (ValueError, KeyError, TypeError, ProofError) as error:
        raise HighWaterDamaged(
            f"{path()} is damaged ({error}). Remove it and run `onrecord log status`: mirrors and witnesses"
            " are asked again."
        ) from error


def replace(sightings: Sequence[Sighting]) -> None:
    """Let the file say this. Only within durably.alone_in."""
    if not sightings:
        durably.remove(path())
        return
    lines = [
        json.dumps({"where": seen.where, "size": seen.size, "checkpoint": seen.note.decode()})
        for seen in sightings
    ]
    durably.replace(path(), "".join(f"{line}\n" for line in lines).encode())


def _sighting(line: str) -> Sighting:
    members = json.loads(line)
    seen = Sighting(members["where"], int(members["size"]), members["checkpoint"].encode())
    if seen.note:
        checkpoint.parse(seen.note)
    return seen
