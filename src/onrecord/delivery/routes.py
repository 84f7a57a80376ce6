# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker: which hosts are not asked for a while, because they did not answer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from onrecord.delivery.manners import USUAL, Breaker
from onrecord.delivery.models import PENDING, Delivery, Distribution, DistributionState, Route

MAILBOX = "imap"
"""The way to the mailbox that mail comes back to: nothing is carried there, but it too may not answer."""


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


def failed(transport: str, name: str, *, reply: str, breaker: Breaker = USUAL.breaker) -> datetime:
    """Note that a route did not work; return when it may be tried again."""
    now = timezone.now()
    with transaction.atomic():
        Route.objects.get_or_create(transport=transport, name=name)
        row = Route.objects.select_for_update().get(transport=transport, name=name)
        if row.closed_until and row.closed_until > now:
            return row.closed_until  # another sender was first
        since = row.failing_since or now
        pause = breaker.pause(row.failures + 1, now - since)
        Route.objects.filter(pk=row.pk).update(
            failures=F("failures") + 1,
            failing_since=since,
            closed_until=now + pause if pause else None,
            last_reply=reply[:500],
        )
    return now + (pause or breaker.between)


def revive(transport: str, name: str) -> bool:
    """Note that a host is there after all, as something came from it; tell whether that was news.

    What waits for it becomes due. It costs one look by an index if nothing was wrong.
    """
    ailing = Route.objects.filter(transport=transport, name=name, failures__gt=0)
    if not ailing.exists():
        return False
    now = timezone.now()
    with transaction.atomic():
        won = ailing.update(failures=0, failing_since=None, closed_until=None)
        if won:
            going = Distribution.objects.filter(transport=transport, state=DistributionState.OPEN)
            waiting = Delivery.objects.filter(distribution__in=going, state__in=PENDING, destination=name)
            waiting.filter(due_at__gt=now).update(due_at=now)
    return bool(won)


def is_dead(route: Route, breaker: Breaker = USUAL.breaker) -> bool:
    """Tell whether a host has not answered for a week."""
    return route.failing_since is not None and timezone.now() - route.failing_since > breaker.dead_after
