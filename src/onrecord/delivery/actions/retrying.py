# SPDX-License-Identifier: Apache-2.0
"""Trying again, because a person says so, what has failed or waits: never what nobody is to get any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import events
from onrecord.delivery.actions.distributions import locked
from onrecord.delivery.errors import WrongState
from onrecord.delivery.models import (
    Delivery,
    Distribution,
    DistributionState,
    Lane,
    Pace,
    Route,
    State,
)
from onrecord.delivery.suppression import suppressed
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor

_FAILED = (State.FAILED, State.UNKNOWN)
_AGAIN = (*_FAILED, State.DEFERRED)
_AT_ONCE = 1000
Value = TypeVar("Value")


@transaction.atomic
def retry(distribution: Distribution, *, by: Actor, destination: str = "") -> int:
    """Try again what has failed of a distribution, at one destination or at all; return how many.

    At one destination also what waits for its next attempt: whoever asks knows that it answers again. What
    was replaced by something newer, or is for an address that gets nothing more, is settled as that instead.
    Raises WrongState for one that was cancelled or whose text was erased.
    """
    _refuse_over(locked(distribution))
    failed = distribution.deliveries.filter(state__in=_FAILED)
    if destination:
        failed = distribution.deliveries.filter(destination=destination, state__in=_AGAIN)
    _settle_unwanted(distribution, failed)
    count = _queue(failed)
    if count:
        _open_again(distribution)
        routes = Route.objects.filter(transport=distribution.transport)
        (routes.filter(name=destination) if destination else routes).update(closed_until=None)
        if destination:
            Pace.objects.filter(transport=distribution.transport, name=destination).update(rests_until=None)
        event = events.Retried(subject=f"distribution/{distribution.pk}", deliveries=count)
        journal.write(event, by=by)
    return count


@transaction.atomic
def retry_one(delivery: Delivery, *, by: Actor) -> bool:
    """Try one delivery again that has failed, or that waits for its next attempt; tell whether it is tried.

    Raises WrongState for one of a distribution that was cancelled or whose text was erased, for one that was
    replaced by something newer, and for an address that gets nothing more.
    """
    distribution = locked(delivery.distribution)
    _refuse_over(distribution)
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=_AGAIN)
    if rows.filter(_newer()).exists():
        raise WrongState(_("Something newer went to this recipient, so this is not tried again."))
    if _unwanted(distribution, [delivery.recipient]):
        raise WrongState(_("Nothing more is sent to this address, so this is not tried again."))
    won = _queue(rows)
    if won:
        _open_again(distribution)
        journal.write(events.Retried(subject=f"distribution/{distribution.pk}", deliveries=1), by=by)
    return bool(won)


def _refuse_over(distribution: Distribution) -> None:
    if distribution.state == DistributionState.CANCELLED:
        raise WrongState(
            _("“%(name)s” was cancelled, so nothing of it is tried again.") % {"name": distribution}
        )
    if not distribution.body:
        raise WrongState(_("The text was erased, so it is not sent again."))


def _settle_unwanted(distribution: Distribution, rows: QuerySet[Delivery]) -> None:
    now = timezone.now()
    replaced = list(rows.filter(_newer()).values_list("pk", flat=True))
    for some in _in_parts(replaced):
        Delivery.objects.filter(pk__in=some).update(state=State.SUPERSEDED, settled_at=now)
    known = list(rows.values_list("recipient", flat=True))
    for addresses in _in_parts(known):
        unwanted = _unwanted(distribution, addresses)
        if unwanted:
            rows.filter(recipient__in=unwanted).update(state=State.SUPPRESSED, settled_at=now)


def _unwanted(distribution: Distribution, addresses: Sequence[str]) -> set[str]:
    """Return which of these get nothing more; what somebody waits for has asked before."""
    return suppressed(addresses) if distribution.lane == Lane.BULK else set()


def _newer() -> Exists:
    """Tell whether a newer version of the same thing was for the same recipient."""
    return Exists(
        Delivery.objects.filter(
            recipient_key=OuterRef("recipient_key"),
            distribution__object_key=OuterRef("distribution__object_key"),
            distribution__transport=OuterRef("distribution__transport"),
            distribution__version__gt=OuterRef("distribution__version"),
        )
    )


def _in_parts(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _queue(rows: QuerySet[Delivery]) -> int:
    return rows.update(
        state=State.QUEUED, attempts=0, due_at=timezone.now(), settled_at=None, lease_until=None
    )


def _open_again(distribution: Distribution) -> None:
    Distribution.objects.filter(pk=distribution.pk, state=DistributionState.DONE).update(
        state=DistributionState.OPEN, finished_at=None
    )
