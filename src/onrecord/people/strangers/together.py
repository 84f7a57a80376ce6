# SPDX-License-Identifier: Apache-2.0
"""Forms that come at the same time share a transaction, and so one wait for the disk.

Whoever has the turn writes what all threads of its process have handed in meanwhile. SQLite has one writer,
and on any database forms wait for the counter of them all until it is committed.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import OperationalError, transaction

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Place(Generic[Item, Result]):
    item: Item
    results: Sequence[Result] = ()
    error: Exception | None = None

    @property
    def is_settled(self) -> bool:
        return bool(self.results) or self.error is not None


class Together(Generic[Item, Result]):
    """Calls `write` in a transaction with what was handed in at the same time; it returns a result for each.

    Not to be called in a transaction. What `write` raises for several is tried for each alone, so that nobody
    fails for what another has sent; unless the database cannot be reached, which is nobody's own.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._write = write
        self._turn = threading.Lock()
        self._queue: deque[_Place[Item, Result]] = deque()

    def __call__(self, item: Item) -> Result:
        """Return the result for this one when it is committed; raises what writing it raised."""
        mine: _Place[Item, Result] = _Place(item)
        self._queue.append(mine)
        with self._turn:
            if not mine.is_settled:
                self._settle([self._queue.popleft() for _ in range(len(self._queue))] or [mine])
        if mine.error is not None:
            raise mine.error
        return mine.results[0]

    def _settle(self, places: Sequence[_Place[Item, Result]]) -> None:
        try:
            with transaction.atomic(durable=True):
                results = self._write([place.item for place in places])
        except Exception as error:  # each is raised again where its item came from
            if len(places) > 1 and not isinstance(error, OperationalError):
                for place in places:
                    self._settle([place])
                return
            for place in places:
                place.error = error
        else:
            for place, result in zip(places, results, strict=True):
                place.results = (result,)
