# SPDX-License-Identifier: Apache-2.0
"""What is kept about a journalist, as they may have it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
