# SPDX-License-Identifier: Apache-2.0
"""Taking deliveries from the ledger and writing down what became of them.

A claim is a lease: who holds it may carry the delivery until it ends, then anybody may. All statements are
safe with any number of processes on PostgreSQL (SKIP LOCKED) and with one or more on SQLite (IMMEDIATE).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from onrecord.delivery import looks
from onrecord.delivery.looks import Open, stored
from onrecord.delivery.manners import USUAL, Manner
from onrecord.delivery.models import Delivery, Distribution, DistributionState, State
from onrecord.delivery.paces import Allowance
from onrecord.delivery.transports import Limits, Outgoing, Settled

NO_LIMITS = Limits()
LEASE = timedelta(seconds=300)
LONGEST_WAIT = timedelta(hours=24)
"""However long the other side asks for."""
_AT_ONCE = 50
"""Open distributions looked at for one claim."""
_ROUNDS = 5
"""How often a claim looks again in one distribution because some of what it took may not go yet."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A delivery that was taken and not carried, because the way was closed: it costs no attempt."""

    id: int
    reply: str
    due_at: datetime


def claim(
    transport: str,
    *,
    by: str,
    limit: int,
    except_destinations: Collection[str] = (),
    last_destinations: Collection[str] = (),
    limits: Limits = NO_LIMITS,
    manner: Manner = USUAL,
    relay: str | None = None,
    closed: Callable[[str], datetime | None] | None = None,
) -> list[Outgoing]:
    """Take up to `limit` deliveries that are due and may go now, those that somebody waits for first.

    They stay with `by` for 300 seconds. Nothing is taken for the excepted destinations; in bulk, for the
    last ones only if there is nothing for others. What may not go now by the limits, or because `closed`
    names a moment for its destination, becomes due when it may. None: the way to all of them is open.
    """
    now = timezone.now()
    taken: list[Outgoing] = []
    if transport not in due([transport]):  # without a lock: most looks find nothing
        return taken
    with transaction.atomic():
        allowance = Allowance(transport, limits, relay, now)
        look = partial(_look, allowance=allowance, now=now, by=by, closed=closed)
        old_before = now - manner.give_up_after
        distributions = looks.open_distributions(
            transport, now, old_before, _AT_ONCE, without=except_destinations
        )
        for distribution in distributions:
            without = {*except_destinations, *(() if distribution.is_urgent else last_destinations)}
            taken += look(distribution, limit=limit - len(taken), without=without)
        for distribution in distributions if last_destinations else ():
            taken += look(
                distribution, limit=limit - len(taken), without=set(except_destinations), first=_ROUNDS
            )
        allowance.save()
    return taken


def _look(
    distribution: Open,
    *,
    allowance: Allowance,
    now: datetime,
    by: str,
    limit: int,
    without: Collection[str],
    closed: Callable[[str], datetime | None] | None,
    first: int = 0,
) -> list[Outgoing]:
    """Take from one distribution; `first` is the number of its first round in this claim."""
    taken: list[Outgoing] = []
    for number in range(first, first + _ROUNDS):
        room = limit - len(taken)
        if not distribution.is_urgent and allowance.left is not None:
            room = min(room, allowance.left)
        some = _take(distribution.pk, now, number, by=by, limit=room, without=without) if room > 0 else []
        going = _shared_out(some, distribution, allowance, closed=closed, by=by)
        taken += going
        if some and distribution.is_new:
            distribution = distribution._replace(is_new=False)
            Distribution.objects.filter(pk=distribution.pk).update(started_at=now)
        if len(going) == len(some):
            break
    return taken


def due(names: Collection[str]) -> set[str]:
    """Return which of these transports have something to carry now; takes no lock."""
    return looks.due(names, timezone.now())


def take_back_expired() -> int:
    """Make deliveries whose lease has ended due again: who carried them is gone. Return how many.

    Such a message may have arrived; its next attempt has the same message id.
    """
    return _take_back(Delivery.objects.filter(state=State.IN_FLIGHT, lease_until__lte=timezone.now()))


def holders() -> list[str]:
    """Return the names of those who hold deliveries now."""
    held = Delivery.objects.filter(state=State.IN_FLIGHT).order_by().values_list("lease_by", flat=True)
    return list(held.distinct())


def take_back_from(names: Sequence[str]) -> int:
    """Make due again what these hold, who are known to be gone; return how many deliveries that were."""
    if not names:
        return 0
    return _take_back(Delivery.objects.filter(state=State.IN_FLIGHT, lease_by__in=names))


def _take_back(held: QuerySet[Delivery]) -> int:
    now = timezone.now()
    with transaction.atomic():
        left = held.filter(settled_at__isnull=False)
        left.update(state=State.SUPPRESSED, lease_until=None, lease_by="")
        return held.update(state=State.QUEUED, lease_until=None, lease_by="", due_at=now)


def settle(
    results: Sequence[Settled], *, by: str, attempts: Mapping[int, int], manner: Manner = USUAL
) -> int:
    """Write down what came of deliveries that `by` has claimed; return how many rows that changed.

    Whoever has lost the lease changes nothing. `attempts` says for each id which attempt it was.
    """
    now = timezone.now()
    settled_at = _text(now)
    rows = [_row(one, attempts.get(one.id, 1), now, settled_at, manner) for one in results]
    put_off = [one.id for one in results if one.state == State.DEFERRED]
    if not put_off:
        return _change(_SETTLE, rows, by)
    with transaction.atomic(savepoint=False):
        changed = _change(_SETTLE, rows, by)
        _replaced_meanwhile(put_off, now)
    return changed


def give_back(returned: Sequence[Returned], *, by: str, manner: Manner = USUAL) -> int:
    """Put back deliveries that were taken and not carried, as if they had not been; return how many.

    One that has waited for days for its route has failed.
    """
    now = timezone.now()
    ids = [one.id for one in returned]
    with transaction.atomic(savepoint=False):
        rows = [(one.id, State.DEFERRED.value, _kept(one.reply), _text(one.due_at), None) for one in returned]
        changed = _change(_GIVE_BACK, rows, by)
        old = Delivery.objects.filter(
            pk__in=ids, state=State.DEFERRED, distribution__release_at__lt=now - manner.give_up_after
        )
        old.update(state=State.FAILED, settled_at=now)
        _replaced_meanwhile(ids, now)
    return changed


def _shared_out(
    some: list[Outgoing],
    distribution: Open,
    allowance: Allowance,
    *,
    closed: Callable[[str], datetime | None] | None,
    by: str,
) -> list[Outgoing]:
    """Return what may go of what was taken; the rest is parked, or has waited for its host for too long."""
    if closed is None and not allowance.restrains:
        return some
    allowance.expect({one.destination for one in some})
    going: list[Outgoing] = []
    parked: list[Change] = []
    failed: list[Change] = []
    for one in some:
        until = closed(one.destination) if closed is not None else None
        if until is not None and distribution.is_old:
            now = _text(timezone.now())
            failed.append((one.id, State.FAILED.value, "Its host has not answered for days.", now, now))
            continue
        until = until or allowance.later(one, urgent=distribution.is_urgent)
        if until is None:
            going.append(one)
        else:
            parked.append((one.id, "", "", _text(until), None))
    _change(_PARK, parked, by)
    _change(_SETTLE, failed, by)
    return going


def _take(
    distribution: int, now: datetime, number: int, *, by: str, limit: int, without: Collection[str]
) -> list[Outgoing]:
    excepted = list(without)
    places = ", ".join(["%s"] * len(excepted))
    condition = f"AND destination NOT IN ({places})" if excepted else ""
    until = stored(now + LEASE + timedelta(microseconds=number))  # tells rounds of one claim apart
    sqlite = connection.vendor == "sqlite"
    sql = _CLAIM.format(without=condition, lock="" if sqlite else _LOCK_AND_RETURN[0])
    given = [State.IN_FLIGHT.value, until, by, distribution, stored(now), *excepted, limit]
    with connection.cursor() as cursor:
        if sqlite:
            cursor.execute(sql, given)
            if not cursor.rowcount:
                return []
            cursor.execute(_TAKEN, [until, by, distribution])
            rows = json.loads(cursor.fetchone()[0])
        else:
            cursor.execute(sql + _LOCK_AND_RETURN[1], given)
            rows = sorted(cursor.fetchall(), key=lambda row: row[0])  # RETURNING promises no order
    return [
        Outgoing(
            id=pk,
            distribution=distribution,
            recipient=recipient,
            destination=destination,
            message_id=message_id,
            data=json.loads(data) if isinstance(data, str) else data,
            attempt=attempts,
        )
        for pk, recipient, destination, message_id, data, attempts in rows
    ]


_CLAIM = """
UPDATE delivery_delivery SET state = %s, lease_until = %s, lease_by = %s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM delivery_delivery
    WHERE distribution_id = %s AND state IN ('queued', 'deferred') AND due_at <= %s {without}
    ORDER BY due_at, id LIMIT %s {lock}
)
"""
_LOCK_AND_RETURN = (
    "FOR UPDATE SKIP LOCKED",
    "RETURNING id, recipient, destination, message_id, data, attempts",
)
_TAKEN = """
SELECT json_group_array(json_array(id, recipient, destination, message_id, json(data), attempts))
FROM delivery_delivery
WHERE state = 'in_flight' AND lease_until = %s AND lease_by = %s AND distribution_id = %s
"""
"""All that was taken as one row: SQLite's driver lets go of the interpreter's lock for every row."""
_CHANGES = {
    "sqlite": (
        "SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS state,"
        " json_extract(value, '$[2]') AS reply, json_extract(value, '$[3]') AS due_at,"
        " json_extract(value, '$[4]') AS settled_at FROM json_each(%s)"
    ),
    "postgresql": (
        "SELECT (value->>0)::bigint AS id, value->>1 AS state, value->>2 AS reply,"
        " (value->>3)::timestamptz AS due_at, (value->>4)::timestamptz AS settled_at"
        " FROM json_array_elements(%s::json) AS value"
    ),
}
"""Rows of changes, given as one text."""
_SETTLE = """
UPDATE delivery_delivery
SET state = CASE WHEN new.state = 'deferred' AND delivery_delivery.settled_at IS NOT NULL THEN 'suppressed'
        ELSE new.state END,
    reply = CASE WHEN recipient = 'forgotten' THEN '' ELSE new.reply END,
    due_at = COALESCE(new.due_at, delivery_delivery.due_at),
    settled_at = CASE WHEN new.state = 'deferred' THEN delivery_delivery.settled_at ELSE new.settled_at END,
    lease_until = NULL, lease_by = ''
FROM ({changes}) AS new
WHERE delivery_delivery.id = new.id AND lease_by = %s AND delivery_delivery.state || '' = 'in_flight'
"""
"""What is put off or given back, and has a moment at which it was settled while it was in flight, is for
somebody who has left since. What was forgotten keeps no reply, in which the address may stand."""
_GIVE_BACK = """
UPDATE delivery_delivery
SET state = CASE WHEN delivery_delivery.settled_at IS NOT NULL THEN 'suppressed' ELSE new.state END,
    reply = CASE WHEN recipient = 'forgotten' THEN '' ELSE new.reply END,
    due_at = new.due_at, attempts = attempts - 1,
    lease_until = NULL, lease_by = ''
FROM ({changes}) AS new
WHERE delivery_delivery.id = new.id AND lease_by = %s AND delivery_delivery.state || '' = 'in_flight'
"""
_PARK = """
UPDATE delivery_delivery
SET state = CASE WHEN attempts > 1 THEN 'deferred' ELSE 'queued' END, due_at = new.due_at,
    attempts = attempts - 1, lease_until = NULL, lease_by = ''
FROM ({changes}) AS new
WHERE delivery_delivery.id = new.id AND lease_by = %s AND delivery_delivery.state || '' = 'in_flight'
"""
Change = tuple[int, str, str, str | None, str | None]
"""Id, state, reply, when it is due, when it was settled."""


def _change(sql: str, rows: Sequence[Change], by: str) -> int:
    """Change all of these rows that `by` still holds, in one statement; return how many."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql.format(changes=_CHANGES[connection.vendor]), [json.dumps(rows), by])
        return int(cursor.rowcount)


def _row(one: Settled, attempt: int, now: datetime, settled_at: str | None, manner: Manner) -> Change:
    if one.state != State.DEFERRED:
        return one.id, one.state.value, _kept(one.reply), None, settled_at
    due = _next_attempt(attempt, one.retry_after, now, manner)
    if due is None:
        return one.id, State.FAILED.value, _kept(one.reply), None, settled_at
    return one.id, State.DEFERRED.value, _kept(one.reply), _text(due), None


def _kept(reply: str) -> str:
    """Return what is kept of a reply; PostgreSQL takes no NUL."""
    return reply[:500].replace("\0", "\N{REPLACEMENT CHARACTER}")


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else str(stored(moment))


def _next_attempt(attempt: int, retry_after: float | None, now: datetime, manner: Manner) -> datetime | None:
    """Return when to try again, spread a little so that not all come back at once; None for never."""
    if attempt > len(manner.waits):
        return None
    wait = manner.waits[attempt - 1] * random.uniform(*manner.spread)  # noqa: S311  # spreads load, hides nothing
    asked = timedelta(seconds=min(max(retry_after or 0.0, 0.0), LONGEST_WAIT.total_seconds()))
    return now + max(wait, asked)


def _replaced_meanwhile(ids: Sequence[int], now: datetime) -> None:
    """Settle what was put off while a newer version for the same recipient, or a cancellation, came."""
    put_off = Delivery.objects.filter(pk__in=ids, state=State.DEFERRED)
    put_off.filter(distribution__state=DistributionState.CANCELLED).update(
        state=State.CANCELLED, settled_at=now
    )
    newer = Delivery.objects.filter(
        recipient_key=OuterRef("recipient_key"),
        distribution__object_key=OuterRef("distribution__object_key"),
        distribution__transport=OuterRef("distribution__transport"),
        distribution__version__gt=OuterRef("distribution__version"),
    )
    replaced = put_off.filter(Exists(newer)).values_list("pk", flat=True)
    Delivery.objects.filter(pk__in=list(replaced)).update(state=State.SUPERSEDED, settled_at=now)
