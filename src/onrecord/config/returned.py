# SPDX-License-Identifier: Apache-2.0
"""The two processes through which mail comes back: one reads a mailbox, the other listens for LMTP."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from onrecord.config import orphans
from onrecord.delivery import routes
from onrecord.delivery.errors import MailboxUnreachable
from onrecord.delivery.inbound import lmtp, mailbox
from onrecord.delivery.inbound.addresses import read_listener, read_mailbox
from onrecord.delivery.inbound.reading import MOST_BYTES

LOOK_EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)
Result = TypeVar("Result")


def watch_mailbox() -> None:
    """Read the mailbox once a minute until SIGTERM or SIGINT."""
    asyncio.run(_run(_watch))


def take_returns() -> None:
    """Listen for LMTP until SIGTERM or SIGINT."""
    asyncio.run(_run(_listen))


class _Database:
    """One thread that talks to the database."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="returns")

    def ask(self, question: Callable[[], Result]) -> asyncio.Future[Result]:
        return asyncio.get_running_loop().run_in_executor(self._thread, partial(_fresh, question))

    async def close(self) -> None:
        await self.ask(connections.close_all)
        self._thread.shutdown(wait=True)


def look() -> None:
    """Read the mailbox once, and note whether that was possible."""
    box = read_mailbox(settings.ENVIRONMENT.mail_inbox)
    try:
        # Journalists attach files; of what comes back the beginning is enough.
        most = lmtp.MOST_BYTES if settings.ENVIRONMENT.press_mailbox else MOST_BYTES
        counts = mailbox.read_mailbox(box, most=most)
    except MailboxUnreachable as error:
        routes.failed(routes.MAILBOX, {box.place: str(error)})
        logger.warning("%s", error)
    else:
        routes.succeeded(routes.MAILBOX, {box.place: 0.0})
        if counts:
            told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
            logger.info("the mailbox was read: %s", told)


async def _run(part: Callable[[_Database, asyncio.Event], object]) -> None:
    stopping, database = asyncio.Event(), _Database()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    orphans.stop_when_parent_dies()
    try:
        await part(database, stopping)  # type: ignore[misc]  # both parts are coroutines
    finally:
        await database.close()


async def _watch(database: _Database, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await database.ask(look)
        except DatabaseError:
            logger.exception("the mailbox cannot be read now; it is read again in a minute")
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK_EVERY_SECONDS)


async def _listen(database: _Database, stopping: asyncio.Event) -> None:
    place = settings.ENVIRONMENT.mail_lmtp
    server = await lmtp.listen(read_listener(place), lmtp.Door(database.ask))
    logger.info("mail that comes back is taken in over LMTP at %s", place)
    async with server:
        await stopping.wait()


def _fresh(question: Callable[[], Result]) -> Result:
    close_old_connections()
    return question()
