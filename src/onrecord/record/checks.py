# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with the log on this machine, each with a number and a way out (docs/record.md)."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.db import DatabaseError
from django.db.models import Max

from onrecord.proof import checkpoint, merkle, tiles
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import ProofError
from onrecord.proof.tiles import TILE_WIDTH, TileNodes
from onrecord.record import guard, keys, pages, timestamps
from onrecord.record.errors import Forked, HighWaterDamaged, KeyMissing, KeyUnreadable, NoSuchLeaf
from onrecord.record.models import Leaf, LogHead
from onrecord.record.openings import account

RESTORE = "Do not publish. Restore database and keys from the same backup, or rebuild the log from a mirror."


def check(app_configs: Sequence[AppConfig] | None = None, **_options: Any) -> list[CheckMessage]:
    """Answer Django's check framework, whose options do not matter here."""
    return problems()


def timestamping(app_configs: Sequence[AppConfig] | None = None, **_options: Any) -> list[CheckMessage]:
    """W030: the timestamping authority, if one is named, answered well the last time."""
    try:
        trouble = timestamps.trouble() if timestamps.authority() else None
    except DatabaseError:
        return []  # the checks of the database itself say why
    if trouble is None:
        return []
    return [
        Caution(
            f"Since {trouble.since:%Y-%m-%d %H:%M} UTC no checkpoint could be timestamped: {trouble.reason}",
            hint="It is tried again every hour; nothing else waits for it. docs/timestamps.md says more.",
            id="record.W030",
        )
    ]


def problems() -> list[CheckMessage]:
    """Return what is wrong with keys, head and leaves. Reads the last tiles, not the whole log."""
    try:
        head = LogHead.current()
        found = _permissions()
        found += _guard()
        if head is None:
            return found
        if head.size == 0:
            return found + _leaves(head)
        return found + _keys(head) + _leaves(head) + _accounts() + _tree(head)
    except DatabaseError:
        return []  # the checks of the database itself say why


def _permissions() -> list[CheckMessage]:
    """E001: only the program's own user can read the keys."""
    wanted = dict.fromkeys(keys.secret_files(), 0o600)
    wanted |= dict.fromkeys([keys.directory(), *(path.parent for path in wanted)], 0o700)
    return [
        Error(
            f"{path} has the mode {stat.S_IMODE(path.stat().st_mode):04o}: others on this machine can sign.",
            hint=f"chmod {mode:o} {path}",
            id="record.E001",
        )
        for path, mode in wanted.items()
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & ~mode
    ]


def _guard() -> list[CheckMessage]:
    """E006: the database continues what was shown before."""
    try:
        guard.refuse_fork()
    except (Forked, HighWaterDamaged) as error:
        return [Error(str(error), hint="docs/administrators.md, “Restoring a backup”", id="record.E006")]
    except (ProofError, NoSuchLeaf):
        return []  # E005 says why
    return []


def _keys(head: LogHead) -> list[CheckMessage]:
    """E002, E003: the keys are there, and the log's key signed the head."""
    try:
        keys.open_keys(head.origin)
        known = keys.log_keys_at(head.origin, head.size)
    except (KeyMissing, KeyUnreadable) as error:
        return [
            Error(str(error), hint="Keys are in a backup of their own: docs/record.md.", id="record.E002")
        ]
    try:
        signed = checkpoint.verify(bytes(head.checkpoint), origin=head.origin, keys=known)
    except ProofError as error:
        return [Error(f"The checkpoint is not by the log's key: {error}", hint=RESTORE, id="record.E003")]
    if signed != Checkpoint(head.origin, head.size, bytes(head.root)):
        return [
            Error(
                f"The signed checkpoint is over {signed.size} leaves, the head says {head.size}, or the roots"
                " differ.",
                hint=RESTORE,
                id="record.E003",
            )
        ]
    return []


def _leaves(head: LogHead) -> list[CheckMessage]:
    """E004: there are as many leaves as the head says, without a gap."""
    count, last = Leaf.objects.count(), Leaf.objects.aggregate(last=Max("index"))["last"]
    if (count, -1 if last is None else last) == (head.size, head.size - 1):
        return []
    return [
        Error(
            f"The head says {head.size} leaves; the database has {count}, the last with the index {last}.",
            hint=RESTORE,
            id="record.E004",
        )
    ]


def _accounts() -> list[CheckMessage]:
    """E018, W008: each leaf is open, sealed until a date that has not passed, or erased by another one."""
    found: list[CheckMessage] = []
    counted = account()
    if counted.missing:
        found.append(
            Error(
                f"Of {counted.missing} leaves it is not known what opens them. Any audit fails.",
                hint=RESTORE,
                id="record.E018",
            )
        )
    if counted.late:
        found.append(
            Caution(
                f"{counted.late} leaves are sealed although their date has passed. Any audit fails.",
                hint="Release what is late, or take its date back: then the record says why it stays shut.",
                id="record.W008",
            )
        )
    return found


def _tree(head: LogHead) -> list[CheckMessage]:
    """E005: the stored hashes and the right edge give the root, and the last leaves give their hashes."""
    try:
        edge = head.right_edge().root()
        root = merkle.root_at(head.size, TileNodes(head.size, pages.read_tile))
    except (ProofError, NoSuchLeaf) as error:
        return [Error(f"The tree of the log cannot be computed: {error}", hint=RESTORE, id="record.E005")]
    last = tiles.tile_at(0, (head.size - 1) // TILE_WIDTH, head.size)
    forged = [
        index
        for index, body, stored in Leaf.objects.filter(index__gte=last.start).values_list(
            "index", "body", "hash"
        )
        if merkle.leaf_hash(bytes(body)) != bytes(stored)
    ]
    if edge == root == bytes(head.root) and not forged:
        return []
    what = f"Leaves {forged} do not have their hashes" if forged else "The stored hashes do not give the root"
    return [Error(f"{what} of the log at {head.size} leaves.", hint=RESTORE, id="record.E005")]
