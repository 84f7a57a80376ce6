# SPDX-License-Identifier: Apache-2.0
"""Going: by the follower, by staff, because the address sends mail back; and what the clock forgets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import suppression
from onrecord.delivery.models import Distribution, Suppression
from onrecord.delivery.models import State as DeliveryState
from onrecord.followers import events
from onrecord.followers.actions.asking import FOLLOWER
from onrecord.followers.actions.counting import note_before_forgetting
from onrecord.followers.models import Reason, State, Subscription
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.people.models import Contact

UNCONFIRMED_FOR = timedelta(days=7)
"""How long an address is kept that nobody confirmed."""
ENDED_FOR = timedelta(days=28)
"""How long an address is kept after its subscription ended; then only a keyed hash of it is."""
_AT_ONCE = 500


@transaction.atomic
def end(subscription: Subscription, reason: Reason, *, by: Actor = FOLLOWER) -> Subscription:
    """Send nothing more, not even what is pending. One that has ended stays as it is."""
    won = (
        Subscription.objects.filter(pk=subscription.pk)
        .exclude(state=State.ENDED)
        .update(state=State.ENDED, ended_at=timezone.now(), reason=reason)
    )
    subscription.refresh_from_db()
    if won:
        delivery.leave_out(subscription.subject, address=subscription.contact.address)
        journal.write(events.Ended(subject=subscription.subject, reason=reason), by=by)
    return subscription


@transaction.atomic
def erase(subscription: Subscription, *, by: Actor = FOLLOWER) -> None:
    """Forget a follower: address, choices, and what the ledger says about them.

    What stays is a keyed hash of the address, so that no list brings it back.
    """
    subject, contact = subscription.subject, subscription.contact
    delivery.suppress(contact.address, reason="request", by=by)
    _forget(contact)
    journal.write(events.Erased(subject=subject), by=by)


def forget_unconfirmed() -> int:
    """Forget what nobody confirmed for seven days; return how many. For a chore."""
    old = Subscription.objects.filter(
        state=State.UNCONFIRMED, created_at__lt=timezone.now() - UNCONFIRMED_FOR
    )
    with transaction.atomic():
        contacts = [row.contact for row in old.select_related("contact").order_by("pk")[:_AT_ONCE]]
        for contact in contacts:
            unconfirmed = contact.subscriptions.filter(state=State.UNCONFIRMED)
            keys = [row.subject for row in unconfirmed]
            unconfirmed.delete()
            if not contact.subscriptions.exists():
                _forget(contact, keys)
        if contacts:
            journal.write(events.Reduced(subject="followers", contacts=len(contacts)), by=CLOCK)
    return len(contacts)


def reduce_ended() -> int:
    """Reduce addresses to a keyed hash 28 days after they stopped following; return how many. For a chore."""
    others = Subscription.objects.filter(contact=OuterRef("contact")).exclude(state=State.ENDED)
    recent = Subscription.objects.filter(
        contact=OuterRef("contact"), ended_at__gte=timezone.now() - ENDED_FOR
    )
    old = Subscription.objects.filter(~Exists(others), ~Exists(recent), state=State.ENDED)
    with transaction.atomic():
        contacts = {row.contact for row in old.select_related("contact").order_by("pk")[:_AT_ONCE]}
        for contact in contacts:
            delivery.suppress(contact.address, reason=_why_silent(contact), by=CLOCK)
            _forget(contact)
        if contacts:
            journal.write(events.Reduced(subject="followers", contacts=len(contacts)), by=CLOCK)
    return len(contacts)


def end_suppressed(distribution: Distribution) -> int:
    """End the subscriptions to whose addresses the ledger sends nothing any more; return how many."""
    rows = distribution.deliveries.filter(state=DeliveryState.SUPPRESSED)
    return sum(end_unreachable(key) for key in rows.values_list("recipient_key", flat=True))


def end_unreachable(recipient_key: str) -> bool:
    """End a subscription if the ledger sends nothing to its address any more; return whether one was ended.

    A key that names no subscription, or one that has ended, changes nothing.
    """
    kind, _, number = recipient_key.partition("/")
    if kind != "subscription" or not number.isdigit():
        return False
    found = (
        Subscription.objects.select_related("contact")
        .filter(pk=int(number))
        .exclude(state=State.ENDED)
        .first()
    )
    if found is None:
        return False
    row = Suppression.objects.filter(address_hash=suppression.hash_of(found.contact.address)).first()
    if row is None:
        return False
    end(found, _REASONS.get(row.reason, Reason.STAFF), by=CLOCK)
    return True


_REASONS = {
    "hard_bounce": Reason.BOUNCE,
    "complaint": Reason.COMPLAINT,
    "request": Reason.REQUEST,
}


def _why_silent(contact: Contact) -> str:
    """Return why an address gets nothing more: a bounce may be wrong, what its owner wants is not."""
    reasons = set(contact.subscriptions.values_list("reason", flat=True))
    return "hard_bounce" if reasons == {Reason.BOUNCE} else "request"


def _forget(contact: Contact, keys: Iterable[str] = ()) -> None:
    """Forget a follower, and those of `keys`, who are gone; who else has the address keeps what is theirs."""
    theirs = [*keys, *(row.subject for row in contact.subscriptions.all())]
    note_before_forgetting(contact.subscriptions.all())
    contact.subscriptions.all().delete()
    gone = forget_unneeded(contact)
    delivery.forget(contact.address, recipient_keys=None if gone else theirs)
