# SPDX-License-Identifier: Apache-2.0
"""Counting followers by the clock: by server, and day by day, so that no screen counts a million."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from onrecord.federation.models import Actor, ActorKind, Follow, FollowDay, HostCount, LastCount, RemoteActor
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation

DAYS_AT_ONCE = 7
"""Days that one run counts: each reads all who follow once."""
EVERY = timedelta(minutes=10)
WHOLE_EVERY = timedelta(days=1)
"""In between, only servers are counted from which somebody came or went."""
OVERLAP = timedelta(minutes=2)
"""So long a transaction may take until its rows are seen."""
MOST_PEOPLE = 20_000
"""If more came and went, it is quicker to count all."""
ROWS = 500
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""

Row = TypeVar("Row")
Key = tuple[int | None, int]
"""Account, or none for all; server."""


def is_due() -> bool:
    """Tell whether it is time to count."""
    last = LastCount.objects.filter(pk=LastCount.ONLY).first()
    return last is None or timezone.now() - last.at >= EVERY


def count_hosts() -> int:
    """Count who follows, by server; write what has changed; return how many rows that was. For a task."""
    now = timezone.now()
    last = LastCount.objects.filter(pk=LastCount.ONLY).first()
    servers = None
    if last is not None and now - last.whole_at < WHOLE_EVERY:
        servers = _changed_since(last.at - OVERLAP)
    written = 0
    if servers is None:
        written = _store(_counted(), {(row.actor_id, row.host_id): row for row in HostCount.objects.all()})
    for some in _in_parts(servers or []):
        before = HostCount.objects.filter(host__in=some)
        written += _store(_counted(some), {(row.actor_id, row.host_id): row for row in before})
    moments = {"at": now} | ({"whole_at": now} if servers is None else {})
    LastCount.objects.update_or_create(
        pk=LastCount.ONLY, defaults=moments, create_defaults={"at": now, "whole_at": now}
    )
    return written


def count_days() -> int:
    """Count the days that are over and not counted yet; return how many rows were written. For a task."""
    try:
        zone = ZoneInfo(Organisation.current().time_zone)
    except NotSetUp:
        return 0
    yesterday = timezone.now().astimezone(zone).date() - timedelta(days=1)
    written = 0
    for actor in Actor.objects.exclude(kind=ActorKind.INSTANCE).order_by("pk"):
        day = _first_uncounted(actor, zone)
        last = min(yesterday, actor.closed_at.astimezone(zone).date()) if actor.closed_at else yesterday
        for _step in range(DAYS_AT_ONCE):
            if day > last:
                break
            written += _count_day(actor, day, zone)
            day += timedelta(days=1)
    return written


def _changed_since(moment: datetime) -> list[int] | None:
    """Return the servers from which somebody came or went; None if so many did that all may be counted."""
    people: set[int] = set()
    for actor in Actor.objects.exclude(kind=ActorKind.INSTANCE):
        mine = Follow.objects.filter(actor=actor).order_by()
        for rows in (mine.filter(since__gte=moment), mine.filter(ended_at__gte=moment)):
            # Their servers are asked for apart: in one question SQLite would read every account there is.
            people.update(rows.values_list("follower", flat=True)[: MOST_PEOPLE + 1])
        if len(people) > MOST_PEOPLE:
            return None
    found: set[int] = set()
    for some in _in_parts(sorted(people)):
        found.update(RemoteActor.objects.filter(pk__in=some).values_list("host", flat=True))
    return sorted(found)


def _counted(servers: Sequence[int] | None = None) -> dict[Key, int]:
    rows = Follow.objects.filter(ended_at=None, actor__closed_at=None).order_by()
    if servers is not None:
        rows = rows.filter(follower__host__in=servers)
    found: dict[Key, int] = {}
    for actor, host, count in rows.values_list("actor", "follower__host").annotate(count=Count("pk")):
        found[actor, host] = count
        found[None, host] = found.get((None, host), 0) + count
    return found


def _store(now: dict[Key, int], before: dict[Key, HostCount]) -> int:
    """Write what differs, in small transactions; return how many rows that was."""
    gone = [row.pk for key, row in before.items() if key not in now]
    changed = [row for key, row in before.items() if key in now and row.followers != now[key]]
    for row in changed:
        row.followers = now[row.actor_id, row.host_id]
    new = [
        HostCount(actor_id=actor, host_id=host, followers=count)
        for (actor, host), count in now.items()
        if (actor, host) not in before
    ]
    for some in _in_parts(gone):
        HostCount.objects.filter(pk__in=some).delete()
        time.sleep(PAUSE_SECONDS)
    for few in _in_parts(changed):
        HostCount.objects.bulk_update(few, ["followers"])
        time.sleep(PAUSE_SECONDS)
    for fresh in _in_parts(new):
        HostCount.objects.bulk_create(fresh, ignore_conflicts=True)
        time.sleep(PAUSE_SECONDS)
    return len(gone) + len(changed) + len(new)


def _first_uncounted(actor: Actor, zone: ZoneInfo) -> date:
    newest = FollowDay.objects.filter(actor=actor).order_by("-day").values_list("day", flat=True).first()
    if newest is not None:
        return newest + timedelta(days=1)
    return actor.created_at.astimezone(zone).date()


@transaction.atomic
def _count_day(actor: Actor, day: date, zone: ZoneInfo) -> int:
    start = datetime.combine(day, clock.min, zone)
    end = datetime.combine(day + timedelta(days=1), clock.min, zone)
    there = Q(ended_at=None) | Q(ended_at__gte=end)
    rows = Follow.objects.filter(actor=actor)
    counts = {
        "joined": rows.filter(since__gte=start, since__lt=end).count(),
        "ended": rows.filter(ended_at__gte=start, ended_at__lt=end).count(),
        "total": rows.filter(there, since__lt=end).count(),
    }
    _row, is_new = FollowDay.objects.get_or_create(actor=actor, day=day, defaults=counts)
    return int(is_new)


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]
