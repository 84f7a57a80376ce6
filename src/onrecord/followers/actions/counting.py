# SPDX-License-Identifier: Apache-2.0
"""Counting followers day by day, so that how many there were is still known when they are forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from onrecord.followers.models import DayCount, State, Subscription
from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation

DAYS_AT_ONCE = 7
"""Days that one run of the chore counts: each reads all subscriptions once."""

Key = tuple[str, str]
"""Language and topic; both empty for all."""


@dataclass(slots=True)
class Moves:
    """Who came, went and was there."""

    joined: int = 0
    ended: int = 0
    total: int = 0


def count_days() -> int:
    """Count the days that are over and not counted yet; return how many that were. For a chore."""
    try:
        zone = ZoneInfo(Organisation.current().time_zone)
    except NotSetUp:
        return 0
    yesterday = timezone.now().astimezone(zone).date() - timedelta(days=1)
    day = _first_uncounted(zone)
    counted = 0
    while day is not None and day <= yesterday and counted < DAYS_AT_ONCE:
        counted += _count(day, zone)
        day += timedelta(days=1)
    return counted


def note_before_forgetting(subscriptions: Iterable[Subscription]) -> None:
    """Note that these came, and that they go, on the days that are not counted yet: their rows will be gone.

    Call it in the transaction that deletes them.
    """
    zone = ZoneInfo(Organisation.current().time_zone)
    last = last_counted()
    for row in subscriptions:
        if row.confirmed_at is None:
            continue
        ended = row.ended_at or timezone.now()
        for moment, field in ((row.confirmed_at, "joined"), (ended, "ended")):
            day = moment.astimezone(zone).date()
            if last is None or day > last:
                for language, topic in _keys(row):
                    DayCount.objects.get_or_create(day=day, language=language, topic=topic)
                    same = DayCount.objects.filter(day=day, language=language, topic=topic)
                    same.update(**{field: F(field) + 1})


def last_counted() -> date | None:
    """Return the last day that is counted."""
    counted = DayCount.objects.filter(language="", topic="", total__isnull=False)
    day: date | None = counted.order_by("-day").values_list("day", flat=True).first()
    return day


def moves(start: datetime, end: datetime) -> dict[Key, Moves]:
    """Return who came and went between two moments, and who was there at the second, as far as rows say."""
    was_there = Q(ended_at__isnull=True) | Q(ended_at__gte=end)
    asked: dict[str, Any] = {
        "joined": Count("pk", filter=Q(confirmed_at__gte=start)),
        "ended": Count("pk", filter=Q(ended_at__gte=start, ended_at__lt=end)),
        "total": Count("pk", filter=was_there),
    }
    rows = Subscription.objects.filter(confirmed_at__lt=end)
    found: dict[Key, Moves] = {
        ("", ""): Moves(**rows.aggregate(**asked)),
        ("", DayCount.ALL_TOPICS): Moves(**rows.filter(all_topics=True).aggregate(**asked)),
    }
    for name, which in (("languages__language", rows), ("topics__slug", rows.filter(all_topics=False))):
        for values in which.order_by().values(name).annotate(**asked):
            chosen = values.pop(name)
            if chosen:
                key = (chosen, "") if name == "languages__language" else ("", chosen)
                found[key] = Moves(**values)
    return found


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins."""
    return datetime.combine(day, time.min, zone)


def timeline_rows(language: str, topic: str, since: date) -> dict[date, Moves]:
    """Return the days since one, as they were counted, and today as far as it has come."""
    zone = ZoneInfo(Organisation.current().time_zone)
    rows = DayCount.objects.filter(language=language, topic=topic, day__gte=since)
    found: dict[date, Moves] = defaultdict(Moves)
    for row in rows.order_by("day"):
        found[row.day] = Moves(row.joined, row.ended, row.total or 0)
    today = timezone.now().astimezone(zone).date()
    tomorrow = start_of(today + timedelta(days=1), zone)
    now = moves(start_of(today, zone), tomorrow).get((language, topic), Moves())
    found[today].joined += now.joined
    found[today].ended += now.ended
    found[today].total = now.total
    return dict(found)


def _count(day: date, zone: ZoneInfo) -> bool:
    """Write down one day, once; return whether it was not there before."""
    found = moves(start_of(day, zone), start_of(day + timedelta(days=1), zone))
    with transaction.atomic():
        DayCount.objects.get_or_create(day=day, language="", topic="")
        open_one = DayCount.objects.filter(day=day, language="", topic="", total=None)
        if not open_one.update(total=found["", ""].total):
            return False  # another process was quicker
        for (language, topic), one in found.items():
            DayCount.objects.get_or_create(day=day, language=language, topic=topic)
            DayCount.objects.filter(day=day, language=language, topic=topic).update(
                joined=F("joined") + one.joined, ended=F("ended") + one.ended, total=one.total
            )
    return True


def _first_uncounted(zone: ZoneInfo) -> date | None:
    last = last_counted()
    if last is not None:
        return last + timedelta(days=1)
    confirmed = Subscription.objects.exclude(state=State.UNCONFIRMED).filter(confirmed_at__isnull=False)
    first = confirmed.order_by("confirmed_at").values_list("confirmed_at", flat=True).first()
    noted = DayCount.objects.order_by("day").values_list("day", flat=True).first()
    days = [first.astimezone(zone).date()] if first else []
    return min([*days, *([noted] if noted else [])], default=None)


def _keys(row: Subscription) -> list[Key]:
    languages = row.languages.values_list("language", flat=True)
    topics = [DayCount.ALL_TOPICS] if row.all_topics else row.topics.values_list("slug", flat=True)
    return [("", ""), *((language, "") for language in languages), *(("", topic) for topic in topics)]
