# SPDX-License-Identifier: Apache-2.0
"""The screen about an embargo: who has the text, who acknowledged, who read it when; revoke, lift, record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from onrecord.delivery.models import Delivery, Distribution
from onrecord.press.desk.guards import for_writers, me, tried
from onrecord.press.distributions.audience import TRANSPORT
from onrecord.press.embargoes import actions
from onrecord.press.embargoes.forms import BreachForm
from onrecord.press.models import Embargo, EmbargoBreach, EmbargoLink, Outlet
from onrecord.statements.desk import moments, outgoing

PER_PAGE = 100


@for_writers
@require_safe
def embargo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who has it, and what they did with it."""
    return _page(request, _row(pk), BreachForm())


@for_writers
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Lift it, revoke a link or those of an outlet, or let somebody again who broke one."""
    row, user = _row(pk), me(request)
    number = request.POST.get("number", "")
    which = int(number[:18]) if number.isascii() and number.isdecimal() else 0
    if deed == "lift":
        if request.POST.get("sure") != "yes":
            messages.error(request, _("Tick the box to say that you are sure."))
        else:
            reason = request.POST.get("reason", "")
            tried(
                request,
                lambda: actions.lift(row, reason=reason, by=user),
                _("Lifted. It is released now, and everybody who had it is told."),
            )
    elif deed == "revoke":
        link = get_object_or_404(EmbargoLink.objects.select_related("embargo"), pk=which, embargo=row)
        actions.revoke(link, by=user)
        messages.success(request, _("The link opens nothing any more."))
    elif deed == "revoke-outlet":
        count = actions.revoke_outlet(row, get_object_or_404(Outlet, pk=which), by=user)
        said = ngettext("%(count)d link was revoked.", "%(count)d links were revoked.", count)
        messages.success(request, said % {"count": count})
    elif deed == "forgive":
        actions.forgive(get_object_or_404(EmbargoBreach, pk=which, embargo=row), by=user)
        messages.success(request, _("They may get things under embargo again."))
    else:
        raise Http404
    return redirect("press_embargo", pk=pk)


@for_writers
@require_POST
def breach(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that somebody broke it."""
    row, form = _row(pk), BreachForm(request.POST)
    if form.is_valid():
        given = form.given
        done = tried(
            request,
            lambda: actions.record_breach(row, **given, by=me(request)),
            _("Recorded. Consider lifting it for everybody: the others keep to terms that one has broken."),
        )
        if done:
            return redirect("press_embargo", pk=pk)
    return _page(request, row, form)


def page_of(distribution: Distribution) -> str:
    """Return the screen about what a distribution to the press carries."""
    kind, _slash, number = distribution.object_key.partition("/")
    if kind == "press-embargo" and number.isdigit() and Embargo.objects.filter(pk=int(number)).exists():
        return reverse("press_embargo", args=[int(number)])
    return outgoing.page_of(distribution)


def _page(request: HttpRequest, row: Embargo, form: BreachForm) -> HttpResponse:
    links = row.links.select_related("journalist__contact").prefetch_related("journalist__roles__outlet")
    show = request.GET.get("show", "")
    if show in _SHOWN:
        links = links.filter(_SHOWN[show])
    after = request.GET.get("after", "")
    if after.isascii() and after.isdecimal():
        links = links.filter(pk__gt=int(after[:18]))
    found = list(links.order_by("pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    mails = _mails(row, shown)
    context: dict[str, Any] = {
        "row": row,
        "moment": moments.in_words(row.until, row.zone),
        "lines": [(one, mails.get(f"journalist/{one.journalist_id}")) for one in shown],
        "after": shown[-1].pk if len(found) > PER_PAGE else None,
        "show": show,
        "counts": row.links.aggregate(
            all=Count("pk"),
            acknowledged=Count("pk", filter=_SHOWN["acknowledged"]),
            read=Count("pk", filter=Q(opened__gt=0)),
            revoked=Count("pk", filter=_SHOWN["revoked"]),
        ),
        "outlets": _outlets(row),
        "breaches": row.breaches.select_related("journalist", "outlet", "recorded_by"),
        "form": form,
        "section": "distributions",
    }
    return render(request, "press/embargoes/one.html", context)


_SHOWN = {
    "acknowledged": Q(acknowledged_at__isnull=False),
    "not-yet": Q(acknowledged_at=None, revoked_at=None),
    "revoked": Q(revoked_at__isnull=False),
}


def _mails(row: Embargo, shown: Sequence[EmbargoLink]) -> Mapping[str, Delivery]:
    """Return the newest mail that each of these was sent about it."""
    keys = [f"journalist/{one.journalist_id}" for one in shown if one.journalist_id]
    sent = Delivery.objects.filter(
        distribution__transport=TRANSPORT, distribution__object_key=row.subject, recipient_key__in=keys
    )
    return {one.recipient_key: one for one in sent.order_by("pk")}


def _outlets(row: Embargo) -> list[Outlet]:
    """Return the outlets of which somebody has a link that opens something."""
    today = timezone.localdate()
    mine = row.links.filter(revoked_at=None, journalist__isnull=False).order_by().values("journalist")
    there = Q(roles__until__isnull=True) | Q(roles__until__gte=today)
    return list(Outlet.objects.filter(there, roles__journalist__in=mine).distinct().order_by("name")[:500])


def _row(pk: int) -> Embargo:
    return get_object_or_404(Embargo.objects.select_related("statement__locale", "lifted_by"), pk=pk)
