# SPDX-License-Identifier: Apache-2.0
"""The screens about webhooks. Administrators add and change; writers see, pause, test and send again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.delivery.models import Delivery
from onrecord.delivery.transports.webhook.signing import secret_of
from onrecord.desk.guards import for_press_and_administrators
from onrecord.followers.errors import BadEndpoint
from onrecord.followers.webhooks import actions
from onrecord.followers.webhooks.actions.endpoints import TRANSPORT
from onrecord.followers.webhooks.forms import EndpointForm
from onrecord.followers.webhooks.models import Endpoint
from onrecord.people.desk import for_administrators
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.statements.pages.languages import own_name

PER_PAGE = 30
_SHOW_ONCE = "webhook whose secret is shown"
"""In the session of whoever made a secret: the id of the endpoint, until its page is opened."""


@for_press_and_administrators
def webhooks(request: HttpRequest) -> HttpResponse:
    """List the endpoints."""
    rows = Endpoint.objects.prefetch_related("topics__names").order_by("name")
    context = {"rows": [(row, _told_of(row)) for row in rows], "may_add": _me(request).may(Right.ADMINISTER)}
    return render(request, "followers/webhooks/list.html", context)


@for_administrators
def add(request: HttpRequest) -> HttpResponse:
    """Ask for a new endpoint; its page then shows the secret, once."""
    form = EndpointForm(request.POST) if request.method == "POST" else EndpointForm()
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            row = actions.add(given["name"], given["url"], form.wanted, by=_me(request))
        except BadEndpoint as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[_SHOW_ONCE] = row.pk
            return redirect("webhook", pk=row.pk)
    return render(request, "followers/webhooks/add.html", {"form": form})


@for_press_and_administrators
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one endpoint and what was sent to it; administrators change it here."""
    row = get_object_or_404(Endpoint.objects.prefetch_related("topics__names"), pk=pk)
    form = None
    if _me(request).may(Right.ADMINISTER):
        form = EndpointForm.of(row)
        if request.method == "POST":
            form = EndpointForm(request.POST)
            if form.is_valid() and _changed(request, row, form):
                return redirect("webhook", pk=pk)
    return _page(request, row, form)


@for_press_and_administrators
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell an endpoint nothing more."""
    return _do(request, pk, actions.pause, _("Paused. Nothing more is sent to it."))


@for_press_and_administrators
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell an endpoint again."""
    return _do(request, pk, actions.resume, _("It is told again of what is published from now on."))


@for_press_and_administrators
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an endpoint a message that says nothing."""
    return _do(request, pk, actions.test, _("A test is on its way. Load this page again to see the answer."))


@for_administrators
@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an endpoint a new secret; its page shows it, once."""
    request.session[_SHOW_ONCE] = pk
    return _do(request, pk, actions.rotate, _("The secret is new. For two days the earlier one counts too."))


@for_administrators
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget an endpoint."""
    row = get_object_or_404(Endpoint, pk=pk)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box to say that you are sure."))
        return redirect("webhook", pk=pk)
    actions.remove(row, by=_me(request))
    messages.success(request, _("“%(name)s” is removed.") % {"name": row.name})
    return redirect("webhooks")


@for_press_and_administrators
@require_POST
def replay(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send one delivery again."""
    sent = get_object_or_404(Delivery.objects.select_related("distribution"), pk=delivery)
    return _do(
        request,
        pk,
        lambda row, *, by: actions.replay(row, sent, by=by),
        _("It is sent again. Load this page again to see the answer."),
    )


def _page(request: HttpRequest, row: Endpoint, form: EndpointForm | None) -> HttpResponse:
    before = request.GET.get("before", "")
    sent = Delivery.objects.filter(
        recipient=row.url, recipient_key=row.subject, distribution__transport=TRANSPORT
    )
    if before.isdecimal():
        sent = sent.filter(pk__lt=int(before[:18]))
    rows = list(sent.select_related("distribution").order_by("-pk")[: PER_PAGE + 1])
    shown = request.session.pop(_SHOW_ONCE, None) == row.pk and form is not None
    context = {
        "row": row,
        "told_of": _told_of(row),
        "form": form,
        "sent": rows[:PER_PAGE],
        "older": rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None,
        "secret": secret_of(row.number) if shown else "",
    }
    answer = render(request, "followers/webhooks/webhook.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _changed(request: HttpRequest, row: Endpoint, form: EndpointForm) -> bool:
    given = form.cleaned_data
    try:
        actions.change(row, given["name"], given["url"], form.wanted, by=_me(request))
    except BadEndpoint as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved."))
    return True


def _do(request: HttpRequest, pk: int, deed: Callable[..., Any], done: str) -> HttpResponse:
    """Carry out an action on an endpoint and go back to its page."""
    row = get_object_or_404(Endpoint, pk=pk)
    try:
        deed(row, by=_me(request))
    except BadEndpoint as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("webhook", pk=pk)


def _told_of(row: Endpoint) -> str:
    """Say in a line what an endpoint is told of."""
    language = get_language() or "en"
    topics = sorted(topic.name_in(language) for topic in row.topics.all())
    of = _("All statements") if row.all_topics else ", ".join(topics)
    return f"{of} · {', '.join(own_name(code) for code in row.languages)}" if row.languages else of


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)
