# SPDX-License-Identifier: Apache-2.0
"""Duties and deadlines, and whose reports come first: for administrators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.moderation import actions
from onrecord.moderation.desk.entering import attempt, me, only
from onrecord.moderation.desk.forms import FlaggerForm, PolicyForm
from onrecord.moderation.models import Policy, TrustedFlagger
from onrecord.people.roles import Right


@only(Right.ADMINISTER)
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change what is owed and how long it may take."""
    form = PolicyForm(request.POST or None, instance=Policy.current())
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if attempt(request, lambda: actions.set_policy(values, by=me(request)), _("Saved.")):
            return redirect("moderation_settings")
    context = {
        "form": form,
        "flaggers": TrustedFlagger.objects.filter(ended_at=None).order_by("name"),
        "flagger_form": FlaggerForm(),
    }
    return render(request, "moderation/desk/settings.html", context)


@only(Right.ADMINISTER)
@require_POST
def add_flagger(request: HttpRequest) -> HttpResponse:
    """Let somebody's reports come first."""
    form = FlaggerForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        attempt(request, lambda: actions.add_flagger(**given, by=me(request)), _("Added."))
        return redirect("moderation_settings")
    context = {
        "form": PolicyForm(instance=Policy.current()),
        "flaggers": TrustedFlagger.objects.filter(ended_at=None).order_by("name"),
        "flagger_form": form,
    }
    return render(request, "moderation/desk/settings.html", context)


@only(Right.ADMINISTER)
@require_POST
def end_flagger(request: HttpRequest, pk: int) -> HttpResponse:
    """Let their reports come like those of everybody else."""
    row = get_object_or_404(TrustedFlagger, pk=pk)
    attempt(request, lambda: actions.end_flagger(row, by=me(request)), _("Ended."))
    return redirect("moderation_settings")
