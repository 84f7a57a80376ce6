# SPDX-License-Identifier: Apache-2.0
"""What a person or the clock does about deliveries that have gone wrong or grown old."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from onrecord.delivery import events
from onrecord.delivery.models import (
    PENDING,
    Delivery,
    Distribution,
    DistributionState,
    State,
    Tally,
)
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor

DETAILS_LAST = timedelta(days=90)


@transaction.atomic
def give_up(
    transport: str,
    destination: str,
    *,
    by: Actor,
    except_for: Collection[str] = (),
    among: QuerySet[Distribution] | None = None,
) -> int:
    """Let everything that is pending for a host fail now; return how many.

    `except_for` are the purposes of distributions that go on trying; only those `among` are looked at, if
    that is given.
    """
    pending = Delivery.objects.filter(
        distribution__transport=transport, destination=destination, state__in=PENDING
    ).exclude(distribution__purpose__in=list(except_for))
    if among is not None:
        pending = pending.filter(distribution__in=among)
    count = pending.update(state=State.FAILED, settled_at=timezone.now())
    event = events.GivenUp(subject=f"destination/{destination}", transport=transport, pending=count)
    journal.write(event, by=by)
    return count


@transaction.atomic
def forget_texts(object_key: str, version: int, *, by: Actor) -> int:
    """Keep nothing of what was written about one version of something; return how many texts that were.

    For what the law wants erased. What is pending does not go out. Who got it, and when, stays.
    """
    about = Distribution.objects.filter(object_key=object_key, version=version).exclude(body={})
    count = 0
    for distribution in about.order_by("pk"):
        pending = distribution.deliveries.filter(state__in=PENDING).update(
            state=State.CANCELLED, settled_at=timezone.now()
        )
        over = {"finished_at": timezone.now(), "state": DistributionState.CANCELLED} if pending else {}
        Distribution.objects.filter(pk=distribution.pk).update(body={}, label=object_key, **over)
        event = events.TextForgotten(subject=f"distribution/{distribution.pk}", pending=pending)
        journal.write(event, by=by)
        count += 1
    return count


def reduce_old() -> int:
    """Keep only counts of what was finished 90 days ago; return how many distributions that were."""
    over = Q(state=DistributionState.DONE) | Q(state=DistributionState.CANCELLED)
    old = Distribution.objects.filter(over, finished_at__lt=timezone.now() - DETAILS_LAST)
    reduced = 0
    for distribution in old.filter(deliveries__isnull=False).distinct().order_by("pk")[:20]:
        with transaction.atomic():
            counted = distribution.deliveries.order_by().values_list("destination", "state")
            Tally.objects.bulk_create(
                Tally(distribution=distribution, destination=destination, state=state, count=count)
                for destination, state, count in counted.annotate(count=Count("pk"))
            )
            distribution.deliveries.all().delete()
        reduced += 1
    return reduced
