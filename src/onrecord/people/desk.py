# SPDX-License-Identifier: Apache-2.0
"""What the administrator sees at the desk, and which action each button calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from onrecord.people import actions
from onrecord.people.errors import Refused
from onrecord.people.forms import InvitationForm, OrganisationForm, RolesForm
from onrecord.people.models import Invitation, Organisation, User
from onrecord.people.roles import Right, require

Parameters = ParamSpec("Parameters")
Screen = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


def for_administrators(screen: Screen[Parameters]) -> Screen[Parameters]:
    """Refuse everybody else before the screen reads anything; no copy of it is kept by browsers."""

    @wraps(screen)
    def guarded(request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        require(request.user, Right.ADMINISTER)
        return screen(request, *args, **kwargs)

    return cast("Screen[Parameters]", never_cache(guarded))


@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    """List everybody: those who can come in, those who are invited, those whose account is closed."""
    everybody = list(_people())
    context = {
        "active": [one for one in everybody if one.is_active],
        "invited": [one for one in everybody if not one.is_active and one.joined_at is None],
        "closed": [one for one in everybody if not one.is_active and one.joined_at is not None],
    }
    return render(request, "people/desk/people.html", context)


@for_administrators
def invite(request: HttpRequest) -> HttpResponse:
    """Ask whom to invite, and show the link once."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            issued = actions.invite(**form.cleaned_data, by=_me(request))
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            return _show_link(request, issued)
    return render(request, "people/desk/invite.html", {"form": form})


@for_administrators
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person and what can be done about their access."""
    found = get_object_or_404(_people(), pk=pk)
    form = RolesForm(initial={"roles": [role.value for role in found.roles]})
    return render(request, "people/desk/person.html", {"person": found, "form": form})


@for_administrators
@require_POST
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what somebody may do."""
    form = RolesForm(request.POST)
    found = get_object_or_404(_people(), pk=pk)
    if not form.is_valid():
        return render(request, "people/desk/person.html", {"person": found, "form": form})
    return _do(
        request, pk, lambda me: actions.change_roles(found, **form.cleaned_data, by=me), _("Roles changed.")
    )


@for_administrators
@require_POST
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a new link and show it once."""
    try:
        issued = actions.issue_new_link(get_object_or_404(User, pk=pk), by=_me(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people_person", pk=pk)
    return _show_link(request, issued)


@for_administrators
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an open link back."""
    found = get_object_or_404(User, pk=pk)
    return _do(
        request, pk, lambda me: actions.revoke_invitation(found, by=me), _("The link no longer works.")
    )


@for_administrators
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what closing an account means, and close it once that is confirmed."""
    found = get_object_or_404(_people(), pk=pk)
    if request.method != "POST":
        if not found.is_active:
            return redirect("people_person", pk=pk)
        return render(request, "people/desk/close.html", {"person": found})
    return _do(request, pk, lambda me: actions.deactivate(found, by=me), _("The account is closed."))


@for_administrators
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    found = get_object_or_404(User, pk=pk)
    return _do(request, pk, lambda me: actions.reactivate(found, by=me), _("The account is open again."))


@for_administrators
def organisation(request: HttpRequest) -> HttpResponse:
    """Show and change the organisation's details."""
    current = Organisation.current()
    form = OrganisationForm(request.POST or None, request.FILES or None, organisation=current)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organisation(form.cleaned_data, by=_me(request))
        except ValidationError as mistake:
            _add_errors(form, mistake)
        else:
            messages.success(request, _("Saved. The site follows within a minute."))
            return redirect("people_organisation")
    return render(request, "people/desk/organisation.html", {"form": form, "organisation": current})


def _people() -> models.QuerySet[User]:
    factors = Authenticator.objects.filter(
        user=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    )
    newest = Prefetch("invitations", Invitation.objects.order_by("-pk"))
    return (
        User.objects.annotate(with_factor=Exists(factors))
        .prefetch_related("groups", newest)
        .order_by("name", "pk")
    )


def _do(request: HttpRequest, pk: int, deed: Callable[[User], object], done: str) -> HttpResponse:
    try:
        deed(_me(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("people_person", pk=pk)


def _show_link(request: HttpRequest, issued: actions.Issued) -> HttpResponse:
    address = request.build_absolute_uri(issued.path)
    return render(request, "people/desk/link.html", {"issued": issued, "address": address})


def _add_errors(form: forms.Form, mistake: ValidationError) -> None:
    for field, errors in mistake.message_dict.items():
        form.add_error(field if field in form.fields else None, errors)


def _me(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for_administrators let nobody else through
    return user
