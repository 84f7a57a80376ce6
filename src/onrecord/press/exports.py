# SPDX-License-Identifier: Apache-2.0
"""What is kept about journalists: of one, as they may have it; of many, as a table for other programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from django.utils import timezone

from onrecord.delivery.desk.exports import harmless
from onrecord.delivery.models import Delivery
from onrecord.press import beats
from onrecord.press.models import Journalist


def about(row: Journalist) -> dict[str, Any]:
    """Return everything that is kept about a journalist, as JSON values."""
    sent = Delivery.objects.filter(recipient=row.address).select_related("distribution").order_by("pk")
    return {
        "name": row.name,
        "address": row.address,
        "telephone": row.phone,
        "greeting": row.greeting,
        "note": row.note,
        "source": row.source,
        "legal_basis": row.legal_basis,
        "listed_since": _at(row.created_at),
        "told_at": _at(row.noticed_at),
        "stopped_at": _at(row.stopped_at),
        "language": row.language,
        "languages": [one.language for one in row.languages.order_by("language")],
        "beats": {one.code: beats.label(one.code, "en") for one in row.beats.order_by("code")},
        "how_often": row.rhythm,
        "time_zone": row.time_zone,
        "roles": [
            {
                "outlet": role.outlet.name,
                "role": role.title,
                "since": role.since.isoformat() if role.since else None,
                "until": role.until.isoformat() if role.until else None,
            }
            for role in row.roles.select_related("outlet").order_by("pk")
        ],
        "coverage": [
            {"headline": one.headline, "address": one.url, "date": one.day.isoformat()}
            for one in row.coverage.order_by("day", "pk")
        ],
        "lists": [one.media_list.name for one in row.memberships.select_related("media_list").order_by("pk")],
        "mails": [
            {
                "about": one.distribution.label,
                "state": one.state,
                "reply": one.reply,
                "settled_at": _at(one.settled_at),
            }
            for one in (sent if row.address else [])
        ],
    }


COLUMNS = (
    *("name", "email", "phone", "outlet", "role", "medium", "country"),
    *("beats", "languages", "time_zone", "greeting"),
)
"""As an import knows them."""
_AT_ONCE = 1000


def table(ids: Sequence[int]) -> Iterator[str]:
    """Yield journalists as lines of CSV, a piece at a time; no cursor stays open in between."""
    yield "\ufeff" + _line(COLUMNS)
    for start in range(0, len(ids), _AT_ONCE):
        rows = Journalist.objects.filter(pk__in=ids[start : start + _AT_ONCE]).select_related("contact")
        for row in rows.prefetch_related("roles__outlet", "beats", "languages").order_by("pk"):
            yield _line(_values(row))


def _values(row: Journalist) -> tuple[str, ...]:
    today = timezone.localdate()
    role = next((one for one in row.roles.all() if not one.until or one.until >= today), None)
    at = (role.outlet.name, role.title, role.outlet.medium, role.outlet.country) if role else ("",) * 4
    beats_of = "; ".join(one.code for one in row.beats.all())
    spoken = "; ".join(one.language for one in row.languages.all())
    return (row.name, row.address, row.phone, *at, beats_of, spoken, row.time_zone, row.greeting)


def _line(values: Sequence[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow([harmless(value) for value in values])
    return written.getvalue()


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
