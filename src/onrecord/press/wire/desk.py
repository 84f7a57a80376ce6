# SPDX-License-Identifier: Apache-2.0
"""The screens about the wire. Administrators add and change; writers see, pause, test and send again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import permission_denied

from onrecord.delivery.models import Delivery
from onrecord.delivery.transports.webhook.signing import secret_of
from onrecord.desk.guards import for_press_and_administrators
from onrecord.people.desk import for_administrators
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press import beats
from onrecord.press.formats import FORMATS
from onrecord.press.models import Destination, DestinationState, Transmission, Turn, Way, WireToken
from onrecord.press.wire import actions
from onrecord.press.wire.actions.telling import TEST
from onrecord.press.wire.errors import WireError
from onrecord.press.wire.forms import DestinationForm, TokenForm, TopicsForm
from onrecord.press.wire.keys import authorized_key
from onrecord.statements.models import Publication
from onrecord.statements.pages.site import Site

PER_PAGE = 30
_SHOW_ONCE = "secret of the wire that is shown"
"""In the session of whoever made a secret: the id of the destination, until its page is opened."""


@for_press_and_administrators
def destinations(request: HttpRequest) -> HttpResponse:
    """List the destinations, those in need first."""
    rows = (
        Destination.objects.select_related("outlet")
        .annotate(waiting=Count("transmissions", filter=Q(transmissions__turn=Turn.OPEN)))
        .order_by("name")
    )
    order = [DestinationState.STOPPED, DestinationState.ACTIVE, DestinationState.PAUSED]
    listed = sorted(
        (row for row in rows if row.state in order), key=lambda row: order.index(DestinationState(row.state))
    )
    context = {
        "rows": [(row, FORMATS[row.format].label, Way(row.transport).label) for row in listed],
        "closed": [row for row in rows if row.state == DestinationState.CLOSED],
        "may_add": _me(request).may(Right.ADMINISTER),
        "may_code": _me(request).may(Right.WRITE),
    }
    return render(request, "press/wire/list.html", context)


@for_administrators
def add(request: HttpRequest) -> HttpResponse:
    """Ask for a new destination; its page then shows what to hand over, once."""
    form = DestinationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add(form.cleaned_data["outlet"], form.given(), by=_me(request))
        except WireError as refusal:
            form.add_error(None, str(refusal))
        else:
            _show(request, row)
            return redirect("destination", pk=row.pk)
    return render(request, "press/wire/add.html", {"form": form})


@for_press_and_administrators
def destination(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one destination and its queue; administrators change it here."""
    row = get_object_or_404(Destination.objects.select_related("outlet"), pk=pk)
    form = None
    if _me(request).may(Right.ADMINISTER) and row.state != DestinationState.CLOSED:
        form = DestinationForm.of(row, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.change(row, form.given(row.transport), by=_me(request))
            except WireError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("destination", pk=pk)
    return _page(request, row, form)


@for_press_and_administrators
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Pause, resume or test a destination."""
    deeds: dict[str, tuple[Callable[..., Any], str]] = {
        "pause": (actions.pause, _("Paused. What comes up waits.")),
        "resume": (actions.resume, _("What waits goes there again, in order.")),
        "test": (actions.test, _("A test is on its way. Load this page again to see the answer.")),
    }
    if deed not in deeds:
        return HttpResponse(status=404)
    return _do(request, pk, *deeds[deed])


@for_press_and_administrators
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the newest edition of a statement into the queue of a destination."""
    path = "/" + request.POST.get("path", "").strip().removeprefix(Site.current().address).strip("/") + "/"
    found = Publication.objects.select_related("edition__statement__publication").filter(path=path).first()
    if found is None:
        messages.error(request, _("There is no statement at “%(path)s”. Give its address.") % {"path": path})
        return redirect("destination", pk=pk)
    return _do(
        request, pk, lambda row, *, by: actions.send(row, found.edition, by=by), _("It is in the queue.")
    )


@for_press_and_administrators
@require_POST
def one(request: HttpRequest, pk: int, number: int, deed: str) -> HttpResponse:
    """Send a number again, or go on without it."""
    deeds: dict[str, tuple[Callable[..., Any], str]] = {
        "again": (actions.repeat, _("It is sent again. Load this page again to see the answer.")),
        "leave-out": (actions.leave_out, _("It goes on without that number.")),
    }
    if deed not in deeds:
        return HttpResponse(status=404)
    sent = get_object_or_404(
        Transmission.objects.select_related("destination", "delivery__distribution"),
        destination=pk,
        number=number,
    )
    action, done = deeds[deed]
    return _do(request, pk, lambda _row, *, by: action(sent, by=by), done)


@for_administrators
@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a destination a new secret; its page shows it, once."""
    answer = _do(request, pk, actions.rotate, _("The secret is new."))
    _show(request, Destination.objects.get(pk=pk))
    return answer


@for_administrators
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Send nothing there any more."""
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box to say that you are sure."))
        return redirect("destination", pk=pk)
    return _do(request, pk, actions.close, _("Closed. Nothing goes there any more."))


@for_administrators
@require_POST
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a token; the page of its destination shows it, once."""
    row, form = get_object_or_404(Destination, pk=pk), TokenForm(request.POST)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {"token_name": ""}
    try:
        _made, secret = actions.make_token(
            row, given["token_name"], embargoed=bool(given.get("opens_embargoed")), by=_me(request)
        )
    except WireError as refusal:
        messages.error(request, str(refusal))
    else:
        return _page(request, row, DestinationForm.of(row), secret)
    return redirect("destination", pk=pk)


@for_administrators
@require_POST
def revoke(request: HttpRequest, pk: int, token: int) -> HttpResponse:
    """Let a token open nothing any more."""
    found = get_object_or_404(WireToken.objects.select_related("destination"), pk=token, destination=pk)
    return _do(
        request, pk, lambda _row, *, by: actions.revoke(found, by=by), _("The token opens nothing any more.")
    )


@for_press_and_administrators
def topics(request: HttpRequest) -> HttpResponse:
    """Say which Media Topics the topics of this newsroom are."""
    if not _me(request).may(Right.WRITE):
        refusal: HttpResponse = permission_denied(request)
        return refusal
    form = TopicsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.code_topics(form.codes, by=_me(request))
        except WireError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("wire_topics")
    known = beats.paths(get_language() or "en") if form.fields else []
    return render(request, "press/wire/topics.html", {"form": form, "known": known})


def _page(
    request: HttpRequest, row: Destination, form: DestinationForm | None, secret: str = ""
) -> HttpResponse:
    before = request.GET.get("before", "")
    queue = row.transmissions.select_related("item", "delivery")
    if before.isascii() and before.isdecimal():
        queue = queue.filter(number__lt=int(before[:18]))
    rows = list(queue.order_by("-number")[: PER_PAGE + 1])
    if form is not None and request.session.pop(_SHOW_ONCE, None) == row.pk:
        secret = secret_of(row.number)
    tests = Delivery.objects.filter(
        recipient_key=row.subject, distribution__purpose=TEST, distribution__object_key=row.subject
    )
    first = (
        row.transmissions.filter(turn=Turn.OPEN).order_by("number").values_list("number", flat=True).first()
    )
    context = {
        "row": row,
        "format": FORMATS[row.format].label,
        "way": Way(row.transport).label,
        "form": form,
        "token_form": TokenForm() if form and row.fetches else None,
        "tokens": row.tokens.all(),
        "queue": rows[:PER_PAGE],
        "older": rows[PER_PAGE - 1].number if len(rows) > PER_PAGE else None,
        "stuck": first if row.state == DestinationState.STOPPED else None,
        "secret": secret,
        "authorized": authorized_key(row.number, Site.current().address) if row.transport == Way.SFTP else "",
        "last_test": tests.order_by("-pk").first(),
        "feed": Site.current().address + reverse("wire_feed"),
        "may_read": _me(request).may(Right.WRITE),
    }
    answer = render(request, "press/wire/destination.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _show(request: HttpRequest, row: Destination) -> None:
    """Let the page of a destination show its secret, once."""
    if row.transport == Way.HTTPS:
        request.session[_SHOW_ONCE] = row.pk


def _do(request: HttpRequest, pk: int, deed: Callable[..., Any], done: str) -> HttpResponse:
    """Carry out an action on a destination and go back to its page."""
    row = get_object_or_404(Destination, pk=pk)
    try:
        deed(row, by=_me(request))
    except WireError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("destination", pk=pk)


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)
