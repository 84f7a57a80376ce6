# SPDX-License-Identifier: Apache-2.0
"""Who quotes which statement: the stamps that were given (FEP-044f), taking one back, who is given one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onrecord.federation import objects, policies
from onrecord.federation.desk.entering import WATCHERS, attempt, holds, me, number, only
from onrecord.federation.models import Interaction, InteractionKind, Policy, Quoters
from onrecord.federation.receiving.handlers import quoting
from onrecord.people.roles import Right

PAGE = 50


@only(*WATCHERS)
@require_GET
def quotes(request: HttpRequest) -> HttpResponse:
    """Show the newest quotes, of all statements or of one, page by page."""
    rows = Interaction.objects.filter(kind=InteractionKind.QUOTE).order_by("-pk")
    statement = objects.publication_at(request.GET.get("of", "").strip())
    if statement is not None:
        rows = rows.filter(publication=statement)
    before = number(request.GET.get("before"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("by__host", "publication__edition")[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "asked": request.GET.get("of", "").strip(),
        "statement": statement,
        "quoters": [(one.value, one.label) for one in Quoters],
        "chosen": Policy.current().quoters,
        "may_revoke": holds(request, Right.MODERATE),
        "may_choose": holds(request, Right.ADMINISTER),
    }
    return render(request, "federation/quotes.html", context)


@only(Right.MODERATE)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a stamp back."""
    row = get_object_or_404(Interaction, pk=pk, kind=InteractionKind.QUOTE)
    attempt(
        request,
        lambda: quoting.revoke(row, by=me(request)),
        _("The stamp is taken back. The server that quotes is told."),
    )
    return redirect("federation_quotes")


@only(Right.ADMINISTER)
@require_POST
def policy(request: HttpRequest) -> HttpResponse:
    """Choose who is given a stamp."""
    values = {"quoters": request.POST.get("quoters", "")}
    attempt(
        request,
        lambda: policies.set_policy(values, by=me(request)),
        _("Saved. Stamps that were given stay."),
    )
    return redirect("federation_quotes")
