# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker: which hosts are not asked for a while, because they did not answer."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from onrecord.delivery import looks
from onrecord.delivery.manners import USUAL, Breaker
from onrecord.delivery.models import PENDING, Delivery, Distribution, DistributionState, Route

MAILBOX = "imap"
"""The way to the mailbox that mail comes back to: nothing is carried there, but it too may not answer."""
SLOW_SECONDS = 2.0
"""Who takes longer to answer is begun with last."""
AILING = Q(failures__gt=0) | Q(is_slow=True)


def ailing(transport: str) -> dict[str, datetime | None]:
    """Return the routes that did not work lately, or slowly, and until when each is closed, if it is."""
    if not looks.has_ailing_route(transport):
        return {}
    now = timezone.now()
    rows = Route.objects.filter(AILING, transport=transport).values_list("name", "closed_until")
    return {name: until if until and until > now else None for name, until in rows}


def succeeded(transport: str, seconds: Mapping[str, float]) -> None:
    """Note that routes work, by name with how long an answer took. Writes only what is news."""
    rows = Route.objects.filter(transport=transport, name__in=list(seconds), failures=0)
    known = dict(rows.values_list("name", "is_slow"))
    news = [
        (name, int(took > SLOW_SECONDS))
        for name, took in sorted(seconds.items())
        if known.get(name) is not (took > SLOW_SECONDS)
    ]
    if news:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_WORK.format(rows=_ROWS[connection.vendor]), [transport, now, json.dumps(news)])


def failed(
    transport: str, replies: Mapping[str, str], *, breaker: Breaker = USUAL.breaker
) -> dict[str, datetime]:
    """Note that routes did not work, by name with what was said; return when each may be tried again."""
    now = timezone.now()
    again: dict[str, datetime] = {}
    changed: list[Route] = []
    with transaction.atomic():
        _write([Route(transport=transport, name=name) for name in sorted(replies)])
        rows = Route.objects.filter(transport=transport, name__in=list(replies)).order_by("name")
        for row in rows.select_for_update():
            if row.closed_until and row.closed_until > now:
                again[row.name] = row.closed_until  # another sender was first
                continue
            row.failing_since = row.failing_since or now
            row.failures += 1
            pause = breaker.pause(row.failures, now - row.failing_since)
            row.closed_until = now + pause if pause else None
            row.last_reply = replies[row.name][:500].replace("\0", "\N{REPLACEMENT CHARACTER}")
            again[row.name] = now + (pause or breaker.between)
            changed.append(row)
        _write(changed, "failures", "failing_since", "closed_until", "last_reply")
    return again


def failing(transport: str, names: Collection[str]) -> set[str]:
    """Return which of these routes did not work lately."""
    rows = Route.objects.filter(transport=transport, name__in=names, failures__gt=0)
    return set(rows.values_list("name", flat=True))


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


_ROWS = {
    "sqlite": (
        "SELECT json_extract(value, '$[0]') AS name, json_extract(value, '$[1]') AS is_slow"
        " FROM json_each(%s)"
    ),
    "postgresql": (
        "SELECT value->>0 AS name, (value->>1) = '1' AS is_slow FROM json_array_elements(%s::json) AS value"
    ),
}
"""Names of routes, and whether they are slow, given as one text."""
_WORK = """
INSERT INTO delivery_route
    (transport, name, failures, failing_since, closed_until, last_reply, last_success_at, is_slow)
SELECT %s, new.name, 0, NULL, NULL, '', %s, new.is_slow FROM ({rows}) AS new WHERE true
ON CONFLICT (transport, name) DO UPDATE SET failures = 0, failing_since = NULL, closed_until = NULL,
    is_slow = excluded.is_slow, last_success_at = excluded.last_success_at
"""
"""By hand: Django takes 70 microseconds for each row, and a statement may go to a thousand new hosts."""


def _write(rows: Sequence[Route], *fields: str) -> None:
    """Write routes, in the order of their names; of those that are there already, these fields."""
    if not rows:
        return
    if not fields:
        Route.objects.bulk_create(rows, ignore_conflicts=True)
        return
    for row in rows:
        row.pk = None  # found by its name
    Route.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["transport", "name"], update_fields=fields
    )
