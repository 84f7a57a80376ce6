# SPDX-License-Identifier: Apache-2.0
"""Going: stopped by the journalist, by staff, by what the address says back; and what the clock forgets."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import suppression
from onrecord.delivery.models import Suppression
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press import events
from onrecord.press.actions.journalists import JOURNALIST
from onrecord.press.actions.noticing import unsettle_notice
from onrecord.press.models import Journalist, Standing, StopReason

STOPPED_FOR = timedelta(days=28)
"""How long a journalist who stopped is kept; then only a keyed hash of the address is."""
_AT_ONCE = 500
_REASONS = {
    "hard_bounce": StopReason.BOUNCE,
    "complaint": StopReason.COMPLAINT,
    "request": StopReason.REQUEST,
}


@transaction.atomic
def stop(journalist: Journalist, reason: StopReason, *, by: Actor = JOURNALIST) -> Journalist:
    """Send nothing more, not even what is pending. Whoever has stopped stays so."""
    won = Journalist.objects.filter(pk=journalist.pk, standing=Standing.ACTIVE).update(
        standing=Standing.STOPPED, stopped_at=timezone.now(), stop_reason=reason
    )
    journalist.refresh_from_db()
    if won:
        if journalist.contact is not None:
            delivery.leave_out(journalist.subject, address=journalist.contact.address)
        journal.write(events.JournalistStopped(subject=journalist.subject, reason=reason), by=by)
    return journalist


@transaction.atomic
def resume(journalist: Journalist, *, by: User | None = None) -> Journalist:
    """Write to somebody again who had stopped: they ask, through their page or by telephone.

    An address that does not exist or complained stays suppressed. Raises NotAllowed.
    """
    if by is not None:
        require(by, Right.WRITE)
    won = Journalist.objects.filter(pk=journalist.pk, standing=Standing.STOPPED).update(
        standing=Standing.ACTIVE, stopped_at=None, stop_reason=""
    )
    journalist.refresh_from_db()
    if won:
        actor = by.as_actor() if by is not None else JOURNALIST
        if journalist.contact is not None:
            delivery.allow(journalist.contact.address, reason="request", by=actor)
        journal.write(events.JournalistResumed(subject=journalist.subject), by=actor)
    return journalist


@transaction.atomic
def erase(journalist: Journalist, *, by: Actor = JOURNALIST) -> None:
    """Forget a journalist: name, address, roles, and what the ledger says about them.

    What stays is a keyed hash of the address, so that no list brings it back.
    """
    subject = journalist.subject
    _forget(journalist, by)
    journal.write(events.JournalistErased(subject=subject), by=by)


def reduce_stopped() -> int:
    """Erase whoever stopped 28 days ago; return how many. For a chore."""
    old = Journalist.objects.filter(
        standing=Standing.STOPPED, stopped_at__lt=timezone.now() - STOPPED_FOR
    ).select_related("contact")
    rows = list(old.order_by("pk")[:_AT_ONCE])
    for row in rows:
        erase(row, by=CLOCK)
    return len(rows)


def stop_unreachable(recipient_key: str) -> bool:
    """Stop a journalist if the ledger sends nothing to the address any more; return whether one was stopped.

    A key that names no journalist, or one who has stopped, changes nothing.
    """
    kind, _slash, number = recipient_key.partition("/")
    if kind != "journalist" or not number.isdigit():
        return False
    found = Journalist.objects.select_related("contact", "notice").filter(pk=int(number)).first()
    if found is not None:
        unsettle_notice(found)
    if found is None or found.contact is None or found.standing == Standing.STOPPED:
        return False
    row = Suppression.objects.filter(address_hash=suppression.hash_of(found.contact.address)).first()
    if row is None:
        return False
    stop(found, _REASONS.get(row.reason, StopReason.STAFF), by=CLOCK)
    return True


def _forget(journalist: Journalist, by: Actor) -> None:
    contact = journalist.contact
    if contact is not None:
        delivery.suppress(contact.address, reason="request", by=by)
        delivery.forget(contact.address)
    journalist.delete()
    if contact is not None:
        forget_unneeded(contact)
