# SPDX-License-Identifier: Apache-2.0
"""Reminders before deadlines: a day, four hours, an hour, as far as that time was left when it came in."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.inquiries import events, sending
from onrecord.press.models import Inquiry
from onrecord.press.models.inquiries import OPEN

STAGES = (24, 4, 1)
"""Hours before a deadline."""
_AT_ONCE = 200


def remind_due() -> int:
    """Remind whoever has an inquiry, or all who may take it, of its deadline; return how many. For a chore.

    One stage at a time, each once; after a standstill only the last that has begun.
    """
    now, reminded = timezone.now(), 0
    for hours, then in zip(STAGES, (*STAGES[1:], 0), strict=True):
        due = Inquiry.objects.filter(
            Q(reminded=None) | Q(reminded__gt=hours),
            state__in=OPEN,
            order_at__gt=now + timedelta(hours=then),
            order_at__lte=now + timedelta(hours=hours),
            deadline_at__isnull=False,
        ).select_related("owner")
        for row in due.order_by("order_at", "pk")[:_AT_ONCE]:
            reminded += _remind(row, hours)
    return reminded


@transaction.atomic
def _remind(row: Inquiry, hours: int) -> bool:
    """Remind of one; who came in after the stage had begun is not reminded of it."""
    won = Inquiry.objects.filter(Q(reminded=None) | Q(reminded__gt=hours), pk=row.pk).update(reminded=hours)
    assert row.deadline_at is not None  # noqa: S101 - asked for those that have one
    if not won or row.received_at > row.deadline_at - timedelta(hours=hours):
        return False
    if row.owner is not None and row.owner.is_active:
        people = [row.owner]
    else:
        people = list(User.objects.who_may(Right.WRITE).order_by("pk"))
    if not sending.send_reminder(row, people, hours):
        return False
    journal.write(events.InquiryReminded(subject=row.subject, hours=hours), by=CLOCK)
    return True
