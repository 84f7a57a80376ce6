# SPDX-License-Identifier: Apache-2.0
"""How many deliveries are in which state: read from an index alone, and not again for every viewer.

An answer is kept in the process for a second, or for twenty times as long as it took: however many look
at however many rows, counting takes a twentieth of one processor at most.
"""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Hashable
from threading import RLock
from typing import Any

from django.db.models import Count

from onrecord.delivery.models import UNSETTLED, Delivery, Distribution, State, Tally

AT_LEAST_SECONDS = 1.0
TIMES_AS_LONG = 20
LOOKED_AT = 2000
"""Replies read to group failures by reason."""
WINDOW_SECONDS = 60.0
"""How far back the rate looks."""
_MOST = 500

Counts = dict[str, int]
"""How many deliveries are in each state."""


class Recent:
    """Answers that cost something, by what was asked. `seconds` is the least they are kept."""

    def __init__(self, seconds: float = AT_LEAST_SECONDS) -> None:
        self._seconds = seconds
        self._lock = RLock()
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def get(self, asked: Hashable, answer: Callable[[], Any]) -> Any:
        """Return the answer that is kept, or work it out; those who ask meanwhile wait for it."""
        with self._lock:
            until, value = self._kept.get(asked, (0.0, None))
            began = time.monotonic()
            if began < until:
                return value
            value = answer()
            took = time.monotonic() - began
            self._kept.pop(asked, None)
            while len(self._kept) >= _MOST:
                self._kept.pop(next(iter(self._kept)))
            self._kept[asked] = (time.monotonic() + max(self._seconds, took * TIMES_AS_LONG), value)
            return value

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()


_counts = Recent()
_reasons = Recent(2.0)
_seen: dict[int, deque[tuple[float, int]]] = {}
"""For each distribution when how many of its deliveries were settled."""


def forget() -> None:
    """Count again when somebody asks next: something was done about deliveries in this process."""
    _counts.forget()
    _reasons.forget()
    _seen.clear()


def counts(distribution: Distribution) -> Counts:
    """Return how many deliveries of a distribution are in each state, details or tallies."""
    found: Counts = _counts.get(distribution.pk, lambda: _count(distribution.pk))
    return found


def counts_of_all(distributions: Collection[Distribution]) -> dict[int, Counts]:
    """Return the counts of several distributions by their numbers."""
    return {one.pk: counts(one) for one in distributions}


def per_minute(distribution: Distribution) -> float | None:
    """Return how many deliveries were settled in a minute, lately or, at the end, all in all."""
    if distribution.started_at is None:
        return None
    now = counts(distribution)
    if distribution.finished_at is not None:
        took = (distribution.finished_at - distribution.started_at).total_seconds()
        return _carried(now) * 60 / max(took, 1.0)
    seen = _seen.get(distribution.pk)
    if not seen or len(seen) < 2 or seen[-1][0] - seen[0][0] < 2:
        return None
    (first, before), (last, after) = seen[0], seen[-1]
    return max(after - before, 0) * 60 / (last - first)


def reasons(distribution: Distribution, state: State) -> list[tuple[str, int]]:
    """Return why deliveries are in a state, as the other sides said it, most frequent first.

    Of many, `LOOKED_AT` are looked at.
    """
    key = (distribution.pk, state)
    found: list[tuple[str, int]] = _reasons.get(key, lambda: _group(distribution.pk, state))
    return found


_CODE = re.compile(r"^(\d{3})[ -]+(?:#?(\d\.\d{1,3}\.\d{1,3})\b)?[\s:]*")
_PRIVATE = re.compile(r"<[^<>]*>|\S+@\S+|https?://\S+")
_NUMBER = re.compile(r"\b(?=\w*\d)[\w-]{8,}\b|\[[\d.:a-fA-F]+\]")


def reason_of(reply: str) -> str:
    """Return what is the same in replies that say the same: no address, no number of one message."""
    code = _CODE.match(reply)
    text = reply[code.end() :] if code else reply
    text = " ".join(_NUMBER.sub("…", _PRIVATE.sub("…", text)).split())[:120]
    return " ".join(filter(None, [*(code.groups() if code else ()), text]))


def _count(pk: int) -> Counts:
    rows = Delivery.objects.filter(distribution=pk).order_by().values_list("state")
    found: Counter[str] = Counter(dict(rows.annotate(count=Count("pk"))))
    for state, count in Tally.objects.filter(distribution=pk).values_list("state", "count"):
        found[state] += count
    _note(pk, _carried(found))
    return dict(found)


def _note(pk: int, settled: int) -> None:
    now = time.monotonic()
    while pk not in _seen and len(_seen) >= _MOST:
        _seen.pop(next(iter(_seen)), None)
    seen = _seen.setdefault(pk, deque(maxlen=200))
    seen.append((now, settled))
    while len(seen) > 2 and now - seen[0][0] > WINDOW_SECONDS:
        seen.popleft()


def _carried(found: Counts) -> int:
    """Return how many were settled by a courier: not those that were never sent."""
    never = {*UNSETTLED, State.SUPPRESSED, State.CANCELLED, State.SUPERSEDED}
    return sum(count for state, count in found.items() if state not in never)


def _group(pk: int, state: State) -> list[tuple[str, int]]:
    replies = Delivery.objects.filter(distribution=pk, state=state).order_by()
    grouped = Counter(reason_of(reply) for reply in replies.values_list("reply", flat=True)[:LOOKED_AT])
    return grouped.most_common(8)
