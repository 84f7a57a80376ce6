# SPDX-License-Identifier: Apache-2.0
"""Let mail go out while everything around it fails, and look whether anybody was lost.

    python -m tests.stories.mail_faults --count 2000

One after the other: a mail server that is stopped and comes back, one that is slow, one that puts off (4xx),
one that refuses (5xx), one that hangs up in bodies and behind them, a disk that is full, a clock
that is set forward and back. After each, every delivery must be settled, the ledger must say accepted of
nothing that the server has not taken, the counts must add up, and no more may be repeated than there were
connections for each time that one broke.

Needs ONRECORD_HOME, an empty data directory, or an empty database.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from onrecord.config import django_setup
from tests.stories.sinks import Sink

ROUNDS = 12
"""How often those that were put off are tried again at most; five is what the ledger allows each."""


def main() -> int:
    """Run every fault; return 0 if every one of them held."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--only", default="")
    options = arguments.parse_args()
    django_setup.load()
    from tests.stories import mail_rounds as rounds

    rounds.prepare()
    for fault in (stopped, slow, puts_off, refuses, hangs_up, disk_full, clock_set):
        if options.only in ("", fault.__name__):
            start = time.monotonic()
            rounds.empty()
            told = fault(options.count)
            print(f"{fault.__name__:<10} {told}, {time.monotonic() - start:.0f} s", flush=True)
    return 0


def stopped(count: int) -> str:
    """A mail server that is not there for a while."""

    async def meanwhile(fault: Fault) -> None:
        await fault.until_taken(count // 4)
        await fault.stop()
        await asyncio.sleep(1.0)
        await fault.start()

    return _with(count, meanwhile)


def slow(count: int) -> str:
    """One that takes up to half a second over a message."""
    return _with(min(count, 200), slow=0.5)


def puts_off(count: int) -> str:
    """One that puts off a third of all recipients."""
    return _with(count, puts_off=0.33)


def refuses(count: int) -> str:
    """One that refuses a tenth of all recipients."""
    return _with(count, refuses=0.1)


def hangs_up(count: int) -> str:
    """One that hangs up in the middle of a body, or has taken it and does not say so."""
    return _with(count, hangs_up=0.02)


def disk_full(count: int) -> str:
    """A database that cannot grow for two seconds. SQLite alone can be told so."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return "is not tried on this database"

    async def meanwhile(fault: Fault) -> None:
        from tests.stories.mail_rounds import CONNECTIONS, let_grow

        await fault.until_taken(count // 8)
        await fault.sender.ask(lambda: let_grow(enough=False))
        await asyncio.sleep(1.0)
        before = fault.sink.count
        await asyncio.sleep(1.5)
        if not before <= fault.sink.count <= before + CONNECTIONS < count:
            raise AssertionError("messages go out although nothing can be written down")
        await fault.sender.ask(lambda: let_grow(enough=True))

    return _with(count, meanwhile, says=b"taken " + b"and kept " * 50)


def clock_set(count: int) -> str:
    """A clock that is set an hour forward, and two hours back, while leases are out."""

    async def meanwhile(fault: Fault) -> None:
        import time_machine

        from onrecord.delivery import claims

        for hours in (1, -1):
            await fault.until_taken(count // 4 if hours > 0 else count // 2)
            with time_machine.travel(time.time() + hours * 3600, tick=True):
                await fault.sender.ask(claims.take_back_expired)
                await asyncio.sleep(1.0)

    return _with(count, meanwhile, blows=2, slow=0.2)  # so that it lasts


class Fault:
    """A sender and a mail server in this process."""

    def __init__(self, **failing: Any) -> None:
        """Make both; `failing` is what the server does."""
        self.taken = Path(os.environ["ONRECORD_HOME"]) / "taken"
        self.taken.unlink(missing_ok=True)
        self.sink = Sink(self.taken, **failing)
        self.sender = _sender()
        self._server: asyncio.Server | None = None
        self._port = 0

    async def start(self) -> int:
        """Listen; return the port, which stays the same."""
        self._server = await asyncio.start_server(self.sink.talk, "127.0.0.1", self._port, limit=1 << 20)
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self._port

    async def stop(self) -> None:
        """Hang up on everybody and listen no more."""
        if self._server is not None:
            self._server.close()
        self.sink.hang_up()

    async def until_taken(self, count: int) -> None:
        """Wait until so many messages were taken."""
        while self.sink.count < count:
            await asyncio.sleep(0.01)

    async def carry(self, meanwhile: Meanwhile | None) -> None:
        """Send until everything is settled, letting the time pass that waiting would take."""
        from tests.stories.mail_rounds import ask_again_at_once, is_done, use

        use(await self.start())
        other = asyncio.create_task(meanwhile(self)) if meanwhile else None
        for _ in range(ROUNDS):
            await self.sender.run(until_idle=True)
            if other is not None:
                await other
            if await asyncio.to_thread(is_done):
                break
            await asyncio.to_thread(ask_again_at_once)
            self.sender = _sender()
        await self.stop()


def _sender() -> Any:
    from onrecord.delivery.sender import Sender

    return Sender(f"faults {time.time_ns()}")


def _with(count: int, meanwhile: Meanwhile | None = None, *, blows: int = 0, **failing: Any) -> str:
    from tests.stories.mail_rounds import check, freeze

    freeze(count)
    fault = Fault(**failing)
    asyncio.run(fault.carry(meanwhile))
    broken = fault.sink.broken
    repeats, states = check(fault.taken, recipients=count, blows=broken + blows)
    return f"{states}, {repeats} repeated, {broken} connections broken"


Meanwhile = Callable[[Fault], Coroutine[Any, Any, None]]


if __name__ == "__main__":
    Path(os.environ["ONRECORD_HOME"]).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
