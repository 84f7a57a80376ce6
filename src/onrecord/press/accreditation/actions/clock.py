# SPDX-License-Identifier: Apache-2.0
"""What the clock does: tells of the end, notes it, forgets what was never confirmed. It decides nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.press.accreditation import events, files, mails
from onrecord.press.accreditation.actions.telling import send
from onrecord.press.models import AccreditationStanding, Application, ApplicationFile, ApplicationState
from onrecord.statements.pages.site import Site

TOLD_BEFORE = timedelta(days=30)
UNCONFIRMED_FOR = timedelta(days=7)
_AT_ONCE = 200


def tell_of_end() -> int:
    """Tell whoever is accredited that it ends within thirty days; return how many. For a chore."""
    today = timezone.localdate()
    rows = Application.objects.filter(
        state=ApplicationState.DECIDED,
        ends_on__gte=today,
        ends_on__lte=today + TOLD_BEFORE,
        told_of_end_at=None,
    )
    told = 0
    for row in rows.select_related("contact").order_by("ends_on")[:_AT_ONCE]:
        with transaction.atomic():
            # A short accreditation, as for one event, needs no word of its end.
            won = Application.objects.filter(pk=row.pk, told_of_end_at=None)
            if not won.update(told_of_end_at=timezone.now()):
                continue
            if row.standing == AccreditationStanding.ADMITTED and row.ends_on - row.begins_on > TOLD_BEFORE:
                send(row, "ends", mails.ends(Site.current(), row), by=CLOCK)
                told += 1
    return told


def end_over() -> int:
    """Note accreditations that have run out; return how many. They were not valid before already."""
    rows = Application.objects.filter(state=ApplicationState.DECIDED, ends_on__lt=timezone.localdate())
    ended = 0
    for row in rows.order_by("ends_on")[:_AT_ONCE]:
        with transaction.atomic():
            won = rows.filter(pk=row.pk)
            if won.update(state=ApplicationState.ENDED, over_at=row.over_at or timezone.now()):
                journal.write(events.AccreditationEnded(subject=row.subject), by=CLOCK)
                ended += 1
    return ended


def forget_unconfirmed() -> int:
    """Forget applications whose address was not confirmed within seven days; return how many."""
    rows = Application.objects.filter(
        state=ApplicationState.UNCONFIRMED, created_at__lt=timezone.now() - UNCONFIRMED_FOR
    )
    found = list(rows.select_related("contact").order_by("created_at")[:_AT_ONCE])
    for row in found:
        hashes = list(row.files.values_list("sha256", flat=True))
        with transaction.atomic():
            contact = row.contact
            row.delete()
            if contact is not None:
                forget_unneeded(contact)
        files.forget(hashes)
    return len(found)


def over_before(moment: datetime) -> list[Application]:
    """Return applications that were over at a moment and still hold something personal, the oldest first."""
    rows = Application.objects.filter(reduced_at=None, over_at__lt=moment).select_related("contact")
    return list(rows.order_by("over_at")[:_AT_ONCE])


def reduce(row: Application) -> None:
    """Remove what is personal: names, purpose, words of limits, address, files. Figures and days stay."""
    hashes = list(ApplicationFile.objects.filter(application=row).values_list("sha256", flat=True))
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).select_related("contact").get(pk=row.pk)
        contact, row.contact = row.contact, None
        row.name = row.outlet_name = row.role = row.purpose = ""
        row.orders = {
            reference: {"kind": order["kind"], "words": ""} for reference, order in row.orders.items()
        }
        row.reduced_at = timezone.now()
        row.save()
        ApplicationFile.objects.filter(application=row).delete()
        if contact is not None:
            forget_unneeded(contact)
        journal.write(events.AccreditationReduced(subject=row.subject), by=CLOCK)
    files.forget(hashes)
