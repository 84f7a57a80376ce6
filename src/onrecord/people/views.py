# SPDX-License-Identifier: Apache-2.0
"""The pages before the desk: the set-up wizard, invitations, sessions, and what is closed."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from onrecord.people import actions
from onrecord.people.errors import AlreadySetUp, LinkExpired
from onrecord.people.forms import (
    AddressStep,
    AdministratorStep,
    LookStep,
    OrganisationStep,
    PasswordFields,
    PlaceStep,
)
from onrecord.people.models import ACCENT, Organisation, SetupLink, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STEPS: dict[str, tuple[object, type[forms.Form]]] = {
    "organisation": (gettext_lazy("Organisation"), OrganisationStep),
    "address": (gettext_lazy("Address"), AddressStep),
    "place": (gettext_lazy("Languages and time"), PlaceStep),
    "look": (gettext_lazy("Look"), LookStep),
    "administrator": (gettext_lazy("Administrator"), AdministratorStep),
}
LAST = "administrator"


@never_cache
@sensitive_post_parameters()
def setup(request: HttpRequest, token: str, step: str = "organisation") -> HttpResponse:
    """Show one step of the set-up wizard, keep what it collected, and found the newsroom at the last."""
    try:
        return _answer_step(request, token, step)
    except AlreadySetUp as refusal:
        return render(request, "people/link_dead.html", {"reason": refusal, "sign_in": True}, status=410)
    except LinkExpired as refusal:
        return render(request, "people/link_dead.html", {"reason": refusal}, status=404)


def _answer_step(request: HttpRequest, token: str, step: str) -> HttpResponse:
    link = actions.check_setup_link(token)
    if step not in STEPS:
        raise Http404
    missing = _first_missing(link)
    if list(STEPS).index(step) > list(STEPS).index(missing):
        return redirect("people_setup_step", token=token, step=missing)
    form = STEPS[step][1](request.POST or None, request.FILES or None, initial=_known(request, link, step))
    if request.method == "POST" and form.is_valid():
        response = _found(request, token, form) if step == LAST else _keep(token, step, form)
        if response is not None:
            return response
    return render(request, "people/setup.html", _setup_context(token, step, form, link))


@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody who was invited choose a password, and let them in."""
    try:
        found = actions.find_invitation(token)
        form = InvitedForm(request.POST or None, person=found.person)
        if request.method == "POST" and form.is_valid():
            person = actions.accept_invitation(token, password=form.cleaned_data["password"])
            return _let_in(request, person)
    except LinkExpired as refusal:
        return render(request, "people/link_dead.html", {"reason": refusal, "sign_in": True}, status=404)
    context = {"form": form, "person": found.person, "returns": found.person.joined_at is not None}
    return render(request, "people/invitation.html", context)


class InvitedForm(PasswordFields):
    """The password of somebody who was invited."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def owner(self) -> User:
        return self.person


@never_cache
def not_set_up(request: HttpRequest) -> HttpResponse:
    """Say what to do at the front door of a newsroom that nobody has set up; after that, answer 404."""
    if Organisation.objects.exists():
        raise Http404(_("This page is made when the site is rendered."))
    response = render(request, "people/not_set_up.html", status=503)
    response.headers["Retry-After"] = "600"
    return response


def password_help(request: HttpRequest) -> HttpResponse:
    """Say whom to ask: no link is sent by e-mail."""
    return render(request, "people/password_help.html")


def closed(request: HttpRequest, **_address: str) -> HttpResponse:
    """Answer for the pages of the sign-in library that this newsroom does not use."""
    raise Http404(_("Accounts here come from invitations alone."))


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions on another device."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    session.end()
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


def look(request: HttpRequest) -> HttpResponse:
    """Serve the organisation's accent colour as a style sheet: pages here carry no styles of their own."""
    organisation = Organisation.objects.filter(pk=Organisation.ONLY).only("accent").first()
    accent = organisation.accent if organisation else ACCENT
    response = HttpResponse(f":root{{--accent:{accent}}}\n", content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=60"
    return response


def _first_missing(link: SetupLink) -> str:
    needed = {"organisation": "name", "address": "address", "place": "languages", "look": "accent"}
    return next((step for step, field in needed.items() if field not in link.draft), LAST)


def _known(request: HttpRequest, link: SetupLink, step: str) -> dict[str, Any]:
    """Return what was entered before, or what can be guessed; of the first person nothing is known."""
    if step == LAST:
        return {}
    languages = link.draft.get("languages") or [get_language() or "en"]
    return {
        "address": f"{request.scheme}://{request.get_host()}",
        "accent": ACCENT,
        "time_zone": get_current_timezone_name(),
        **link.draft,
        "language": languages[0],
        "further": languages[1:],
    }


def _keep(token: str, step: str, form: forms.Form) -> HttpResponse:
    entered = dict(form.cleaned_data)
    logo = entered.pop("logo", None)
    actions.keep_setup_draft(token, entered, logo=logo)
    following = list(STEPS)[list(STEPS).index(step) + 1]
    return redirect("people_setup_step", token=token, step=following)


def _found(request: HttpRequest, token: str, form: forms.Form) -> HttpResponse | None:
    entered = form.cleaned_data
    administrator = actions.Administrator(
        name=entered["name"],
        email=entered["email"],
        password=entered["password"],
        also_writes=entered["also_writes"],
    )
    try:
        user = actions.set_up(token, administrator)
    except ValidationError as mistake:
        form.add_error(None, mistake.messages)
        return None
    return _let_in(request, user)


def _let_in(request: HttpRequest, person: User) -> HttpResponse:
    """Sign somebody in who has just chosen their password; the desk's door asks for the second factor."""
    login(request, person, backend=BACKEND)
    record_authentication(request, person, method="password", email=person.email)
    return redirect("wagtailadmin_home")


def _setup_context(token: str, step: str, form: forms.Form, link: SetupLink) -> dict[str, Any]:
    names = list(STEPS)
    reached = names.index(_first_missing(link))
    steps = [
        {
            "name": name,
            "title": STEPS[name][0],
            "current": name == step,
            "open": names.index(name) <= reached,
            "done": names.index(name) < reached,
        }
        for name in names
    ]
    return {
        "token": token,
        "form": form,
        "step": step,
        "title": STEPS[step][0],
        "number": names.index(step) + 1,
        "steps": steps,
        "last": step == LAST,
        "draft": link.draft,
        "logo": link.logo,
        "previous": names[names.index(step) - 1] if step != names[0] else None,
    }
