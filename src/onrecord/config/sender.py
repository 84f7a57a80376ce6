# SPDX-License-Identifier: Apache-2.0
"""The sender process: carries what the ledger holds until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import logging
import os
import resource
import secrets
import signal
import sys
from contextlib import suppress
from pathlib import Path

from onrecord.config import orphans
from onrecord.delivery import claims
from onrecord.delivery.sender import Sender
from onrecord.sqlite_manners import DO_NOT_MAP, tell_sqlite_also

SWITCH_SECONDS = 0.0005
"""The couriers' thread and the ledger's take turns a thousand times a second; 5 ms would be too long."""
FILES = 4_096
"""Files and connections that a sender may have open, if the system lets it: it uses 1,000 at once."""
GARBAGE_AFTER = 20_000
"""Deliveries are let go without a collector; looking for rings among them took a tenth of the work."""
SQLITE_MANNERS = f"{DO_NOT_MAP} PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000;"
"""32 MiB of what was written are gathered before the database file gets it: each time waits for the disk
twice, and most pages of the ledger change again soon."""

logger = logging.getLogger(__name__)


def send() -> None:
    """Carry deliveries until SIGTERM or SIGINT; then let what is on its way arrive."""
    settle_in()
    asyncio.run(_send())


def settle_in() -> None:
    """Make this process one that sends: quick to change threads, with many connections, no mapped database.

    A sender reads a page and soon needs it no more; mapped ones would count as its memory, 100 MiB of them.
    What is loaded stays for ever, so no collector need look at it again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)
    sys.setswitchinterval(SWITCH_SECONDS)
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= allowed < FILES and (most < 0 or most > allowed):
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if most < 0 else min(FILES, most), most))
    tell_sqlite_also(SQLITE_MANNERS)


async def _send() -> None:
    sender = Sender(f"{place()}:{os.getpid()}:{secrets.token_hex(4)}")
    logger.info("sender %s", sender.name)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, sender.stop)
    orphans.stop_when_parent_dies()
    await sender.ask(_take_back_from_the_dead)
    await sender.run()


def _take_back_from_the_dead() -> None:
    """Take over at once what a sender held that was killed here; elsewhere its leases have to end first."""
    here = place()
    dead = [name for name in claims.holders() if here and name.startswith(f"{here}:") and not _is_alive(name)]
    count = claims.take_back_from(dead)
    if count:
        logger.warning("%s deliveries of a sender that was ended are sent again", count)


def place() -> str:
    """Return what is the same for two processes only if they see each other's process numbers; else ''."""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        namespace = Path("/proc/self/ns/pid").stat().st_ino
        return hashlib.sha256(f"{boot}{namespace}".encode()).hexdigest()[:12]
    return ""


def _is_alive(name: str) -> bool:
    number = name.split(":")[1]
    return not number.isdigit() or Path(f"/proc/{number}").exists()
