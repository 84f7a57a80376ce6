# SPDX-License-Identifier: Apache-2.0
"""What the owner of a recipient does with its deliveries, and learns from them; the owner journals it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import events
from onrecord.delivery.actions.distributions import Recipient, locked
from onrecord.delivery.errors import WrongState
from onrecord.delivery.models import PENDING, Delivery, Distribution, DistributionState, State
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor

_MAY_STILL_GO = (*PENDING, State.FAILED, State.UNKNOWN)
AGAIN = (State.ACCEPTED, State.FAILED, State.UNKNOWN)
"""What may be sent once more. Of what was replaced by something newer, the newer goes out."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A recipient whose host has said that its address is gone for good (410), and when."""

    key: str
    at: datetime
    reply: str
    address: str = ""


def readdress(recipient: Recipient, *, before: str) -> int:
    """Send what is pending for a recipient to another address, or with other data; return how many.

    So is what has failed, which somebody may yet have tried again. `before` is the address until now.
    """
    mine = Delivery.objects.filter(recipient=before, recipient_key=recipient.key, state__in=_MAY_STILL_GO)
    return mine.update(
        recipient=recipient.address, destination=recipient.destination, data=dict(recipient.data)
    )


def move(recipient_key: str, *, before: str, address: str) -> int:
    """Send what is pending for a recipient to a new address, otherwise as it is; return how many."""
    mine = Delivery.objects.filter(recipient=before, recipient_key=recipient_key, state__in=_MAY_STILL_GO)
    return mine.update(recipient=address, destination=address.rpartition("@")[2])


def rename(recipient_key: str, key: str, *, address: str) -> int:
    """Let what went, or goes, to a recipient at an address count for another one; return how many.

    For an owner who finds that both are one. Where both got the same distribution each keeps its own.
    """
    theirs = Delivery.objects.filter(distribution=OuterRef("distribution"), recipient_key=key)
    mine = Delivery.objects.filter(recipient=address, recipient_key=recipient_key).exclude(Exists(theirs))
    return mine.update(recipient_key=key)


@transaction.atomic
def send_again(delivery: Delivery, recipient: Recipient, *, by: Actor) -> Delivery:
    """Send a delivery once more, with the same message id, to where its recipient is now.

    Raises WrongState for one that is still going out or was replaced, and for a text that was erased.
    """
    if not locked(delivery.distribution).body:
        raise WrongState(_("The text was erased, so it is not sent again."))
    now = timezone.now()
    won = Delivery.objects.filter(pk=delivery.pk, state__in=AGAIN).update(
        state=State.QUEUED,
        attempts=0,
        due_at=now,
        settled_at=None,
        recipient=recipient.address,
        destination=recipient.destination,
        data=dict(recipient.data),
    )
    delivery.refresh_from_db()
    if not won:
        raise WrongState(
            _("It is “%(state)s”, so it cannot be sent again now.") % {"state": State(delivery.state).label}
        )
    Distribution.objects.filter(pk=delivery.distribution_id, state=DistributionState.DONE).update(
        state=DistributionState.OPEN, finished_at=None
    )
    journal.write(events.Retried(subject=f"distribution/{delivery.distribution_id}", deliveries=1), by=by)
    return delivery


def keep_newest(distribution: Distribution) -> int:
    """Settle what earlier distributions over a transport still hold for the same recipients; return how many.

    For transports that always send how things are now, so that one message is as good as many.
    """
    mine = distribution.deliveries.values("recipient_key")
    earlier = _going(distribution.transport).filter(pk__lt=distribution.pk)
    return Delivery.objects.filter(
        distribution__in=earlier, state__in=PENDING, recipient_key__in=mine
    ).update(state=State.SUPERSEDED, settled_at=timezone.now())


def gone(
    transport: str, distribution: int | None = None, *, statuses: Collection[str] = ("410",)
) -> list[Gone]:
    """Return who is gone for good, by one distribution, or by all over a transport that are not finished.

    `statuses` are the answers over HTTP that say so.
    """
    about = Distribution.objects.filter(pk=distribution, transport=transport) if distribution else None
    rows = Delivery.objects.filter(
        Q(distribution__in=_going(transport) if about is None else about),
        _answered(statuses),
        state=State.FAILED,
        settled_at__isnull=False,
    ).order_by("pk")
    found = rows.values_list("recipient_key", "settled_at", "reply", "recipient")
    return [Gone(key, at, reply, address) for key, at, reply, address in found if at]


def _answered(statuses: Collection[str]) -> Q:
    any_of = Q(pk__in=[])
    for status in statuses:
        any_of |= Q(reply__startswith=f"{status} ")
    return any_of


def _going(transport: str) -> QuerySet[Distribution]:
    return Distribution.objects.filter(
        transport=transport,
        state__in=[DistributionState.OPEN, DistributionState.PAUSED, DistributionState.WAITING],
    )
