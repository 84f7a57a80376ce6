# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker: which hosts are not asked for a while, because they did not answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from onrecord.delivery.models import Route

MAILBOX = "imap"
"""The way to the mailbox that mail comes back to: nothing is carried there, but it too may not answer."""
OPENS_AFTER = 5
"""Failures of a route in a row until it is left alone."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
DEAD_AFTER = timedelta(days=7)
DEAD_PAUSE = timedelta(days=1)
"""A host that has not answered for a week is tried once a day; any success revives it."""


def closed(transport: str) -> dict[str, datetime]:
    """Return the routes that are closed now, with the moment from which they may be tried again."""
    now = timezone.now()
    rows = Route.objects.filter(transport=transport, closed_until__gt=now)
    return {name: until for name, until in rows.values_list("name", "closed_until") if until}


def succeeded(transport: str, name: str) -> None:
    """Note that a route works. Writes only if it did not before, or nobody knew it."""
    working = Route.objects.filter(transport=transport, name=name, failures=0)
    if not working.exists():
        Route.objects.update_or_create(
            transport=transport,
            name=name,
            defaults={
                "failures": 0,
                "failing_since": None,
                "closed_until": None,
                "last_success_at": timezone.now(),
            },
        )


def failed(transport: str, name: str, *, reply: str) -> datetime:
    """Note that a route did not work; return when it may be tried again."""
    now = timezone.now()
    with transaction.atomic():
        Route.objects.get_or_create(transport=transport, name=name)
        row = Route.objects.select_for_update().get(transport=transport, name=name)
        if row.closed_until and row.closed_until > now:
            return row.closed_until  # another sender was first
        since = row.failing_since or now
        pause = _pause(row.failures + 1, now - since)
        Route.objects.filter(pk=row.pk).update(
            failures=F("failures") + 1,
            failing_since=since,
            closed_until=now + pause if pause else None,
            last_reply=reply[:500],
        )
    return now + (pause or timedelta(seconds=10))


def is_dead(route: Route) -> bool:
    """Tell whether a host has not answered for a week."""
    return route.failing_since is not None and timezone.now() - route.failing_since > DEAD_AFTER


def _pause(failures: int, failing_for: timedelta) -> timedelta | None:
    if failing_for > DEAD_AFTER:
        return DEAD_PAUSE
    if failures < OPENS_AFTER:
        return None
    doublings: int = min(failures - OPENS_AFTER, 10)
    pause: timedelta = FIRST_PAUSE * 2**doublings
    return min(pause, LONGEST_PAUSE)
