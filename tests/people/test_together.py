# SPDX-License-Identifier: Apache-2.0
"""Forms of several threads share one transaction; what one of them has sent fails nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction

from onrecord.people.models import FormCount
from onrecord.people.strangers import counting
from onrecord.people.strangers.tickets import Ticket
from onrecord.people.strangers.together import Together
from tests.config.newsrooms import until

Wrote = Callable[[Sequence[str]], list[str]]


def _all_at_once(write: Wrote) -> tuple[list[list[str]], list[Future[str]]]:
    """Hand in `first`, then three more; return what was written together, and results."""
    calls: list[list[str]] = []
    go_on = threading.Event()

    def watched(items: Sequence[str]) -> list[str]:
        calls.append(sorted(items))
        if items == ["first"] and not go_on.is_set():
            go_on.wait(20)
        return write(items)

    together = Together(watched)

    def hand_in(item: str) -> str:
        try:
            return together(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        results = [pool.submit(hand_in, "first")]
        assert until(lambda: calls == [["first"]])
        results += [pool.submit(hand_in, item) for item in ("a", "b", "c")]
        assert until(lambda: len(together._queue) == 3)
        go_on.set()
    return calls, results


def test_what_comes_while_another_is_written_is_written_together(transactional_db: None) -> None:
    in_transaction: list[bool] = []

    def write(items: Sequence[str]) -> list[str]:
        in_transaction.append(connection.in_atomic_block)
        return [f"{item}!" for item in items]

    calls, results = _all_at_once(write)
    assert calls == [["first"], ["a", "b", "c"]]
    assert [one.result() for one in results] == ["first!", "a!", "b!", "c!"]
    assert in_transaction == [True, True]


def test_what_cannot_be_written_fails_by_itself_and_leaves_nothing(transactional_db: None) -> None:
    def write(items: Sequence[str]) -> list[str]:
        counting.add({f"trial/{item}": 1 for item in items})
        if "b" in items:
            raise ValueError("b cannot be kept")
        return list(items)

    _calls, results = _all_at_once(write)
    assert [one.result() for one in (*results[:2], results[3])] == ["first", "a", "c"]
    with pytest.raises(ValueError, match="b cannot be kept"):
        results[2].result()
    kept = FormCount.objects.order_by("name").values_list("name", "count")
    assert list(kept) == [("trial/a", 1), ("trial/c", 1), ("trial/first", 1)]


def test_a_database_that_cannot_be_reached_is_asked_once_for_all(transactional_db: None) -> None:
    def write(items: Sequence[str]) -> list[str]:
        if items == ["first"]:
            return list(items)
        raise OperationalError("database is locked")

    calls, results = _all_at_once(write)
    assert len(calls) == 2
    for one in results[1:]:
        with pytest.raises(OperationalError):
            one.result()


def test_of_a_ticket_that_comes_twice_at_once_one_is_good(transactional_db: None) -> None:
    twice, other = Ticket("abc", 2_000_000_000), Ticket("abd", 2_000_000_000)
    with transaction.atomic():
        assert counting.spend([twice, other, twice]) == [True, True, False]
        assert counting.spend([other]) == [False]
