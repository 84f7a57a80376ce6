# SPDX-License-Identifier: Apache-2.0
"""Deliveries by host, and one recipient across everything: what a drill down asks, page by page.

Every question reads by an index and no further than its page, however many rows there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from onrecord.delivery import channels
from onrecord.delivery.channels import Channel
from onrecord.delivery.errors import UnknownTransport
from onrecord.delivery.models import Delivery, Distribution, Route, State, Tally
from onrecord.delivery.transports import named

PAGE = 50
TROUBLE = (State.FAILED, State.DEFERRED, State.BOUNCED, State.COMPLAINED, State.UNKNOWN)


@dataclass(slots=True)
class Host:
    """What became of the deliveries of a distribution at one host."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    route: Route | None = None
    reply: str = ""
    """What the host said last about one that did not go through."""

    @property
    def total(self) -> int:
        """How many recipients there are."""
        return sum(self.counts.values())

    @property
    def lines(self) -> list[tuple[State, int]]:
        """The states that there are, in the order in which they are declared."""
        return [(state, self.counts[state]) for state in State if self.counts.get(state)]

    @property
    def may_retry(self) -> bool:
        """Whether something has failed here, or waits for its next attempt."""
        return any(self.counts.get(state) for state in (State.FAILED, State.UNKNOWN, State.DEFERRED))

    @property
    def may_give_up(self) -> bool:
        """Whether something is pending here."""
        return bool(self.counts.get(State.QUEUED) or self.counts.get(State.DEFERRED))

    @property
    def closed_until(self) -> datetime | None:
        """Until when nothing is tried, if the way is closed."""
        until = self.route.closed_until if self.route else None
        return until if until and until > timezone.now() else None


def of_distribution(
    distribution: Distribution, *, after: str = "", only_trouble: bool = False, limit: int = PAGE
) -> list[Host]:
    """Return the hosts after a name, in order of names: up to `limit` of them, one more if there are more."""
    rows = Delivery.objects.filter(distribution=distribution, destination__gt=after)
    rows = rows.filter(state__in=TROUBLE if only_trouble else list(State))
    names = list(rows.order_by("destination").values_list("destination", flat=True).distinct()[: limit + 1])
    if not names and not only_trouble and not distribution.deliveries.exists():
        return _from_tallies(distribution, after, limit)
    return _counted(distribution, names)


def one(distribution: Distribution, name: str) -> Host:
    """Return one host of a distribution."""
    found = _counted(distribution, [name])
    return found[0] if found else Host(name)


def across(
    name: str, some: Sequence[Channel], *, before: int | None = None
) -> list[tuple[Distribution, Host]]:
    """Return what became of deliveries at a host in the newest distributions of some channels."""
    rows = channels.distributions(some).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    newest = {row.pk: row for row in rows[:PAGE]}
    counted = Delivery.objects.filter(distribution__in=newest, state__in=list(State), destination=name)
    found: dict[int, Host] = {}
    for pk, state, count in (
        counted.order_by().values_list("distribution", "state").annotate(count=Count("pk"))
    ):
        found.setdefault(pk, Host(name)).counts[state] = count
    return [(newest[pk], found[pk]) for pk in newest if pk in found]


def recipients(
    distribution: Distribution, state: State, *, host: str = "", after: tuple[str, int] | None = None
) -> list[Delivery]:
    """Return who is in a state, by host and then as they were written down; one more than a page if there is.

    `after` is the host and the number of the last one that was shown.
    """
    return list(recipients_query(distribution, state, host=host, after=after)[: PAGE + 1])


def recipients_query(
    distribution: Distribution, state: State, *, host: str = "", after: tuple[str, int] | None = None
) -> QuerySet[Delivery]:
    """Return the same as a query without an end."""
    rows = Delivery.objects.filter(distribution=distribution, state=state)
    if host:
        rows = rows.filter(destination=host)
    if after is not None:
        name, number = after
        later = Q(destination=name, pk__gt=number)
        rows = rows.filter(later if host else Q(destination__gt=name) | later)
    return rows.order_by("destination", "pk")


def everything_to(recipient: str, some: Sequence[Channel], *, before: int | None = None) -> list[Delivery]:
    """Return what one recipient was sent over some channels, newest first: a page, one more if there is."""
    rows = Delivery.objects.filter(channels.condition(some, "distribution__"), recipient=recipient)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("distribution").order_by("-pk")[: PAGE + 1])


def route_of(transport: str, destination: str) -> Route | None:
    """Return what is known of the way to a host."""
    try:
        name = named(transport).route(destination)
    except UnknownTransport:
        name = destination
    return Route.objects.filter(transport=transport, name=name).first()


def by_domain(some: Sequence[Channel], *, days: int = 90, limit: int = 50) -> list[Host]:
    """Return what became of what was sent in the last days, by host, the ones with most recipients first.

    It reads an index over every delivery of these days, so its answer is to be kept (`counting.Recent`).
    """
    since = timezone.now() - timedelta(days=days)
    recent = channels.distributions(some).filter(release_at__gte=since).values("pk")
    found: dict[str, Host] = defaultdict(lambda: Host(""))
    rows = Delivery.objects.filter(distribution__in=recent, state__in=list(State)).order_by()
    kept = Tally.objects.filter(distribution__in=recent).values_list("destination", "state", "count")
    counted = rows.values_list("destination", "state").annotate(count=Count("pk"))
    for name, state, count in [*counted.iterator(), *kept.iterator()]:
        host = found[name]
        host.name = name
        host.counts[state] = host.counts.get(state, 0) + count
    return sorted(found.values(), key=lambda host: (-host.total, host.name))[:limit]


def _counted(distribution: Distribution, names: Sequence[str]) -> list[Host]:
    rows = Delivery.objects.filter(distribution=distribution, state__in=list(State), destination__in=names)
    found = {name: Host(name) for name in names}
    for name, state, count in rows.order_by().values_list("destination", "state").annotate(count=Count("pk")):
        found[name].counts[state] = count
    for host in found.values():
        host.route = route_of(distribution.transport, host.name)
        host.reply = _last_reply(distribution, host)
    return [host for host in found.values() if host.counts]


def _last_reply(distribution: Distribution, host: Host) -> str:
    for state in TROUBLE:
        if host.counts.get(state):
            rows = Delivery.objects.filter(distribution=distribution, state=state, destination=host.name)
            return rows.order_by("-pk").values_list("reply", flat=True).first() or ""
    return ""


def _from_tallies(distribution: Distribution, after: str, limit: int) -> list[Host]:
    rows = distribution.tallies.filter(destination__gt=after)
    names = list(rows.order_by("destination").values_list("destination", flat=True).distinct()[: limit + 1])
    found = {name: Host(name) for name in names}
    for name, state, count in rows.filter(destination__in=names).values_list("destination", "state", "count"):
        found[name].counts[state] = count
    return list(found.values())
