# SPDX-License-Identifier: Apache-2.0
"""Orders of authorities, and disputes before out-of-court bodies: recorded, followed up, counted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from onrecord.moderation import actions, categories
from onrecord.moderation.actions import Ordered
from onrecord.moderation.desk.entering import attempt, me, only
from onrecord.moderation.models import AuthorityOrder, External, Outcome
from onrecord.moderation.models.orders import MEMBER_STATES
from onrecord.people.roles import Right

SHOWN = 100
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class OrderForm(forms.Form):
    """An order of an authority."""

    authority = forms.CharField(label=gettext_lazy("Authority"), max_length=200)
    reference = forms.CharField(label=gettext_lazy("Its reference"), max_length=200)
    member_state = forms.ChoiceField(
        label=gettext_lazy("Member State"), choices=[(code, code) for code in MEMBER_STATES]
    )
    received_at = forms.DateTimeField(label=gettext_lazy("Received"), widget=_MOMENT)
    category = forms.ChoiceField(label=gettext_lazy("About"), choices=list(categories.CATEGORIES.items()))
    information = forms.BooleanField(
        label=gettext_lazy("It asks for information (Article 10), not for an act (Article 9)"), required=False
    )
    url = forms.CharField(
        label=gettext_lazy("Address of what it is about"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Opens an urgent case, which a person decides. Empty for information."),
    )
    items = forms.IntegerField(label=gettext_lazy("How many things it names"), min_value=1, initial=1)
    note = forms.CharField(
        label=gettext_lazy("What it asks"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DisputeForm(forms.Form):
    """A dispute before an out-of-court body."""

    number = forms.CharField(label=gettext_lazy("Number of the case"), max_length=40)
    body = forms.CharField(label=gettext_lazy("Body"), max_length=200)
    dispute = forms.CharField(label=gettext_lazy("Reference of the dispute"), max_length=200)
    filed_at = forms.DateTimeField(label=gettext_lazy("Filed"), widget=_MOMENT)


class OutcomeForm(forms.Form):
    """What a body decided."""

    outcome = forms.ChoiceField(choices=Outcome.choices)
    implemented = forms.BooleanField(required=False)
    costs = forms.CharField(required=False, max_length=200)
    note = forms.CharField(required=False, max_length=2000)


@only(Right.ADMINISTER)
def outside(request: HttpRequest) -> HttpResponse:
    """List orders and disputes, and record new ones."""
    return _page(request)


@only(Right.ADMINISTER)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Record an order."""
    form = OrderForm(request.POST)
    if form.is_valid():
        given = Ordered(**form.cleaned_data)
        if attempt(request, lambda: actions.record_order(given, by=me(request)), _("Recorded.")):
            return redirect("moderation_outside")
    return _page(request, order_form=form)


@only(Right.ADMINISTER)
@require_POST
def follow_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the authority was told of the receipt, or of what was done."""
    row = get_object_or_404(AuthorityOrder.objects.select_related("case"), pk=pk)
    deed = actions.confirm_order if request.POST.get("deed") == "confirm" else actions.effect_order
    attempt(request, lambda: deed(row, by=me(request)), _("Noted."))
    return redirect("moderation_outside")


@only(Right.ADMINISTER)
@require_POST
def dispute(request: HttpRequest) -> HttpResponse:
    """Record a dispute."""
    form = DisputeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done = attempt(
            request,
            lambda: actions.record_dispute(
                given["number"],
                body=given["body"],
                reference=given["dispute"],
                filed_at=given["filed_at"],
                by=me(request),
            ),
            _("Recorded."),
        )
        if done:
            return redirect("moderation_outside")
    return _page(request, dispute_form=form)


@only(Right.ADMINISTER)
@require_POST
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what came of a dispute."""
    row, form = get_object_or_404(External, pk=pk), OutcomeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        attempt(request, lambda: actions.close_dispute(row, **given, by=me(request)), _("Noted."))
    return redirect("moderation_outside")


def _page(
    request: HttpRequest, *, order_form: OrderForm | None = None, dispute_form: DisputeForm | None = None
) -> HttpResponse:
    now = timezone.localtime().replace(second=0, microsecond=0)
    orders = AuthorityOrder.objects.select_related("case").order_by("-received_at", "-pk")[:SHOWN]
    context: dict[str, Any] = {
        "orders": [(row, categories.label(row.category)) for row in orders],
        "disputes": External.objects.select_related("case").order_by("-filed_at", "-pk")[:SHOWN],
        "order_form": order_form or OrderForm(initial={"received_at": now}),
        "dispute_form": dispute_form or DisputeForm(initial={"filed_at": now}),
        "outcomes": Outcome.choices,
    }
    return render(request, "moderation/desk/outside.html", context)
