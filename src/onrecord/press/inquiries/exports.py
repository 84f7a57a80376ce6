# SPDX-License-Identifier: Apache-2.0
"""What is kept of an inquiry, for whoever sent it."""

from __future__ import annotations

from typing import Any

from onrecord.press.inquiries import sending
from onrecord.press.models import Inquiry, MessageKind


def about(inquiry: Inquiry) -> dict[str, Any]:
    """Return what a journalist gave and was sent, as JSON values; not what colleagues noted."""
    carried = sending.deliveries_of(inquiry)
    return {
        "reference": inquiry.reference,
        "kind": inquiry.kind,
        "terms": inquiry.terms,
        "came_in": inquiry.origin,
        "name": inquiry.name,
        "outlet": inquiry.outlet,
        "address": inquiry.address,
        "telephone": inquiry.phone,
        "received_at": inquiry.received_at.isoformat(),
        "deadline_at": inquiry.deadline_at.isoformat() if inquiry.deadline_at else None,
        "deadline_zone": inquiry.deadline_zone,
        "state": inquiry.state,
        "outcome": inquiry.outcome,
        "outcome_reason": inquiry.outcome_reason,
        "closed_at": inquiry.closed_at.isoformat() if inquiry.closed_at else None,
        "said": [
            {
                "at": one.at.isoformat(),
                "kind": one.kind,
                "came_in": one.origin if one.kind == MessageKind.ASKED else None,
                "text": one.text,
                "files": [{"name": file.name, "size": file.size} for file in one.files.defer("body")],
            }
            for one in inquiry.messages.exclude(kind=MessageKind.NOTE).order_by("pk")
        ],
        "mails": [
            {"state": row.state, "answer": row.reply, "attempts": row.attempts} for row in carried.values()
        ],
    }
