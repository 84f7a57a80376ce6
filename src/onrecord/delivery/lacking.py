# SPDX-License-Identifier: Apache-2.0
"""Who got an earlier version of a thing and still lacks the newest: how many, on each channel, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from onrecord.delivery import channels
from onrecord.delivery.channels import Channel
from onrecord.delivery.counting import Recent
from onrecord.delivery.models import Delivery, Distribution, State, Tally

GOT = (State.ACCEPTED, State.COMPLAINED, State.UNKNOWN)
"""Whoever complained has read it; what became of an unknown one cannot be said, so it counts as there."""
PENDING = (State.QUEUED, State.DEFERRED, State.IN_FLIGHT)
REFUSED = (State.FAILED, State.SUPERSEDED)
RETURNED = (State.BOUNCED,)
WANTS_NOTHING = (State.SUPPRESSED,)
STOPPED = (State.CANCELLED,)

_recent = Recent(2.0)


@dataclass(frozen=True, slots=True)
class Lack:
    """One channel: how many got an earlier version, how many of them the newest, and why the rest did not."""

    channel: Channel
    had: int
    got: int
    pending: int
    refused: int
    returned: int
    wants_nothing: int
    stopped: int
    left_out: int
    """No longer among those it goes to: they stopped following before it went out."""
    only_counts: bool = False
    """The details of an earlier version are gone after 90 days: who of them got the newest is not known."""
    newest: Distribution | None = None

    @property
    def lacking(self) -> int:
        """How many still lack it."""
        return self.had - self.got

    @property
    def share(self) -> int:
        """How many of a hundred have it."""
        return self.got * 100 // self.had if self.had else 100


def of(object_key: str, version: int, *, to: object) -> list[Lack]:
    """Return for each channel over which an earlier version was sent who lacks this one.

    The answer is kept for a moment, longer the longer it takes to work out.
    """
    shown = channels.shown_to(to)
    key = (object_key, version, tuple(channel.name for channel in shown))
    found: list[Lack] = _recent.get(key, lambda: _of(object_key, version, shown))
    return found


def forget() -> None:
    """Work it out again when somebody asks next."""
    _recent.forget()


def still_lacking(distribution: Distribution) -> QuerySet[Delivery]:
    """Return the deliveries of a version to those who got an earlier one, that have not arrived."""
    earlier = _older(distribution.object_key, distribution.version).filter(transport=distribution.transport)
    had = Delivery.objects.filter(distribution__in=earlier, state__in=GOT).values("recipient_key")
    return distribution.deliveries.exclude(state__in=GOT).filter(recipient_key__in=had)


def _of(object_key: str, version: int, shown: Sequence[Channel]) -> list[Lack]:
    found = []
    for channel in shown:
        if channel.only_once:
            continue
        older = list(_older(object_key, version).filter(channels.condition([channel])))
        newest = list(
            channels.distributions([channel]).filter(object_key=object_key, version=version).order_by("pk")
        )
        if older:
            found.append(_lack(channel, older, newest))
    return found


def _older(object_key: str, version: int) -> QuerySet[Distribution]:
    return Distribution.objects.filter(object_key=object_key, version__lt=version)


def _lack(channel: Channel, older: list[Distribution], newest: list[Distribution]) -> Lack:
    if Tally.objects.filter(distribution__in=older).exists():
        return _from_counts(channel, older, newest)
    now = Delivery.objects.filter(distribution__in=newest, recipient_key=OuterRef("recipient_key"))
    had = Delivery.objects.filter(distribution__in=older, state__in=GOT).order_by()
    rows = had.annotate(now=Subquery(now.order_by("-pk").values("state")[:1])).values_list("now")
    counts: dict[str | None, int] = dict(rows.annotate(count=Count("recipient_key", distinct=True)))

    def many(states: Sequence[State]) -> int:
        return sum(counts.get(state, 0) for state in states)

    return Lack(
        channel,
        had=sum(counts.values()),
        got=many(GOT),
        pending=many(PENDING),
        refused=many(REFUSED),
        returned=many(RETURNED),
        wants_nothing=many(WANTS_NOTHING),
        stopped=many(STOPPED),
        left_out=counts.get(None, 0),
        newest=newest[-1] if newest else None,
    )


def _from_counts(channel: Channel, older: list[Distribution], newest: list[Distribution]) -> Lack:
    """Say what counts alone say: how many there were, and how many the newest reached."""

    def many(some: list[Distribution], states: Sequence[State]) -> int:
        kept = Tally.objects.filter(distribution__in=some, state__in=states)
        there = Delivery.objects.filter(distribution__in=some, state__in=states).count()
        return int(kept.aggregate(all=Sum("count"))["all"] or 0) + there

    had = max((many([one], GOT) for one in older), default=0)
    return Lack(
        channel,
        had=had,
        got=many(newest, GOT),
        pending=many(newest, PENDING),
        refused=many(newest, REFUSED),
        returned=many(newest, RETURNED),
        wants_nothing=many(newest, WANTS_NOTHING),
        stopped=many(newest, STOPPED),
        left_out=0,
        only_counts=True,
        newest=newest[-1] if newest else None,
    )
