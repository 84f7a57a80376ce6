# SPDX-License-Identifier: Apache-2.0
"""Rows of deliveries written by hand, many at a time: Django looks at each of their values several times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from onrecord.delivery.models import Delivery, State

_INTO = (
    f"INSERT INTO {Delivery._meta.db_table} (distribution_id, attempts, lease_until, lease_by, reply,"
    " recipient_key, recipient, destination, data, message_id, state, due_at, settled_at)"
)
_ONE = f"{_INTO} VALUES (%s, 0, NULL, '', '', %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
_MANY = _INTO + (  # noqa: S608 - all of it is written here
    " SELECT %s, 0, NULL, '', '', recipient_key, recipient, destination, data::jsonb, message_id, state,"
    " due_at, settled_at FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[],"
    " %s::text[], %s::timestamptz[], %s::timestamptz[]) AS given (recipient_key, recipient, destination,"
    " data, message_id, state, due_at, settled_at) ON CONFLICT DO NOTHING"
)


class Row(NamedTuple):
    """A delivery that nobody has tried yet; its fields stand in the order of the columns above."""

    recipient_key: str
    recipient: str
    destination: str
    data: str
    """JSON."""
    message_id: str
    state: State
    due_at: datetime
    settled_at: datetime | None


def enrol(distribution: int, rows: Sequence[Row]) -> None:
    """Write deliveries of a distribution; whoever is in it already stays as they are."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_MANY, [distribution, *(list(column) for column in zip(*rows, strict=True))])
            return
        moment = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            _ONE, [(distribution, *row[:6], moment(row.due_at), moment(row.settled_at)) for row in rows]
        )
