# SPDX-License-Identifier: Apache-2.0
"""Servers that nothing is taken from: which, why, until when; block one, lift that; what was before."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onrecord.federation import policies
from onrecord.federation.blocking import actions, objecting, pages
from onrecord.federation.desk.entering import JUDGES, attempt, holds, me, number, only
from onrecord.federation.models import DomainBlock, Policy
from onrecord.people.models import Organisation
from onrecord.people.roles import Right

PAGE = 50


class BlockForm(forms.Form):
    """A server to be blocked."""

    host = forms.CharField(
        label=gettext_lazy("Server"),
        help_text=gettext_lazy("As social.example. Servers below it are blocked with it."),
        max_length=300,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Which rule, which facts. Others read it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        help_text=gettext_lazy("Empty: until somebody lifts it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    @property
    def end(self) -> datetime | None:
        """The moment at which the block ends, by the newsroom's clock."""
        day = self.cleaned_data["until"]
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(Organisation.current().time_zone))


@only(*JUDGES)
def blocks(request: HttpRequest) -> HttpResponse:
    """Show the blocks that hold and the newest that are over; block a server."""
    form = BlockForm(request.POST or None, initial={"host": request.GET.get("host", "")[:300]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(
            request,
            lambda: actions.block_host(given["host"], reason=given["reason"], until=form.end, by=me(request)),
            _("Blocked. What was said from there is sealed within the next minutes."),
        ):
            return redirect("federation_blocks")
    return render(request, "federation/blocks.html", {"form": form, **_told(request)})


@only(*JUDGES)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear a server again."""
    row = get_object_or_404(DomainBlock, pk=pk)
    attempt(
        request,
        lambda: actions.lift_block(row, reason=request.POST.get("reason", ""), by=me(request)),
        _("Lifted. What was said from there stands again as it was within the next minutes."),
    )
    return redirect("federation_blocks")


@only(Right.ADMINISTER)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the list, or keep it to the desk."""
    values = {"public_blocks": request.POST.get("public") == "yes"}
    attempt(request, lambda: policies.set_policy(values, by=me(request)), _("Saved."))
    return redirect("federation_blocks")


def _told(request: HttpRequest) -> dict[str, Any]:
    over = DomainBlock.objects.filter(Q(lifted_at__isnull=False) | Q(until__lte=timezone.now()))
    before = number(request.GET.get("before"))
    if before is not None:
        over = over.filter(pk__lt=before)
    past = list(over.select_related("by", "lifted_by").order_by("-pk")[: PAGE + 1])
    return {
        "rows": pages.standing().select_related("by"),
        "past": past[:PAGE],
        "older": past[PAGE - 1].pk if len(past) > PAGE else None,
        "is_public": Policy.current().public_blocks,
        "public_page": f"/{objecting.PATH}",
        "may_publish": holds(request, Right.ADMINISTER),
    }
