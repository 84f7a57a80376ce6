# SPDX-License-Identifier: Apache-2.0
"""How far one version of a thing has come on each channel: what the page that people watch is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onrecord.delivery import channels, counting
from onrecord.delivery.channels import Channel
from onrecord.delivery.counting import Counts
from onrecord.delivery.errors import UnknownTransport
from onrecord.delivery.models import Distribution, DistributionState, Route, State
from onrecord.delivery.transports import named

SHOWN = (
    State.ACCEPTED,
    State.QUEUED,
    State.DEFERRED,
    State.FAILED,
    State.BOUNCED,
    State.COMPLAINED,
    State.SUPPRESSED,
    State.UNKNOWN,
    State.CANCELLED,
    State.SUPERSEDED,
)
"""In this order; what is on its way right now counts as queued."""
ALWAYS = (State.ACCEPTED, State.QUEUED, State.FAILED)
EXPLAINED = (State.FAILED, State.DEFERRED, State.BOUNCED, State.COMPLAINED)
RUNNING = (DistributionState.OPEN, DistributionState.PAUSED, DistributionState.WAITING)


@dataclass(frozen=True, slots=True)
class StateLine:
    """How many deliveries are in one state, and why, as far as the other sides said so."""

    state: State
    count: int
    reasons: Sequence[tuple[str, int]] = ()
    sampled: bool = False
    """Whether the reasons are those of the first `counting.LOOKED_AT` alone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One distribution on its way."""

    distribution: Distribution
    channel: Channel
    counts: Counts
    lines: Sequence[StateLine]
    per_minute: int | None
    seconds_left: int | None
    closed: Route | None
    """The one way that everything takes, if it is closed now."""

    @property
    def total(self) -> int:
        """How many recipients there are."""
        return sum(self.counts.values())

    @property
    def remaining(self) -> int:
        """How many are neither accepted nor refused yet."""
        return sum(self.counts.get(state, 0) for state in (State.QUEUED, State.DEFERRED, State.IN_FLIGHT))

    @property
    def settled(self) -> int:
        """How many are done with."""
        return self.total - self.remaining

    @property
    def accepted(self) -> int:
        """How many were taken by the other side."""
        return self.counts.get(State.ACCEPTED, 0)

    @property
    def not_accepted(self) -> int:
        """How many were refused, or came back."""
        return sum(self.counts.get(state, 0) for state in (State.FAILED, State.BOUNCED, State.COMPLAINED))

    @property
    def time_left(self) -> str:
        """How long the rest takes at the present rate, in words; nothing if that cannot be said."""
        if self.seconds_left is None:
            return ""
        if self.seconds_left < 60:
            return _("less than a minute left")
        minutes = round(self.seconds_left / 60)
        if minutes < 120:
            return ngettext("about %d minute left", "about %d minutes left", minutes) % minutes
        hours = round(minutes / 60)
        return ngettext("about %d hour left", "about %d hours left", hours) % hours

    @property
    def is_running(self) -> bool:
        """Whether something may still happen by itself or by a button."""
        return self.distribution.state in RUNNING

    @property
    def may_pause(self) -> bool:
        """Whether there is anything to pause."""
        return self.distribution.state == DistributionState.OPEN

    @property
    def may_resume(self) -> bool:
        """Whether it stands still."""
        return self.distribution.state in (DistributionState.PAUSED, DistributionState.WAITING)

    @property
    def may_retry(self) -> bool:
        """Whether anything failed that can be tried again."""
        failed = self.counts.get(State.FAILED, 0) + self.counts.get(State.UNKNOWN, 0)
        return bool(failed) and self.distribution.state != DistributionState.CANCELLED

    @property
    def is_scheduled(self) -> bool:
        """Whether its moment has not come."""
        moment: datetime = self.distribution.release_at
        return moment > timezone.now()


def of_version(object_key: str, version: int, *, to: object) -> list[Progress]:
    """Return what somebody may know of how one version of a thing goes out, by channel."""
    shown = channels.shown_to(to)
    found = channels.distributions(shown).filter(object_key=object_key, version=version)
    return _in_order(found.order_by("pk"), shown)


def of_one(distribution: Distribution, channel: Channel) -> Progress:
    """Return how far one distribution is."""
    counts = counting.counts(distribution)
    rate = counting.per_minute(distribution)
    unsettled = (State.QUEUED, State.DEFERRED, State.IN_FLIGHT)
    remaining = sum(counts.get(state, 0) for state in unsettled)
    waiting_only = counts.get(State.QUEUED, 0) + counts.get(State.IN_FLIGHT, 0)
    going = distribution.state == DistributionState.OPEN and remaining
    return Progress(
        distribution=distribution,
        channel=channel,
        counts=counts,
        lines=_lines(distribution, counts),
        per_minute=round(rate) if rate else None,
        seconds_left=round(waiting_only * 60 / rate) if going and rate and waiting_only else None,
        closed=closed_route(distribution.transport) if distribution.state in RUNNING else None,
    )


def going_out(*, to: object, limit: int = 20) -> list[Progress]:
    """Return what goes out to many now, or waits for a person, newest first."""
    shown = channels.shown_to(to)
    found = channels.distributions(shown).filter(Q(state__in=RUNNING), lane="b-bulk")
    return _in_order(found.order_by("-pk")[:limit], shown)


def closed_route(transport: str) -> Route | None:
    """Return the one route that everything of a transport takes, if it is closed at present."""
    try:
        only = named(transport).only_route
    except UnknownTransport:
        return None
    if only is None:
        return None
    return Route.objects.filter(transport=transport, name=only, closed_until__gt=timezone.now()).first()


def _in_order(found: Any, shown: Sequence[Channel]) -> list[Progress]:
    lines = []
    for distribution in found:
        channel = next((one for one in shown if one.holds(distribution)), None)
        if channel is not None:
            lines.append(of_one(distribution, channel))
    return sorted(lines, key=lambda line: (line.channel.order, line.channel.name, -line.distribution.pk))


def _lines(distribution: Distribution, counts: Counts) -> list[StateLine]:
    shown = dict(counts)
    shown[State.QUEUED] = shown.get(State.QUEUED, 0) + shown.pop(State.IN_FLIGHT, 0)
    lines = []
    for state in SHOWN:
        count = shown.get(state, 0)
        if not count and state not in ALWAYS:
            continue
        why = counting.reasons(distribution, state) if count and state in EXPLAINED else []
        lines.append(StateLine(state, count, why, count > counting.LOOKED_AT))
    return lines
