# SPDX-License-Identifier: Apache-2.0
"""Recipients of a distribution as a table for other programs, written while it is fetched."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

from onrecord.delivery import hosts
from onrecord.delivery.models import Delivery, Distribution, State

COLUMNS = (
    "recipient",
    "host",
    "about",
    "version",
    "state",
    "attempts",
    "message_id",
    "due_at",
    "settled_at",
    "reply",
)
AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(distribution: Distribution, states: list[State], host: str) -> Iterator[str]:
    """Yield the lines of the table, a piece at a time; no cursor of the database stays open between them."""
    yield "\ufeff" + _line(COLUMNS)
    for state in states:
        after: tuple[str, int] | None = None
        while True:
            query = hosts.recipients_query(distribution, state, host=host, after=after)
            some = list(query[:AT_ONCE])
            if some:
                yield "".join(_line(_values(distribution, one)) for one in some)
            if len(some) < AT_ONCE:
                break
            after = (some[-1].destination, some[-1].pk)


def harmless(value: str) -> str:
    """Return a value so that a spreadsheet reads it as text, not as a formula (OWASP, CSV injection)."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _values(distribution: Distribution, row: Delivery) -> tuple[str, ...]:
    return (
        row.recipient,
        row.destination,
        distribution.label,
        str(distribution.version),
        row.state,
        str(row.attempts),
        row.message_id,
        _at(row.due_at),
        _at(row.settled_at),
        row.reply,
    )


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _line(values: tuple[str, ...]) -> str:
    written = StringIO()
    csv.writer(written).writerow([harmless(value) for value in values])
    return written.getvalue()
