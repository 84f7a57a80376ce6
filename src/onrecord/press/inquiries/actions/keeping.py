# SPDX-License-Identifier: Apache-2.0
"""What the clock closes and forgets, and what a journalist has erased."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor, Event
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.press.inquiries import events, searching
from onrecord.press.inquiries.actions.receiving import JOURNALIST
from onrecord.press.models import Inquiry, InquiryState, Outcome

QUIET_FOR = timedelta(days=30)
"""An answered inquiry about which nothing more is said is closed after that time."""
KEPT_FOR = timedelta(days=730)
"""What is personal goes so long after an inquiry was closed."""
HELD_FOR = timedelta(days=30)
"""What nobody confirmed or took is forgotten after that time."""
_AT_ONCE = 200


def close_quiet() -> int:
    """Close what was answered a month ago and went no further; return how many. For a chore."""
    before = timezone.now() - QUIET_FOR
    quiet = Inquiry.objects.filter(state=InquiryState.ANSWERED, answered_at__lt=before)
    rows = quiet.annotate(last=Max("messages__at")).filter(Q(last=None) | Q(last__lt=before)).order_by("pk")
    closed = 0
    for row in rows[:_AT_ONCE]:
        with transaction.atomic():
            won = Inquiry.objects.filter(pk=row.pk, state=InquiryState.ANSWERED).update(
                state=InquiryState.CLOSED, outcome=Outcome.ANSWERED, closed_at=timezone.now()
            )
            if won:
                journal.write(events.InquiryClosed(subject=row.subject, outcome=Outcome.ANSWERED), by=CLOCK)
                closed += 1
    return closed


def reduce_old() -> int:
    """Remove what is personal two years after closing, and held ones after a month; return how many.

    What is counted stays: kind, language, times, outcome. For a chore.
    """
    now = timezone.now()
    old = Q(state=InquiryState.CLOSED, closed_at__lt=now - KEPT_FOR)
    never_confirmed = Q(state=InquiryState.HELD, received_at__lt=now - HELD_FOR)
    rows = list(Inquiry.objects.filter(old | never_confirmed, reduced_at=None).order_by("pk")[:_AT_ONCE])
    for row in rows:
        _reduce(row, events.InquiryReduced(subject=row.subject), CLOCK)
    return len(rows)


def erase(inquiry: Inquiry, *, by: Actor = JOURNALIST) -> None:
    """Remove what is personal at once: its sender wants that. One that was open is withdrawn with it."""
    _reduce(inquiry, events.InquiryErased(subject=inquiry.subject), by)


@transaction.atomic
def _reduce(inquiry: Inquiry, event: Event, by: Actor) -> None:
    row = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if row.reduced_at is not None:
        return
    _forget_mails(row, by)
    row.messages.all().delete()
    row.receipts.all().delete()
    row.writers.clear()
    searching.remove(row.pk)
    contact = row.contact
    if row.state != InquiryState.CLOSED:
        row.state, row.closed_at = InquiryState.CLOSED, timezone.now()
        row.outcome = Outcome.NONE if inquiry.state == InquiryState.HELD else Outcome.WITHDRAWN
    row.contact, row.reduced_at = None, timezone.now()
    row.name = row.outlet = row.outlet_key = row.phone = row.subject_line = ""
    row.draft = row.outcome_reason = ""
    row.save()
    if contact is not None:
        forget_unneeded(contact)
    journal.write(event, by=by)


def _forget_mails(row: Inquiry, by: Actor) -> None:
    """Take text and address out of the ledger; when something went out, and that it did, stays."""
    keys = [
        *row.messages.exclude(distribution=None).values_list("distribution__object_key", flat=True),
        *row.receipts.values_list("distribution__object_key", flat=True),
    ]
    for key in keys:
        delivery.forget_texts(key, 1, by=by)
        delivery.forget_recipients(key)
