# SPDX-License-Identifier: Apache-2.0
"""What is looked at: what goes out, one distribution by host, its recipients, one recipient, one host."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onrecord.delivery import channels, hosts, progress, suppression
from onrecord.delivery.desk.guards import (
    delivery_for,
    distribution_for,
    for_watchers,
    may_see_addresses,
    whose_recipients,
)
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.models import Delivery, State

PAGE = hosts.PAGE


@for_watchers
@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    """Show what goes out now and what went out last, in bulk; each part of the screen alone for a script."""
    shown = channels.shown_to(request.user)
    rows = channels.distributions(shown).order_by("-pk")
    before = _number(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.filter(lane="b-bulk")[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    lines = [
        progress.of_one(row, channel) for row in found[:PAGE] if (channel := channels.of(row)) is not None
    ]
    context = {"lines": lines, "more": more, "addresses": may_see_addresses(request)}
    return render(request, "delivery/deliveries.html", context)


@for_watchers
@require_GET
def distribution(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one distribution as it goes out, and its hosts, page by page."""
    row, channel = distribution_for(request, pk)
    line = progress.of_one(row, channel)
    if "part" in request.GET:
        return render(request, "delivery/channels.html", {"lines": [line]})
    trouble = request.GET.get("show") == "trouble"
    found = hosts.of_distribution(row, after=request.GET.get("after", ""), only_trouble=trouble)
    more = found[PAGE - 1].name if len(found) > PAGE else ""
    context = {
        "line": line,
        "lines": [line],
        "hosts": found[:PAGE],
        "trouble": trouble,
        "more": urlencode({"after": more} | ({"show": "trouble"} if trouble else {})) if more else "",
        "page": channel.page(row),
        "names": channel.shows_recipients_to(request.user),
        "back": request.path,
    }
    return render(request, "delivery/distribution.html", context)


@for_watchers
@require_GET
def recipients(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is in one state, at one host or at all."""
    row, channel = distribution_for(request, pk, recipients=True)
    host = request.GET.get("host", "")
    counts = hosts.one(row, host).counts if host else progress.of_one(row, channel).counts
    states = [(state, counts[state]) for state in State if counts.get(state)]
    state = _state(request.GET.get("state", ""), states)
    after = _after(request.GET)
    found = hosts.recipients(row, state, host=host, after=after) if state else []
    last = found[PAGE - 1] if len(found) > PAGE else None
    here = {"state": state.value if state else ""} | ({"host": host} if host else {})
    context = {
        "distribution": row,
        "channel": channel,
        "host": hosts.one(row, host) if host else None,
        "states": [
            (one, count, urlencode({"state": one.value} | ({"host": host} if host else {})))
            for one, count in states
        ],
        "state": state,
        "found": found[:PAGE],
        "more": urlencode(here | {"after": last.destination, "number": last.pk}) if last else "",
        "here": here,
    }
    return render(request, "delivery/recipients.html", context)


@for_watchers
@require_GET
def recipient(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery, what came back of it, and everything else that the same recipient was sent."""
    row, channel = delivery_for(request, pk)
    before = _number(request.GET.get("before"))
    found = hosts.everything_to(row.recipient, whose_recipients(request), before=before)
    context = {
        "delivery": row,
        "channel": channel,
        "route": hosts.route_of(row.distribution.transport, row.destination),
        "may_retry": row.state in (State.FAILED, State.UNKNOWN, State.DEFERRED),
        "silence": suppression.of(row.recipient),
        "came_back": Return.objects.filter(delivery_number=row.pk).order_by("-at", "-pk")[:PAGE],
        "found": found[:PAGE],
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "delivery/recipient.html", context)


@for_watchers
def find(request: HttpRequest) -> HttpResponse:
    """Lead from a whole address, or a host, to what became of it. An address never stands in a URL."""
    asked = request.POST.get("asked", "").strip()
    if request.method != "POST" or not asked:
        return redirect("deliveries")
    known = whose_recipients(request)
    names = dict.fromkeys([asked, asked.lower()])
    rows = Delivery.objects.filter(channels.condition(known, "distribution__"), recipient__in=list(names))
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() if known else None
    if newest is not None:
        return redirect("deliveries_recipient", newest)
    host = asked.lower().rpartition("@")[2] if "@" not in asked else ""
    if host and "/" not in host and hosts.across(host, channels.shown_to(request.user)):
        return redirect("deliveries_host", host)
    if known:
        messages.info(request, _("Nothing went to this address or host in the last 90 days."))
    else:
        messages.info(request, _("Nothing went to this host in the last 90 days."))
    return redirect("deliveries")


@for_watchers
@require_GET
def host(request: HttpRequest, name: str) -> HttpResponse:
    """Show what went to one host lately, and whether the way there is open."""
    shown = channels.shown_to(request.user)
    before = _number(request.GET.get("before"))
    found = hosts.across(name, shown, before=before)
    if not found and before is None:
        raise Http404(_("Nothing went to this host."))
    ways = {row.transport: hosts.route_of(row.transport, name) for row, _host in found}
    context = {"name": name, "found": found, "ways": [way for way in ways.values() if way]}
    return render(request, "delivery/host.html", context)


def back_to(request: HttpRequest, otherwise: str, *arguments: object) -> str:
    """Return where a button was pressed, if that is one of our own screens."""
    asked = request.POST.get("back", "")
    if asked.startswith("/desk/") and "//" not in asked and "\\" not in asked:
        return asked
    return reverse(otherwise, args=arguments)


def _state(asked: str, states: list[tuple[State, int]]) -> State | None:
    """Return the state that was asked for, or the one with trouble that somebody would look for first."""
    if asked in State.values:
        return State(asked)
    there = [state for state, _count in states]
    return next((state for state in (*hosts.TROUBLE, *State) if state in there), None)


def _after(given: Any) -> tuple[str, int] | None:
    number = _number(given.get("number"))
    return None if number is None else (given.get("after", ""), number)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
