# SPDX-License-Identifier: Apache-2.0
"""Erasures at the desk: an administrator proposes one, an editor sees what would go and confirms it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin.menu import MenuItem

from onrecord.desk.panels import Need, Urgency
from onrecord.people import menu
from onrecord.people.models import User
from onrecord.people.roles import Right, may, require
from onrecord.statements import actions
from onrecord.statements.actions.erasure import why_not_confirm
from onrecord.statements.errors import Incomplete, Refused
from onrecord.statements.models import Edition, Erasure


class ErasureForm(forms.Form):
    """What is to be erased, and why; the last two are public for good."""

    address = forms.CharField(
        label=gettext_lazy("Public address"),
        max_length=500,
        help_text=gettext_lazy(
            "Of a statement, to erase it with all editions and translations; or of one earlier edition."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url"}),
    )
    ground = forms.CharField(
        label=gettext_lazy("Public reason"),
        max_length=500,
        help_text=gettext_lazy(
            "It stays in the record and at the address for good. Do not repeat anything of what is erased."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    legal_ground = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The court and file number, or the article of the law. Public too."),
    )


class ConfirmationForm(forms.Form):
    """A consequence that has to be understood."""

    understood = forms.BooleanField(label=gettext_lazy("I have read what is erased. It cannot be undone."))


@never_cache
def erasures(request: HttpRequest) -> HttpResponse:
    """List all erasures; administrators and editors."""
    _require_either(request)
    rows = Erasure.objects.select_related("proposed_by", "decided_by")
    context = {
        "erasures": rows,
        "may_propose": may(request.user, Right.ADMINISTER),
        "may_decide": may(request.user, Right.APPROVE),
    }
    return render(request, "statements/desk/erasures.html", context)


@never_cache
def propose(request: HttpRequest) -> HttpResponse:
    """Ask an administrator what is to be erased, and why."""
    require(request.user, Right.ADMINISTER)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_erasure(**form.cleaned_data, by=_me(request))
        except Refused as refusal:
            form.add_error(refusal.field if isinstance(refusal, Incomplete) else None, str(refusal))
        else:
            messages.success(request, _("The erasure waits for an editor to confirm it."))
            return redirect("erasures")
    return render(request, "statements/desk/erasure_propose.html", {"form": form})


@never_cache
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an editor what would be erased, and carry it out once they have confirmed."""
    require(request.user, Right.APPROVE)
    erasure = get_object_or_404(Erasure, pk=pk, state=Erasure.State.PROPOSED)
    why_not = why_not_confirm(erasure, _me(request))
    form = ConfirmationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            actions.confirm_erasure(erasure, by=_me(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            erasure.refresh_from_db()
            if erasure.state == Erasure.State.DONE:
                messages.success(request, _("It is erased. The address says so, and the record."))
            else:
                messages.warning(request, _("It is not erased yet. The program tries again until it is."))
            return redirect("erasures")
    context = {"erasure": erasure, "form": form, "why_not": why_not, "editions": _editions(erasure)}
    return render(request, "statements/desk/erasure_decide.html", context)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a proposed erasure be."""
    _require_either(request)
    erasure = get_object_or_404(Erasure, pk=pk, state=Erasure.State.PROPOSED)
    try:
        actions.drop_erasure(erasure, by=_me(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Nothing is erased."))
    return redirect("erasures")


def addresses() -> list[URLPattern]:
    """Name the screens."""
    return [
        path("erasures/", erasures, name="erasures"),
        path("erasures/propose/", propose, name="erasure_propose"),
        path("erasures/<int:pk>/", decide, name="erasure_decide"),
        path("erasures/<int:pk>/drop/", drop, name="erasure_drop"),
    ]


def menu_item() -> MenuItem:
    """Lead to the erasures."""
    return menu.entry(
        gettext_lazy("Erasures"), "erasures", Right.APPROVE, Right.ADMINISTER, icon="bin", order=8200
    )


def needs(user: User) -> Iterable[Need]:
    """Return the erasures that wait for an editor."""
    if not user.may(Right.APPROVE):
        return
    proposed = Erasure.objects.filter(state=Erasure.State.PROPOSED)
    waiting = [row for row in proposed if not why_not_confirm(row, user)]
    if waiting:
        yield Need(
            _("Erasures to confirm"),
            _("An administrator says that the law obliges to erase something. Look at it, then decide."),
            reverse("erasures"),
            Urgency.NOW,
            len(waiting),
        )


def _editions(erasure: Erasure) -> list[Edition]:
    """Return what would be erased, the oldest first."""
    statement = erasure.statement
    if statement is None:
        return []
    affected = [statement] if erasure.number else [statement, *statement.translations.all()]
    rows = Edition.objects.filter(statement__in=affected).order_by("pk")
    return list(rows.filter(number=erasure.number) if erasure.number else rows)


def _may_look(person: object) -> bool:
    return may(person, Right.ADMINISTER) or may(person, Right.APPROVE)


def _require_either(request: HttpRequest) -> None:
    if not _may_look(request.user):
        require(request.user, Right.APPROVE)


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)
