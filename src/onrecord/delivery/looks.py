# SPDX-License-Identifier: Apache-2.0
"""What has to be known before each claim, in SQL by hand: Django would take longer to write these statements
than the database takes to answer them. The conditions are those of the indexes that answer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple  # what a driver takes for a moment differs

from django.db import connection

from onrecord.delivery.models import Lane


class Open(NamedTuple):
    """A distribution that may go out now."""

    pk: int
    is_urgent: bool
    """Whether somebody waits for it."""
    is_new: bool
    """Whether nothing of it was claimed yet."""
    is_old: bool
    """Whether it has waited so long that what cannot go now has failed."""


def stored(moment: datetime) -> Any:
    """Return a moment as the database keeps it: SQLite has no type of its own for it."""
    return connection.ops.adapt_datetimefield_value(moment)


def due(transports: Collection[str], now: datetime) -> set[str]:
    """Return which of these transports have something to carry; takes no lock."""
    if not transports:
        return set()
    places = ", ".join(["%s"] * len(transports))
    found = _rows(_DUE.format(places=places), *transports, stored(now), stored(now))
    return {str(name) for (name,) in found}


def open_distributions(
    transport: str, now: datetime, old_before: datetime, limit: int, *, without: Collection[str] = ()
) -> list[Open]:
    """Return the distributions of which something may go now, those first that somebody waits for.

    Then the oldest. What waits for its next attempt, or goes to destinations in `without` alone, stands in
    nobody's way, however much of it there is.
    """
    names = list(without)
    elsewhere = f"AND destination NOT IN ({', '.join(['%s'] * len(names))})" if names else ""
    sql = _OPEN.format(elsewhere=elsewhere)
    found = _rows(sql, stored(old_before), transport, stored(now), stored(now), *names, limit)
    return [
        Open(pk, lane == Lane.TRANSACTIONAL, is_new=bool(is_new), is_old=bool(is_old))
        for pk, lane, is_new, is_old in found
    ]


def has_ailing_route(transport: str) -> bool:
    """Tell whether any route of a transport did not work lately, or slowly."""
    return bool(_rows(_AILING, transport))


def has_slow_destination(transport: str) -> bool:
    """Tell whether any destination of a transport has put something off and taken nothing since."""
    return bool(_rows(_SLOW, transport))


_DUE = """
SELECT DISTINCT transport FROM delivery_distribution AS one
WHERE transport IN ({places}) AND state = 'open' AND release_at <= %s AND EXISTS (
    SELECT 1 FROM delivery_delivery
    WHERE distribution_id = one.id AND state IN ('queued', 'deferred') AND due_at <= %s
)
"""
_OPEN = """
SELECT id, lane, started_at IS NULL, release_at < %s FROM delivery_distribution AS one
WHERE transport = %s AND state = 'open' AND release_at <= %s AND EXISTS (
    SELECT 1 FROM delivery_delivery
    WHERE distribution_id = one.id AND state IN ('queued', 'deferred') AND due_at <= %s {elsewhere}
) ORDER BY lane, release_at, id LIMIT %s
"""
_AILING = "SELECT 1 FROM delivery_route WHERE transport = %s AND (failures > 0 OR is_slow) LIMIT 1"
_SLOW = "SELECT 1 FROM delivery_pace WHERE transport = %s AND put_off > 0 LIMIT 1"


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
