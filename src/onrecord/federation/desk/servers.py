# SPDX-License-Identifier: Apache-2.0
"""Followers over time and by server; one server: the way there, and what went there last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from onrecord.delivery import channels, hosts, routes
from onrecord.delivery.models import Delivery, Distribution, Route, State
from onrecord.federation.desk import figures
from onrecord.federation.desk.entering import JUDGES, WATCHERS, holds, number, only
from onrecord.federation.models import Actor, ActorKind, HostCount, RemoteHost
from onrecord.federation.receiving.fetching import blocked
from onrecord.federation.sending.transport import MANNER, NAME

PAGE = 50
LATELY = 20
"""Distributions in which it is looked for what failed at a server."""
FAILED = (State.FAILED, State.DEFERRED, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One server in the list."""

    name: str
    followers: int
    route: Route | None
    failed: int
    """Deliveries of the last distributions that have not arrived."""

    @property
    def closed_until(self) -> datetime | None:
        """Until when nothing is tried there."""
        until = self.route.closed_until if self.route else None
        return until if until and until > timezone.now() else None


@only(*WATCHERS)
@require_GET
def servers(request: HttpRequest) -> HttpResponse:
    """Show followers over time, by account, and by server, page by page."""
    actor, period = _chosen(request)
    asked, trouble = request.GET.get("q", "").strip().lower()[:255], request.GET.get("show") == "trouble"
    rows = _rows(actor, asked, trouble=trouble)
    after = _after(request)
    if after is not None:
        count, pk = after
        rows = rows.filter(Q(followers__lt=count) | Q(followers=count, host__gt=pk))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    here = {"of": actor.name} if actor else {}
    here |= ({"q": asked} if asked else {}) | ({"show": "trouble"} if trouble else {})
    context = {
        "accounts": [(one, figures.followers(one)) for one in _accounts()],
        "all": figures.followers(None),
        "actor": actor,
        "periods": [(key, label) for key, (label, _days) in figures.PERIODS.items()],
        "period": period,
        "charts": figures.over_time(actor, period),
        "asked": asked,
        "trouble": trouble,
        "lines": _lines(request, found[:PAGE]),
        "more": urlencode(here | {"after": f"{last.followers}-{last.host_id}"}) if last else "",
    }
    return render(request, "federation/servers.html", context)


@only(*WATCHERS)
@require_GET
def server(request: HttpRequest, name: str) -> HttpResponse:
    """Show one server: who follows from there, the way there, what went there last."""
    row = get_object_or_404(RemoteHost, name=name.lower())
    counts = HostCount.objects.filter(host=row, actor__isnull=False).select_related("actor")
    route = Route.objects.filter(transport=NAME, name=row.name).first()
    before = number(request.GET.get("before"))
    mine = _channels(request)
    found = hosts.across(row.name, mine, before=before) if mine else []
    context = {
        "row": row,
        "counts": counts.order_by("-followers"),
        "all": HostCount.objects.filter(host=row, actor=None).first(),
        "route": route,
        "is_closed": bool(route and route.closed_until and route.closed_until > timezone.now()),
        "is_dead": bool(route and routes.is_dead(route, MANNER.breaker)),
        "blocked_by": blocked(row.name),
        "may_block": holds(request, *JUDGES),
        "shows_deliveries": bool(mine),
        "found": found,
        "deliveries": _deliveries(request, row.name, [one for one, _host in found]),
        "back": request.path,
    }
    return render(request, "federation/server.html", context)


def _chosen(request: HttpRequest) -> tuple[Actor | None, str]:
    period, name = request.GET.get("by", "week"), request.GET.get("of", "")
    actor = next((one for one in _accounts() if one.name == name), None) if name else None
    return actor, period if period in figures.PERIODS else "week"


def _accounts() -> list[Actor]:
    return list(Actor.objects.exclude(kind=ActorKind.INSTANCE).order_by("closed_at", "pk"))


def _rows(actor: Actor | None, asked: str, *, trouble: bool) -> Any:  # a queryset of rows with their server
    """Return the servers from which somebody follows, those with most followers first."""
    rows = HostCount.objects.filter(actor=actor).select_related("host")
    if asked:
        rows = rows.filter(host__name__contains=asked)
    if trouble:
        ailing = Route.objects.filter(transport=NAME, failing_since__isnull=False)
        rows = rows.filter(host__name__in=ailing.values("name"))
    return rows.order_by("-followers", "host")


def _after(request: HttpRequest) -> tuple[int, int] | None:
    """Return followers and number of the last server that was shown."""
    count, _dash, pk = request.GET.get("after", "").partition("-")
    first, second = number(count), number(pk)
    return None if first is None or second is None else (first, second)


def _channels(request: HttpRequest) -> list[channels.Channel]:
    return [one for one in channels.shown_to(request.user) if one.transport == NAME]


def _lines(request: HttpRequest, found: Sequence[HostCount]) -> list[Line]:
    names = [row.host.name for row in found]
    ways = {way.name: way for way in Route.objects.filter(transport=NAME, name__in=names)}
    newest = channels.distributions(_channels(request)).order_by("-pk").values_list("pk", flat=True)[:LATELY]
    failed = Delivery.objects.filter(distribution__in=list(newest), state__in=FAILED, destination__in=names)
    counts = dict(failed.order_by().values_list("destination").annotate(count=Count("pk")))
    return [
        Line(name, row.followers, ways.get(name), counts.get(name, 0))
        for name, row in zip(names, found, strict=True)
    ]


def _deliveries(request: HttpRequest, name: str, some: Sequence[Distribution]) -> list[Delivery]:
    """Return the single deliveries to a server, for those who may see inboxes; the newest first."""
    open_to = [one for one in _channels(request) if one.shows_recipients_to(request.user)]
    known = [one.pk for one in some if any(channel.holds(one) for channel in open_to)]
    rows = Delivery.objects.filter(distribution__in=known, state__in=list(State), destination=name)
    return list(rows.select_related("distribution").order_by("-distribution_id", "pk")[:PAGE])
