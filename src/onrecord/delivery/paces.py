# SPDX-License-Identifier: Apache-2.0
"""How much may go now, to the relay and to each destination: token buckets in the ledger, for all senders.

What somebody waits for is counted, and not held up. What may not go yet is parked: it becomes due when its
turn comes, so that it keeps nobody else waiting and nobody has to look at it before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from onrecord.delivery import looks
from onrecord.delivery.models import Pace, State
from onrecord.delivery.transports import Limits, Outgoing, Settled

PARKED_AT_MOST = timedelta(minutes=30)
"""After that it is looked at again: what was before it may have been cancelled."""
IDLE_AFTER = timedelta(seconds=10)
RESTS_AFTER = 5
"""Deliveries that a destination put off in a row until it gets nothing for a while."""
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)
COLDEST = 6
"""A new way begins with this many halvings of its limit."""


class Allowance:
    """What one claim may take. Made and saved inside its transaction, which other claims wait for."""

    def __init__(self, transport: str, limits: Limits, relay: str | None, now: datetime) -> None:
        """Count what came in since the last claim; `relay` is the one way that everything takes."""
        self._transport, self._limits, self._now = transport, limits, now
        self.resting = resting(transport, now)
        self._paces: dict[str, Pace] = {}
        self._relay = self._lock(relay or "") if limits.per_minute or limits.per_destination else None

    @property
    def restrains(self) -> bool:
        """Whether anything has to be counted, or rests."""
        return bool(self.resting) or self._relay is not None

    @property
    def left(self) -> int | None:
        """How many messages may go over the relay now; None for any number."""
        if self._relay is None or not self._limits.per_minute:
            return None
        return max(0, int(self._relay.tokens))

    def expect(self, destinations: Iterable[str]) -> None:
        """Read what is known of these destinations."""
        if not self._limits.per_destination:
            return
        missing = {name for name in destinations if name not in self._paces}
        for pace in Pace.objects.filter(transport=self._transport, name__in=missing):
            self._count(pace, self._limits.per_destination)
        for name in missing - self._paces.keys():
            self._begin(name, self._limits.per_destination)

    def later(self, outgoing: Outgoing, *, urgent: bool) -> datetime | None:
        """Return when a delivery may go that may not go now; None: now, and it is counted."""
        rests_until = self.resting.get(outgoing.destination)
        if rests_until is not None and not urgent:
            return rests_until
        if self._limits.per_destination:
            pace = self._paces[outgoing.destination]
            if pace.tokens < 1.0 and not urgent:
                return self._park(pace)
            pace.tokens -= 1.0
        if self._relay is not None:
            self._relay.tokens -= 1.0
        return None

    def save(self) -> None:
        """Write down what was counted."""
        paces = [*self._paces.values(), *([self._relay] if self._relay is not None else [])]
        if paces:
            Pace.objects.bulk_create(
                paces,
                update_conflicts=True,
                unique_fields=["transport", "name"],
                update_fields=["counted_at", "tokens", "parked_until"],
            )

    def _lock(self, relay: str) -> Pace:
        Pace.objects.get_or_create(transport=self._transport, name=relay)
        rows = Pace.objects.filter(transport=self._transport, name=relay)
        pace = (rows.select_for_update() if connection.features.has_select_for_update else rows).get()
        _fill(pace, _rate(pace, self._limits.per_minute, self._limits, self._now), self._now)
        return pace

    def _begin(self, name: str, per_minute: float) -> None:
        self._count(Pace(transport=self._transport, name=name, begun_at=self._now), per_minute)

    def _count(self, pace: Pace, per_minute: float) -> None:
        _fill(pace, _rate(pace, per_minute, self._limits, self._now), self._now)
        self._paces[pace.name] = pace

    def _park(self, pace: Pace) -> datetime:
        between = timedelta(seconds=1.0 / _rate(pace, self._limits.per_destination, self._limits, self._now))
        pace.parked_until = min(max(self._now, pace.parked_until) + between, self._now + PARKED_AT_MOST)
        return pace.parked_until


def resting(transport: str, now: datetime) -> dict[str, datetime]:
    """Return the destinations that put off too much, and until when they get nothing."""
    if not looks.has_slow_destination(transport):
        return {}
    rows = Pace.objects.filter(transport=transport, put_off__gt=0, rests_until__gt=now)
    return {name: until for name, until in rows.values_list("name", "rests_until") if until}


def slow(transport: str) -> set[str]:
    """Return the destinations that have put something off and taken nothing since."""
    if not looks.has_slow_destination(transport):
        return set()
    return set(Pace.objects.filter(transport=transport, put_off__gt=0).values_list("name", flat=True))


def heed(transport: str, came: Sequence[tuple[str, Settled]]) -> None:
    """Let destinations rest that put off one delivery after the other, or that ask for it; others go on."""
    put_off = Counter(name for name, one in came if one.state == State.DEFERRED)
    for name, count in sorted(put_off.items()):
        asked = max((one.rest or 0.0 for to, one in came if to == name), default=0.0)
        _let_rest(transport, name, count, asked)


def went_well(transport: str, destinations: Iterable[str]) -> None:
    """Note that these destinations took something."""
    known = Pace.objects.filter(transport=transport, name__in=list(destinations), put_off__gt=0)
    known.update(put_off=0, rests_until=None)


def _let_rest(transport: str, name: str, count: int, asked: float) -> None:
    now = timezone.now()
    pace, _ = Pace.objects.get_or_create(transport=transport, name=name)
    in_a_row = pace.put_off + count
    rest = min(timedelta(seconds=asked), LONGEST_REST * 24)
    if in_a_row >= RESTS_AFTER:
        rest = max(rest, min(FIRST_REST * 2 ** min(in_a_row // RESTS_AFTER - 1, 10), LONGEST_REST))
    until = max(now + rest, pace.rests_until or now) if rest else pace.rests_until
    Pace.objects.filter(pk=pace.pk).update(put_off=in_a_row, rests_until=until)


def _rate(pace: Pace, per_minute: float, limits: Limits, now: datetime) -> float:
    """Return messages a second: the limit, or what a way that is so new is given of it."""
    share = 1.0
    if limits.warm_up_days:
        age = (now - pace.begun_at) / timedelta(days=limits.warm_up_days)
        share = 2.0 ** (COLDEST * (min(max(age, 0.0), 1.0) - 1.0))
    return max(per_minute * share, 1.0) / 60.0


def _fill(pace: Pace, rate: float, now: datetime) -> None:
    """Add what came in since it was counted, a second's worth at most; a clock set back adds nothing."""
    since = max(now - pace.counted_at, timedelta(0))
    pace.tokens = min(pace.tokens + since.total_seconds() * rate, max(rate, 1.0))
    pace.counted_at = now
    if since > max(IDLE_AFTER, timedelta(seconds=3.0 / rate)):
        pace.parked_until = now
