# SPDX-License-Identifier: Apache-2.0
"""What is kept about a commenter, as they may have it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onrecord.conversation.models import Comment, Commenter, Kind
from onrecord.conversation.questions import content_of, opened
from onrecord.conversation.trust import trust_of
from onrecord.delivery.models import Delivery


def about(commenter: Commenter) -> dict[str, Any]:
    """Return everything that is kept about somebody, as JSON values; also what a decision has sealed."""
    contact = commenter.contact
    address = contact.address if contact else None
    trust = trust_of(commenter)
    mails = Delivery.objects.filter(recipient=address).select_related("distribution").order_by("pk")
    return {
        "address": address,
        "known_since": _at(commenter.created_at),
        "confirmed_at": _at(commenter.confirmed_at),
        "name": commenter.name,
        "link": commenter.link,
        "language": commenter.language,
        "trust": {"level": trust.level.name.lower(), "shown": trust.shown, "restricted": trust.restricted},
        "restrictions": [
            {"mode": row.mode, "reference": row.reference, "since": _at(row.since), "until": _at(row.until)}
            for row in commenter.restrictions.filter(lifted_at=None).order_by("pk")
        ],
        "comments": [_comment(row) for row in commenter.comments.order_by("pk")],
        "mails": [
            {"about": one.distribution.label, "state": one.state, "settled_at": _at(one.settled_at)}
            for one in (mails if address else ())
        ],
    }


def _comment(row: Comment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "name": row.name,
        "link": row.link,
        "written_at": _at(row.created_at),
        "shown_at": _at(row.shown_at),
        "edited_at": _at(row.edited_at),
        "language": row.language,
        "answers": row.parent_id,
        "text": content_of(row).text,
        "versions": [
            {"number": version.number, "text": opened(row, version)[0], "at": _at(version.at)}
            for version in row.versions.order_by("number")
        ],
        "restrictions": [
            {"kind": Kind(one.kind).value, "reference": one.reference, "since": _at(one.since)}
            for one in row.restrictions.filter(lifted_at=None).order_by("pk")
        ],
        "resembles_unwanted": row.score,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
