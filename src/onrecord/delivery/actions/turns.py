# SPDX-License-Identifier: Apache-2.0
"""Deliveries whose owner says when it is their turn, or whose recipient comes to fetch them.

They are frozen with `due_at=NOT_YET`: nobody carries them before `let_go`. The owner journals what it does.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from django.utils import timezone

from onrecord.delivery.actions.distributions import Recipient
from onrecord.delivery.models import PENDING, Delivery, State

NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)
"""When a delivery is due whose turn has not come."""


def let_go(ids: Collection[int]) -> int:
    """Make deliveries due that waited for their turn; return how many."""
    waiting = Delivery.objects.filter(pk__in=ids, state__in=PENDING, due_at=NOT_YET)
    return waiting.update(due_at=timezone.now())


def hold(ids: Collection[int]) -> int:
    """Let deliveries that are pending wait for their turn; what is on its way arrives. Return how many."""
    return Delivery.objects.filter(pk__in=ids, state__in=PENDING).update(due_at=NOT_YET)


def replace(ids: Collection[int]) -> int:
    """Settle pending deliveries because something newer goes in their stead; return how many."""
    return Delivery.objects.filter(pk__in=ids, state__in=PENDING).update(
        state=State.SUPERSEDED, settled_at=timezone.now()
    )


def fetched(ids: Collection[int], *, reply: str) -> int:
    """Note that recipients came and took what waited for them; return how many deliveries that were."""
    waiting = Delivery.objects.filter(pk__in=ids, state__in=[*PENDING, State.FAILED])
    return waiting.update(state=State.ACCEPTED, reply=reply[:500], settled_at=timezone.now(), attempts=1)


def unfetched(transport: str, *, before: datetime, reply: str) -> int:
    """Wait no longer for who has not come since a moment; they may still come. Return how many."""
    late = Delivery.objects.filter(
        distribution__transport=transport, distribution__release_at__lt=before, state=State.QUEUED
    )
    return late.update(state=State.FAILED, reply=reply[:500], settled_at=timezone.now())


def redirect(delivery: int, recipient: Recipient) -> bool:
    """Send one delivery that is pending or has failed elsewhere, or otherwise; tell whether that was done."""
    mine = Delivery.objects.filter(pk=delivery, state__in=[*PENDING, State.FAILED])
    return bool(
        mine.update(recipient=recipient.address, destination=recipient.destination, data=dict(recipient.data))
    )
