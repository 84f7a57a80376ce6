# SPDX-License-Identifier: Apache-2.0
"""The thread that asks the database: what waits for the disk, what an error leaves behind."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection

from onrecord.delivery.thread import PAUSE_SECONDS, DatabaseThread

pytestmark = pytest.mark.django_db(transaction=True)
LEFT_TO_THE_SYSTEM, WAITS = 1, 2


def careful() -> int | None:
    """Return what SQLite does with what is written; None for PostgreSQL."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA synchronous").fetchone()[0])


def hang_up() -> None:
    connection.close()  # of the thread that asks


def on_sqlite(*wanted: int) -> list[int | None]:
    return list(wanted) if connection.vendor == "sqlite" else [None] * len(wanted)


def test_only_a_hasty_question_leaves_what_it_writes_to_the_operating_system() -> None:
    async def questions() -> list[int | None]:
        thread = DatabaseThread()
        try:
            haste = (False, True, True, False, True)
            return [await thread.ask(careful, hastily=hastily) for hastily in haste]
        finally:
            await thread.close()

    wanted = (WAITS, LEFT_TO_THE_SYSTEM, LEFT_TO_THE_SYSTEM, WAITS, LEFT_TO_THE_SYSTEM)
    assert asyncio.run(questions()) == on_sqlite(*wanted)


def test_a_new_connection_and_one_after_an_error_are_as_careful_as_asked() -> None:
    def stumble() -> None:
        raise LookupError("stumbled")

    async def questions() -> list[int | None]:
        thread = DatabaseThread()
        found = []
        try:
            await thread.ask(careful, hastily=True)
            await thread.ask(hang_up, hastily=True)
            found.append(await thread.ask(careful))
            found.append(await thread.ask(careful, hastily=True))
            with pytest.raises(LookupError, match="stumbled"):
                await thread.ask(stumble, hastily=True)
            found.append(await thread.ask(careful))
            await thread.ask(hang_up)
            found.append(await thread.ask(careful, hastily=True))
        finally:
            await thread.close()
        return found

    assert asyncio.run(questions()) == on_sqlite(WAITS, LEFT_TO_THE_SYSTEM, WAITS, LEFT_TO_THE_SYSTEM)


def test_others_get_their_turn_between_two_questions() -> None:
    async def ten() -> float:
        thread = DatabaseThread()
        try:
            await thread.ask(careful)
            clock = asyncio.get_running_loop().time
            began = clock()
            await asyncio.gather(*(thread.ask(lambda: None) for _ in range(10)))
            return clock() - began
        finally:
            await thread.close()

    took = asyncio.run(ten())
    assert connection.vendor != "sqlite" or took >= 10 * PAUSE_SECONDS


def test_whoever_waits_no_more_keeps_nobody_else_from_an_answer() -> None:
    async def questions() -> str:
        thread = DatabaseThread()
        try:
            impatient = asyncio.create_task(thread.ask(careful))
            await asyncio.sleep(0)
            impatient.cancel()
            return await thread.ask(lambda: "answered")
        finally:
            await thread.close()

    assert asyncio.run(questions()) == "answered"
