# SPDX-License-Identifier: Apache-2.0
"""The one thread of a sender that asks the database, so that its event loop never waits for that."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar  # answers are of any type

from django.db import close_old_connections, connection, connections

PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""
LOOKED_AFTER_SECONDS = 1.0
"""So often, and after each error, it is seen to that the connection still works."""

Result = TypeVar("Result")


class DatabaseThread:
    """Answers questions about the database, one at a time. It starts with the first of them."""

    def __init__(self) -> None:
        self._questions: SimpleQueue[_Question | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._asked_at = self._looked_after_at = -LOOKED_AFTER_SECONDS
        self._hasty: object | None = None
        """The connection to SQLite that leaves what it writes to the operating system."""

    async def ask(self, question: Callable[[], Result], *, hastily: bool = False) -> Result:
        """Return the answer to a question. What it writes is on the disk then, unless asked `hastily`.

        On SQLite a hasty question leaves what it writes to the operating system: the end of a process loses
        nothing of it, a power cut may, until somebody waits for the disk. PostgreSQL always waits: what were
        left to it would be lost when it is ended by force itself.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
            self._thread.start()
        asked = _Question(question, hastily)
        self._questions.put(asked)
        answer: Result = await asked.answer
        return answer

    async def close(self) -> None:
        """Finish, and let go of the connection."""
        if self._thread is not None:
            await self.ask(connections.close_all)
            self._questions.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (asked := self._questions.get()) is not None:
            try:
                answer = self._answer(asked.question, asked.hastily)
            except BaseException as error:  # whoever asked gets it
                asked.tell(None, error)
            else:
                asked.tell(answer, None)
            del asked

    def _answer(self, question: Callable[[], Any], hastily: bool) -> Any:
        began = time.monotonic()
        if began - self._asked_at < PAUSE_SECONDS and connection.vendor == "sqlite":
            time.sleep(PAUSE_SECONDS - (began - self._asked_at))
        if began - self._looked_after_at >= LOOKED_AFTER_SECONDS:
            close_old_connections()
            self._looked_after_at = began
        try:
            self._wait_for_the_disk(not hastily)
            return question()
        except BaseException:
            self._looked_after_at = -LOOKED_AFTER_SECONDS
            raise
        finally:
            self._asked_at = time.monotonic()

    def _wait_for_the_disk(self, wanted: bool) -> None:
        """Change what SQLite does if it is something else now; a new connection waits."""
        waits = self._hasty is None or self._hasty is not connection.connection
        if waits is wanted or connection.vendor != "sqlite":
            return
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = FULL" if wanted else "PRAGMA synchronous = NORMAL")
        self._hasty = None if wanted else connection.connection


class _Question:
    """A question, and who waits for the answer."""

    __slots__ = ("_loop", "answer", "hastily", "question")

    def __init__(self, question: Callable[[], Any], hastily: bool) -> None:
        self.question, self.hastily = question, hastily
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self._loop.create_future()

    def tell(self, answer: Any, error: BaseException | None) -> None:
        """Called in the thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(self._told, answer, error)

    def _told(self, answer: Any, error: BaseException | None) -> None:
        if self.answer.done():
            return
        if error is None:
            self.answer.set_result(answer)
        else:
            self.answer.set_exception(error)
