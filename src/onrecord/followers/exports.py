# SPDX-License-Identifier: Apache-2.0
"""What is kept about a follower, as they may have it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onrecord.delivery import suppression
from onrecord.delivery.models import Delivery
from onrecord.followers.choices import Choices
from onrecord.followers.models import Subscription


def about(subscription: Subscription) -> dict[str, Any]:
    """Return everything that is kept about whoever has this address, as JSON values."""
    contact = subscription.contact
    return {
        "address": contact.address,
        "known_since": _at(contact.created_at),
        "confirmed_at": _at(contact.confirmed_at),
        "subscriptions": [_subscription(row) for row in contact.subscriptions.order_by("pk")],
        "mails": [
            {
                "about": delivery.distribution.label,
                "state": delivery.state,
                "reply": delivery.reply,
                "settled_at": _at(delivery.settled_at),
            }
            for delivery in Delivery.objects.filter(recipient=contact.address)
            .select_related("distribution")
            .order_by("pk")
        ],
        "nothing_is_sent": _silence(contact.address),
    }


def _silence(address: str) -> dict[str, Any] | None:
    """Return why an address gets nothing more, as staff see it; None if it does."""
    row = suppression.of(address)
    return {"since": _at(row.at), "reason": row.reason, "evidence": row.evidence} if row else None


def _subscription(row: Subscription) -> dict[str, Any]:
    chosen = Choices.of(row)
    return {
        "state": row.state,
        "languages": list(chosen.languages),
        "topics": "all" if chosen.topics is None else list(chosen.topics),
        "frequency": chosen.frequency,
        "source": row.source,
        "origin": row.origin,
        "legal_basis": row.legal_basis,
        "asked_at": _at(row.created_at),
        "confirmed_at": _at(row.confirmed_at),
        "ended_at": _at(row.ended_at),
        "reason": row.reason,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
