# SPDX-License-Identifier: Apache-2.0
"""What addresses say back: that they do not exist, that they complain, that they want nothing."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from onrecord.delivery import events
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.models import (
    FORGOTTEN,
    LIFTED_BY_STAFF,
    PENDING,
    Delivery,
    Silence,
    State,
    Suppression,
)
from onrecord.delivery.suppression import hash_of
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor

REASONS = tuple(Silence.values)


@transaction.atomic
def suppress(
    address: str, *, reason: str, evidence: str = "", recipient_key: str = "", by: Actor
) -> Suppression:
    """Send an address nothing more, not even what is pending.

    A first reason stays, but for one that staff may lift when its owner wants nothing more. `recipient_key`
    is its owner's name for it, if that is known here: its owner is told by the event.
    """
    if reason not in REASONS:
        raise ValueError(f"{reason!r} is no reason to suppress an address. Use one of {', '.join(REASONS)}.")
    row, is_new = Suppression.objects.get_or_create(
        address_hash=hash_of(address), defaults={"reason": reason, "evidence": evidence[:10_000]}
    )
    is_news = is_new
    if row.may_be_lifted and reason not in LIFTED_BY_STAFF:
        row.reason, row.evidence, row.at, is_news = reason, evidence[:10_000], timezone.now(), True
        row.save(update_fields=["reason", "evidence", "at"])
    spellings = {address.strip(), address.strip().lower()}
    theirs = Delivery.objects.filter(recipient__in=spellings)
    theirs.filter(state__in=PENDING).update(state=State.SUPPRESSED, settled_at=timezone.now())
    _only_this_once(theirs)
    if is_news:
        event = events.Suppressed(subject=f"suppression/{row.pk}", reason=reason, recipient_key=recipient_key)
        journal.write(event, by=by)
    return row


@transaction.atomic
def allow(address: str, *, reason: str, by: Actor) -> bool:
    """Lift the suppression of an address if it is there for this reason; return whether one was lifted."""
    row = Suppression.objects.filter(address_hash=hash_of(address), reason=reason).first()
    if row is None:
        return False
    event = events.Allowed(subject=f"suppression/{row.pk}", reason=reason)
    row.delete()
    journal.write(event, by=by)
    return True


def leave_out(recipient_key: str, *, address: str) -> int:
    """Send a recipient nothing of what is pending; return how many deliveries that were.

    Nor of what has failed, which somebody may yet have tried again. For an owner whose recipient has left;
    the owner journals that.
    """
    mine = Delivery.objects.filter(recipient=address, recipient_key=recipient_key)
    _only_this_once(mine)
    may_yet_go = mine.filter(state__in=[*PENDING, State.FAILED])
    return may_yet_go.update(state=State.SUPPRESSED, settled_at=timezone.now())


def leave_out_of(object_key: str, recipient_key: str) -> int:
    """Send a recipient nothing of what is pending about one thing; return how many deliveries that were.

    For an owner who takes back what was meant for them; the owner journals that.
    """
    pending = Delivery.objects.filter(
        distribution__object_key=object_key, recipient_key=recipient_key, state__in=PENDING
    )
    return pending.update(state=State.CANCELLED, settled_at=timezone.now())


@transaction.atomic
def forget(address: str, *, recipient_keys: Collection[str] | None = None) -> int:
    """Take an address and what is personal out of the ledger; return how many deliveries named it.

    What became of them stays. With `recipient_keys`, their owner's names for it, only what went to these:
    somebody else still needs the address, and what goes to them there is not their owner's to stop. For an
    owner who has to forget somebody; the owner journals that.
    """
    rows = Delivery.objects.filter(recipient=address)
    if recipient_keys is not None:
        rows = rows.filter(recipient_key__in=recipient_keys)
    _only_this_once(rows)
    rows.filter(state__in=PENDING).update(state=State.SUPPRESSED, settled_at=timezone.now())
    if recipient_keys is None:
        Return.objects.filter(address_hash=hash_of(address)).update(address_hash="", diagnostic="")
    return rows.update(recipient=FORGOTTEN, data={}, reply="")


@transaction.atomic
def forget_recipients(object_key: str) -> int:
    """Take who got a thing out of the ledger; return how many deliveries that were. Nothing pending goes out.

    For an owner who has to forget what was said to somebody; the owner journals that.
    """
    rows = Delivery.objects.filter(distribution__object_key=object_key)
    rows.filter(state__in=PENDING).update(state=State.SUPPRESSED, settled_at=timezone.now())
    return rows.update(recipient=FORGOTTEN, data={}, reply="")


@transaction.atomic
def bounce(message_id: str, *, reply: str, evidence: str, permanent: bool, by: Actor) -> Delivery | None:
    """Note that an accepted message came back; for good if `permanent`. Returns None if it is not ours."""
    delivery = _came_back(message_id, State.BOUNCED, reply)
    if delivery is not None and permanent:
        _silence(delivery, "hard_bounce", evidence, by)
    return delivery


@transaction.atomic
def complain(message_id: str, *, reply: str, evidence: str, by: Actor) -> Delivery | None:
    """Note that a recipient called a message unwanted: the address gets nothing more."""
    delivery = _came_back(message_id, State.COMPLAINED, reply)
    if delivery is not None:
        _silence(delivery, "complaint", evidence, by)
    return delivery


def _only_this_once(deliveries: QuerySet[Delivery]) -> None:
    """What is being sent arrives or does not; if it is put off, it is not tried again (`claims.settle`)."""
    deliveries.filter(state=State.IN_FLIGHT).update(settled_at=timezone.now())


def _silence(delivery: Delivery, reason: str, evidence: str, by: Actor) -> None:
    if delivery.recipient != FORGOTTEN:
        suppress(
            delivery.recipient,
            reason=reason,
            evidence=evidence,
            recipient_key=delivery.recipient_key,
            by=by,
        )


def _came_back(message_id: str, state: State, reply: str) -> Delivery | None:
    delivery = Delivery.objects.filter(message_id=message_id).first()
    if delivery is None:
        return None
    Delivery.objects.filter(pk=delivery.pk).exclude(state=State.IN_FLIGHT).update(
        state=state, reply=reply[:500], settled_at=timezone.now()
    )
    delivery.refresh_from_db()
    return delivery
