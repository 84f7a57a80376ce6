# SPDX-License-Identifier: Apache-2.0
"""How often forms come, from where; which tickets are used up. Both are forgotten when their time is over.

Of networks and addresses only a keyed hash is kept, for an hour.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.db import connection
from django.utils import timezone

from onrecord.people.models import FormCount, SpentTicket
from onrecord.people.strangers.tickets import Ticket

HOUR = 3600
_AT_ONCE = 5000
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""


def names(purpose: str, *, reader: str, address: str) -> dict[str, str]:
    """Return how the counters of this hour are called: of the network, of the address if any, of all."""
    hour = int(time.time()) // HOUR
    hidden = {"network": _hash(network_of(reader)), "all": "all"}
    if address:
        hidden["address"] = _hash(address.strip().lower())
    return {what: f"{purpose}/{what}/{hour}/{value}" for what, value in hidden.items()}


def network_of(reader: str) -> str:
    """Return the /24 or /48 network of an address; what is none stands for itself."""
    try:
        address = ipaddress.ip_address(reader)
    except ValueError:
        return reader
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def seen(counters: Mapping[str, str]) -> dict[str, int]:
    """Return how far each counter is."""
    found = _counts(counters.values())
    return {what: found.get(name, 0) for what, name in counters.items()}


def add(weights: Mapping[str, int]) -> None:
    """Add to counters by name: one statement, so that nobody counts past anybody else."""
    expires = (int(time.time()) // HOUR + 1) * HOUR
    _insert(
        "INSERT INTO people_formcount (name, count, expires) VALUES {rows}"
        " ON CONFLICT (name) DO UPDATE SET count = people_formcount.count + excluded.count RETURNING name",
        [(name, weights[name], expires) for name in sorted(weights)],
    )


def count(names: Collection[str], weight: int, *, seconds: int) -> dict[str, int]:
    """Count in windows of so many seconds; return how far each counter of the present window is now.

    One statement, for what machines send: nobody counts past anybody else.
    """
    window = int(time.time()) // seconds
    expires = (window + 1) * seconds
    found = {f"{name}/{window}": name for name in sorted(names)}
    places = ", ".join(["(%s, %s, %s)"] * len(found))
    values = [value for key in found for value in (key, weight, expires)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO people_formcount (name, count, expires) VALUES {places}"  # noqa: S608 - places alone
            " ON CONFLICT (name) DO UPDATE SET count = people_formcount.count + excluded.count"
            " RETURNING name, count",
            values,
        )
        return {found[key]: so_many for key, so_many in cursor.fetchall()}


def counted(names: Collection[str], *, seconds: int) -> dict[str, int]:
    """Return how far the counters of the present window are."""
    window = int(time.time()) // seconds
    found = {f"{name}/{window}": name for name in names}
    rows = _counts(found)
    return {name: rows.get(key, 0) for key, name in found.items()}


def hidden(value: str) -> str:
    """Return what stands for a network or address where it is counted."""
    return _hash(value)


def spend(tickets: Sequence[Ticket]) -> list[bool]:
    """Use tickets up; tell of each whether it was still good. Of one that comes twice the first is."""
    good = _insert(
        "INSERT INTO people_spentticket (number, expires) VALUES {rows} ON CONFLICT DO NOTHING"
        " RETURNING number",
        [(ticket.number, ticket.expires) for ticket in sorted(tickets, key=lambda one: one.number)],
    )
    found = []
    for ticket in tickets:
        found.append(ticket.number in good)
        good.discard(ticket.number)
    return found


def forget_old() -> int:
    """Forget counters, tickets and cached things whose time is over; return how many. For a chore."""
    now, forgotten = int(time.time()), 0
    for model in (FormCount, SpentTicket):
        rows = model._default_manager
        old = rows.filter(expires__lt=now).order_by("expires").values_list("pk", flat=True)
        while found := list(old[:_AT_ONCE]):
            forgotten += rows.filter(pk__in=found).delete()[0]
            time.sleep(PAUSE_SECONDS)
    return forgotten + _forget_cached()


def _forget_cached() -> int:
    """Delete what Django's cache would keep until it is full, and count whenever something is set."""
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM onrecord_cache WHERE expires < %s", [now])
        return int(cursor.rowcount)


def _counts(names: Collection[str]) -> dict[str, int]:
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name, count FROM people_formcount WHERE name IN ({places})",  # noqa: S608 - places alone
            list(names),
        )
        return dict(cursor.fetchall())


def _insert(statement: str, rows: Sequence[tuple[str | int, ...]]) -> set[str]:
    places = ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=places), [value for row in rows for value in row])
        return {name for (name,) in cursor.fetchall()}


def _hash(value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()[:32]
