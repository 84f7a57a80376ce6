# SPDX-License-Identifier: Apache-2.0
"""What is done about deliveries: pause, resume, cancel, try again, give up, take a list along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onrecord.delivery import actions, channels, counting, events, hosts, lacking, progress, suppression
from onrecord.delivery.desk import exports
from onrecord.delivery.desk.guards import delivery_for, distribution_for, for_watchers, me
from onrecord.delivery.desk.screens import back_to
from onrecord.delivery.errors import WrongState
from onrecord.delivery.models import Silence, State
from onrecord.journal import actions as journal
from onrecord.people.roles import Right, require


@for_watchers
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Pause, resume or cancel a distribution, or try again what failed of it."""
    if deed not in _DEEDS:
        raise Http404(_("There is no such button."))
    row, _channel = distribution_for(request, pk)
    action, told = _DEEDS[deed]
    try:
        action(row, by=me(request).as_actor())
        messages.success(request, told())
    except WrongState as refusal:
        messages.error(request, str(refusal))
    _count_again()
    return redirect(back_to(request, "deliveries_one", pk))


@for_watchers
@require_POST
def act_on_host(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Try again what failed at one host, or give up on what is pending there in the whole channel."""
    row, channel = distribution_for(request, pk)
    name, by = request.POST.get("host", ""), me(request).as_actor()
    if not name or deed not in {"retry", "give-up"}:
        raise Http404(_("There is no such button."))
    try:
        if deed == "retry":
            count = actions.retry(row, by=by, destination=name)
            told = ngettext("%d delivery is tried again.", "%d deliveries are tried again.", count)
        else:
            among = channels.distributions([channel])
            count = actions.give_up(row.transport, name, by=by, among=among)
            told = ngettext("%d delivery is given up.", "%d deliveries are given up.", count)
        messages.success(request, told % count)
    except WrongState as refusal:
        messages.error(request, str(refusal))
    _count_again()
    return redirect(back_to(request, "deliveries_one", pk))


@for_watchers
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one delivery again."""
    delivery, _channel = delivery_for(request, pk)
    try:
        if actions.retry_one(delivery, by=me(request).as_actor()):
            messages.success(request, _("It is tried again at once."))
        else:
            messages.info(request, _("There is nothing to try again: its state has changed meanwhile."))
    except WrongState as refusal:
        messages.error(request, str(refusal))
    _count_again()
    return redirect("deliveries_recipient", pk)


@for_watchers
@require_POST
def allow(request: HttpRequest) -> HttpResponse:
    """Let an address have mail again that does exist after all. It stands in the body, never in the URL."""
    require(request.user, Right.WRITE)
    address = request.POST.get("address", "")
    row = suppression.of(address)
    if row is not None and not row.may_be_lifted:
        messages.error(
            request,
            _("Only the owner of this address can ask for mail again, on the page “Follow”.")
            if row.reason == Silence.REQUEST
            else _("The owner of this address reported mail from here as unwanted. That is final."),
        )
    elif row is not None and actions.allow(address, reason=row.reason, by=me(request).as_actor()):
        messages.success(
            request,
            _("Mail may go to this address again. A subscription that has ended stays ended."),
        )
    return redirect(back_to(request, "deliveries"))


@for_watchers
@require_POST
def export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Hand out who got a distribution, and what became of it, as CSV. The journal notes it first."""
    row, channel = distribution_for(request, pk, recipients=True)
    host, asked = request.POST.get("host", ""), request.POST.get("state", "")
    states = [State(asked)] if asked in State.values else list(State)
    counts = hosts.one(row, host).counts if host else progress.of_one(row, channel).counts
    event = events.Exported(
        subject=f"distribution/{row.pk}",
        rows=sum(counts.get(state, 0) for state in states),
        destination=host,
        state=asked if len(states) == 1 else "",
    )
    with transaction.atomic():
        journal.write(event, by=me(request).as_actor())
    answer = StreamingHttpResponse(exports.rows(row, states, host), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="deliveries-{row.pk}.csv"'
    return answer


def _count_again() -> None:
    counting.forget()
    lacking.forget()


_DEEDS: dict[str, tuple[Callable[..., Any], Callable[[], str]]] = {
    "pause": (actions.pause, lambda: _("Paused. What is on its way still arrives.")),
    "resume": (actions.resume, lambda: _("It goes on.")),
    "cancel": (actions.cancel, lambda: _("Cancelled. Nothing more of it goes out.")),
    "retry": (actions.retry, lambda: _("What failed is tried again.")),
}
