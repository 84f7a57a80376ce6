# SPDX-License-Identifier: Apache-2.0
"""What the rounds of `kill_append.py` do and look at."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.proof import checkpoint
from onrecord.record import actions, guard, high_water
from onrecord.record import checks as record_checks
from onrecord.record.guard import Shown
from onrecord.record.models import Leaf, LogHead
from onrecord.statements.pages import log

ORIGIN = "news.elmford.example/log"
EACH = 6


def promised() -> Path:
    """Return the file of all leaves that an append has returned: index and commitment."""
    return Path(settings.HOME) / "promised"


def shown() -> Path:
    """Return the folder of every checkpoint that was seen after a blow."""
    return Path(settings.HOME) / "shown"


def prepare() -> None:
    """Begin a log."""
    call_command("migrate", verbosity=0)
    shown().mkdir()
    append_some()


def append_some() -> None:
    """Append a few leaves, and show each."""
    for _ in range(EACH):
        name = secrets.token_hex(8)
        leaf = actions.append(
            commitment=secrets.token_bytes(32),
            nonce=secrets.token_bytes(32),
            edition_path=f"/s/2026/{name}/1.json",
            at=timezone.now(),
            origin=ORIGIN,
        )
        _promise(leaf)
        bakery.bake(log.keys_before_pages())


def keep_what_was_shown() -> None:
    """Keep what anybody may have seen by now. Uses no database: the parent of all rounds calls it."""
    for path in (_on_the_site(), high_water.path()):
        if path.exists():
            note = path.read_bytes()
            seen = checkpoint.parse(note)
            kept = shown() / f"{seen.size}"
            if kept.exists():
                assert checkpoint.parse(kept.read_bytes()).root == seen.root, (
                    f"two trees of {seen.size} leaves"
                )
            kept.write_bytes(note)


def check() -> None:
    """Raise AssertionError for a fork, a lost leaf, or something shown that was not noted first."""
    problems = record_checks.problems()
    assert not problems, problems
    guard.refuse_fork()
    head = LogHead.objects.get()
    for kept in shown().iterdir():
        guard.require_continuation(Shown(kept.name, kept.read_bytes()))
    for line in promised().read_text().splitlines():
        index, commitment = line.split()
        assert Leaf.objects.get(index=int(index)).commitment.hex() == commitment, f"leaf {index} was lost"
    noted = high_water.read()
    site = checkpoint.parse(_on_the_site().read_bytes()).size
    assert noted is not None
    assert site <= checkpoint.parse(noted).size <= head.size, "something was shown before it was noted"
    connection.close()


def tell() -> None:
    """Print what there is in the end."""
    print(
        f"{LogHead.objects.get().size} leaves, {len(promised().read_text().splitlines())} promised,"
        f" {len(list(shown().iterdir()))} checkpoints seen",
        flush=True,
    )


def _on_the_site() -> Path:
    return Path(settings.HOME) / "site" / "log" / "checkpoint"


def _promise(leaf: Leaf) -> None:
    line = f"{leaf.index} {bytes(leaf.commitment).hex()}\n".encode()
    descriptor = os.open(promised(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, line)  # one call: never half a line
    os.close(descriptor)
