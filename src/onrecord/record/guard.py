# SPDX-License-Identifier: Apache-2.0
"""Whether the log may go on: the database must continue every checkpoint that others hold (A3).

A database that was restored from an older backup knows fewer leaves than readers do. Signing the next one
would give the same place to two editions, which can never be undone. So nothing is signed, and nothing is
baked, until the database continues what was shown before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from onrecord.proof import checkpoint
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import ProofError
from onrecord.proof.merkle import root_at
from onrecord.record import high_water, pages, sightings
from onrecord.record.errors import Forked
from onrecord.record.models import LogHead
from onrecord.record.sightings import Sighting

WAY_OUT = (
    "Nothing is signed or published until that is mended: run `onrecord log recover --from` with the address"
    " of a mirror or the folder of a copy of the site, or restore a newer backup of the database"
    " (docs/administrators.md, “Restoring a backup”)."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A checkpoint that was shown to somebody, and who holds it, as a sentence begins with it."""

    where: str
    note: bytes


def refuse_fork() -> None:
    """Return if this database continues every checkpoint that this machine knows of; raise Forked if not.

    Reads the baked site and the files beside the keys, and asks nobody. Called before anything is signed,
    under the lock of the head, and before anything is baked. Also raises HighWaterDamaged.
    """
    for shown in shown_here():
        require_continuation(shown)
    for seen in sightings.read():
        if not seen.note:
            require_sighting(seen)


def published_size() -> int:
    """Return how many leaves the checkpoint on the baked site covers; 0 if there is none that can be read.

    Raises Forked if the database does not continue it.
    """
    site = _on_the_site()
    return require_continuation(site) if site else 0


def shown_here() -> Iterator[Shown]:
    """Yield every checkpoint that this machine knows to have been shown."""
    site = _on_the_site()
    if site:
        yield site
    noted = high_water.read()
    if noted is not None and (site is None or noted != site.note):
        yield Shown(f"The file {high_water.path()}", noted)
    for seen in sightings.read():
        if seen.note:
            yield Shown(seen.where, seen.note)


def require_sighting(seen: Sighting) -> None:
    """Return if the database has caught up with what somebody was seen to hold. Raises Forked."""
    if seen.note:
        require_continuation(Shown(seen.where, seen.note))
        return
    head = LogHead.current()
    if head is None or head.size < seen.size:
        raise Forked(
            f"{seen.where} says that it has seen {seen.size} leaves of this log; this database has"
            f" {_has(head)}. {WAY_OUT} If it is wrong, remove it."
        )


def require_continuation(shown: Shown) -> int:
    """Return the size of a checkpoint once the database is found to continue it. Raises Forked.

    The checkpoint must be read before the database: another process may be appending. Costs O(log n).
    """
    seen = checkpoint.parse(shown.note)
    head = LogHead.current()
    if head is None or head.origin != seen.origin or head.size < seen.size:
        raise Forked(
            f"{shown.where} holds a checkpoint over {seen.size} leaves of {seen.origin} (root"
            f" {seen.root.hex()[:16]}); this database has {_has(head)}. {_guess(head, seen)} {WAY_OUT}"
        )
    mine = bytes(head.root) if head.size == seen.size else None
    if (mine or root_at(seen.size, pages.nodes_of(head.size, bytes(head.root)))) != seen.root:
        raise Forked(
            f"{shown.where} holds another tree over the first {seen.size} leaves of {seen.origin} (root"
            f" {seen.root.hex()[:16]}): this database has gone on from an older one, or belongs to another"
            f" newsroom. {WAY_OUT}"
        )
    return seen.size


def _on_the_site() -> Shown | None:
    path = Path(settings.HOME) / "site" / pages.CHECKPOINT_PATH.lstrip("/")
    try:
        note = path.read_bytes()
        checkpoint.parse(note)
    except (FileNotFoundError, ProofError):
        return None
    return Shown(f"The baked site ({path})", note)


def _has(head: LogHead | None) -> str:
    return f"{head.size} of {head.origin}" if head and head.size else "none"


def _guess(head: LogHead | None, seen: Checkpoint) -> str:
    if head is None or head.size == 0:
        return "The database was lost or is another one: a log never starts again from its first leaf."
    if head.origin != seen.origin:
        return "It belongs to another newsroom."
    return "It was restored from an older backup."
