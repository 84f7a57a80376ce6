# SPDX-License-Identifier: Apache-2.0
"""A distribution from its frozen audience to its end."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import events
from onrecord.delivery.enrolling import Row, enrol
from onrecord.delivery.errors import BadRecipient, WrongState
from onrecord.delivery.models import (
    PENDING,
    UNSETTLED,
    Delivery,
    Distribution,
    DistributionState,
    Lane,
    State,
)
from onrecord.delivery.suppression import suppressed
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor

BATCH = 1000
LATE_AFTER = timedelta(hours=2)
"""What has not begun by then waits for a person: the moment may have passed."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a distribution: a stable name, an address, the host or domain of it, what is theirs alone."""

    key: str
    address: str
    destination: str
    data: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    """Not before that moment, if it is another than that of the distribution."""


def freeze(
    *,
    transport: str,
    object_key: str,
    version: int,
    purpose: str,
    label: str,
    body: Mapping[str, Any],
    recipients: Iterable[Recipient],
    host: str,
    by: Actor,
    lane: Lane = Lane.BULK,
    release_at: datetime | None = None,
    cancels_older: bool = False,
    despite: Collection[str] = (),
) -> Distribution:
    """Write down who gets one version of a thing, all in one transaction; from then on it goes out by itself.

    Idempotent: the same transport, object, version and purpose return the distribution there is, whoever the
    recipients are now. A newer version replaces what is still pending of an older one for the same
    recipients; with `cancels_older` nothing pending of older ones goes out to anybody. `host` is the right
    side of message ids.
    Addresses that are suppressed get nothing, except for a reason in `despite`. Raises BadRecipient for a
    recipient without an address.
    """
    moment = release_at or timezone.now()
    with transaction.atomic():
        distribution, is_new = Distribution.objects.get_or_create(
            transport=transport,
            object_key=object_key,
            version=version,
            purpose=purpose,
            defaults={"label": label[:300], "body": dict(body), "lane": lane, "release_at": moment},
        )
        if not is_new:
            return distribution
        for some in _batches(recipients):
            rows = _rows(distribution, some, host, _unwanted(some, despite))
            enrol(distribution.pk, list(rows))
        _replace_older(distribution, all_of_them=cancels_older)
        count = distribution.deliveries.count()
        event = events.Frozen(subject=_subject(distribution), recipients=count, transport=transport)
        journal.write(event, by=by)
    return distribution


@dataclass(frozen=True, slots=True)
class Single:
    """A thing with one version that goes to one recipient alone, as a confirmation does."""

    object_key: str
    label: str
    body: Mapping[str, Any]
    recipient: Recipient


@transaction.atomic
def freeze_each(
    singles: Sequence[Single],
    *,
    transport: str,
    purpose: str,
    host: str,
    by: Actor,
    lane: Lane,
    despite: Collection[str] = (),
) -> list[Distribution]:
    """Freeze a distribution for each of these, as `freeze` does for one: for many that come at once.

    What has been frozen already is left out. Returns the new ones.
    """
    wanted = {single.object_key: single for single in singles}
    there = Distribution.objects.filter(
        transport=transport, object_key__in=wanted, version=1, purpose=purpose
    )
    for known in there.values_list("object_key", flat=True):
        del wanted[known]
    fresh, now = list(wanted.values()), timezone.now()
    unwanted = _unwanted([single.recipient for single in fresh], despite)
    made = Distribution.objects.bulk_create(
        Distribution(
            transport=transport,
            object_key=single.object_key,
            version=1,
            purpose=purpose,
            label=single.label[:300],
            body=dict(single.body),
            lane=lane,
            release_at=now,
        )
        for single in fresh
    )
    for distribution, single in zip(made, fresh, strict=True):
        enrol(distribution.pk, list(_rows(distribution, [single.recipient], host, unwanted)))
    journal.write_all(
        [events.Frozen(subject=_subject(row), recipients=1, transport=transport) for row in made], by=by
    )
    return made


@transaction.atomic
def pause(distribution: Distribution, *, by: Actor) -> Distribution:
    """Claim nothing more of it; what is on its way arrives."""
    _move(distribution, {DistributionState.OPEN}, DistributionState.PAUSED)
    journal.write(events.Paused(subject=_subject(distribution)), by=by)
    return distribution


@transaction.atomic
def resume(distribution: Distribution, *, by: Actor) -> Distribution:
    """Let a paused one go on, and a late one go out after all."""
    _move(distribution, {DistributionState.PAUSED, DistributionState.WAITING}, DistributionState.OPEN)
    Distribution.objects.filter(pk=distribution.pk, started_at=None).update(release_at=timezone.now())
    journal.write(events.Resumed(subject=_subject(distribution)), by=by)
    return distribution


@transaction.atomic
def cancel(distribution: Distribution, *, by: Actor) -> Distribution:
    """Let nothing more of it go out."""
    going = {DistributionState.OPEN, DistributionState.PAUSED, DistributionState.WAITING}
    _move(distribution, going, DistributionState.CANCELLED)
    count = distribution.deliveries.filter(state__in=PENDING).update(
        state=State.CANCELLED, settled_at=timezone.now()
    )
    journal.write(events.Cancelled(subject=_subject(distribution), pending=count), by=by)
    return distribution


def hold_back_late() -> int:
    """Let distributions that should have begun over two hours ago wait for a person; return how many.

    For a chore. Confirmations and the like are sent however late: somebody waits for them. What has only
    recipients whose own moment has not come is not late.
    """
    by_then = timezone.now() - LATE_AFTER
    waiting = Delivery.objects.filter(distribution=OuterRef("pk"), state__in=PENDING, due_at__lt=by_then)
    late = Distribution.objects.filter(
        Exists(waiting),
        state=DistributionState.OPEN,
        started_at=None,
        lane=Lane.BULK,
        release_at__lt=by_then,
    )
    held = 0
    for distribution in late.order_by("pk"):
        with transaction.atomic():
            won = late.filter(pk=distribution.pk).update(state=DistributionState.WAITING)
            if won:
                journal.write(events.HeldBack(subject=_subject(distribution)), by=CLOCK)
                held += 1
    return held


def finish() -> int:
    """Close the distributions of which nothing is left to do; return how many. For a chore."""
    open_ones = Distribution.objects.filter(
        Q(state=DistributionState.OPEN), release_at__lte=timezone.now()
    ).order_by("pk")
    finished = 0
    for distribution in open_ones:
        if distribution.deliveries.filter(state__in=UNSETTLED).exists():
            continue
        with transaction.atomic():
            locked(distribution)
            if distribution.deliveries.filter(state__in=UNSETTLED).exists():
                continue  # somebody has just had something tried again
            won = Distribution.objects.filter(pk=distribution.pk, state=DistributionState.OPEN).update(
                state=DistributionState.DONE, finished_at=timezone.now()
            )
            if won:
                event = events.Finished(subject=_subject(distribution), counts=counts_of(distribution))
                journal.write(event, by=CLOCK)
                finished += 1
    return finished


def locked(distribution: Distribution) -> Distribution:
    """Return a distribution as it is now, which nobody finishes or opens again until the transaction ends."""
    return Distribution.objects.select_for_update(no_key=True).get(pk=distribution.pk)


def counts_of(distribution: Distribution) -> dict[str, int]:
    """Return how many deliveries are in each state, details or not."""
    counts = dict(
        distribution.deliveries.order_by().values_list("state").annotate(count=Count("pk")).order_by("state")
    )
    for state, count in distribution.tallies.values_list("state", "count"):
        counts[state] = counts.get(state, 0) + count
    return counts


def _unwanted(recipients: Sequence[Recipient], despite: Collection[str]) -> set[str]:
    """Return the addresses among these that get nothing. Raises BadRecipient."""
    for recipient in recipients:
        if not recipient.address or not recipient.key or not recipient.destination:
            raise BadRecipient(
                f"The recipient {recipient.key or '?'} has no {'address' if recipient.key else 'key'} or no"
                " destination. Give all three."
            )
    return suppressed((recipient.address for recipient in recipients), despite=despite)


def _rows(
    distribution: Distribution, recipients: Sequence[Recipient], host: str, unwanted: Collection[str]
) -> Iterator[Row]:
    now = timezone.now()
    for recipient in recipients:
        silent = recipient.address in unwanted
        yield Row(
            recipient.key,
            recipient.address,
            recipient.destination,
            json.dumps(dict(recipient.data)),
            f"{distribution.pk}.{secrets.token_hex(12)}@{host}",
            State.SUPPRESSED if silent else State.QUEUED,
            recipient.due_at or distribution.release_at,
            now if silent else None,
        )


def _replace_older(distribution: Distribution, *, all_of_them: bool) -> None:
    """Settle what is pending of older versions; wait for what is on its way, so that the newer comes last."""
    older = Distribution.objects.filter(
        transport=distribution.transport,
        object_key=distribution.object_key,
        version__lt=distribution.version,
        state__in=[DistributionState.OPEN, DistributionState.PAUSED, DistributionState.WAITING],
    )
    mine = distribution.deliveries.values("recipient_key")
    earlier = Delivery.objects.filter(distribution__in=older)
    pending = earlier.filter(state__in=PENDING)
    now = timezone.now()
    pending.filter(recipient_key__in=mine).update(state=State.SUPERSEDED, settled_at=now)
    if all_of_them:
        pending.update(state=State.CANCELLED, settled_at=now)
    on_its_way = earlier.filter(state=State.IN_FLIGHT, recipient_key=OuterRef("recipient_key"))
    waits = distribution.deliveries.filter(
        state=State.QUEUED, recipient_key__in=earlier.filter(state=State.IN_FLIGHT).values("recipient_key")
    )
    waits.update(due_at=Subquery(on_its_way.order_by("-lease_until").values("lease_until")[:1]))


def _move(distribution: Distribution, before: set[DistributionState], after: DistributionState) -> None:
    won = Distribution.objects.filter(pk=distribution.pk, state__in=before).update(
        state=after, finished_at=timezone.now() if after == DistributionState.CANCELLED else None
    )
    distribution.refresh_from_db()
    if not won:
        raise WrongState(
            _("“%(name)s” is “%(state)s”, so this cannot be done with it.")
            % {"name": distribution, "state": DistributionState(distribution.state).label}
        )


def _subject(distribution: Distribution) -> str:
    return f"distribution/{distribution.pk}"


def _batches(recipients: Iterable[Recipient]) -> Iterator[list[Recipient]]:
    source = iter(recipients)
    while batch := list(islice(source, BATCH)):
        yield batch
