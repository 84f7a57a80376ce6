# SPDX-License-Identifier: Apache-2.0
"""What the administrator sees of witnesses, and which action each button calls."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.people.desk import for_administrators
from onrecord.people.models import Organisation, User
from onrecord.proof.submission import origin_hash
from onrecord.record import keys
from onrecord.record.errors import BadLogKey, BadWitness, KeyMissing, KeyUnreadable
from onrecord.record.forms import FollowForm, WitnessForm
from onrecord.record.models import Evidence, FollowedLog, LogHead, Witness
from onrecord.record.witnesses import asking, roster, standing
from onrecord.record.witnesses.wording import answer_of, told
from onrecord.record.witnessing import following


@for_administrators
def witnesses(request: HttpRequest) -> HttpResponse:
    """Show who is asked and what they said, for whom this newsroom is a witness, and add either."""
    return _screen(request, WitnessForm(), FollowForm())


@for_administrators
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Ask one more witness."""
    form = WitnessForm(request.POST)
    if form.is_valid():
        try:
            added = roster.add(**form.cleaned_data, by=_me(request))
        except BadWitness as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is asked from now on.") % {"name": added.name})
            return redirect("witnesses")
    return _screen(request, form, FollowForm())


@for_administrators
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a witness no longer."""
    found = get_object_or_404(Witness, pk=pk)
    roster.remove(found, by=_me(request))
    messages.success(request, _("%(name)s is no longer asked.") % {"name": found.name})
    return redirect("witnesses")


@for_administrators
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask all witnesses now, those that rest included."""
    gathered = asking.ask_everybody(by=_me(request))
    messages.success(request, _("%(count)d have cosigned.") % {"count": gathered.cosigned})
    return redirect("witnesses")


@for_administrators
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Be a witness for one more log."""
    form = FollowForm(request.POST)
    if form.is_valid():
        try:
            log = following.follow(form.cleaned_data["vkeys"].split(), by=_me(request))
        except BadLogKey as refusal:
            form.add_error("vkeys", str(refusal))
        else:
            messages.success(
                request, _("This newsroom is a witness for %(log)s from now on.") % {"log": log.origin}
            )
            return redirect("witnesses")
    return _screen(request, WitnessForm(), form)


@for_administrators
@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    """Be a witness for a log no longer."""
    log = get_object_or_404(FollowedLog, pk=pk)
    following.unfollow(log, by=_me(request))
    messages.success(request, _("This newsroom is no longer a witness for %(log)s.") % {"log": log.origin})
    return redirect("witnesses")


def _screen(request: HttpRequest, form: WitnessForm, follow_form: FollowForm) -> HttpResponse:
    origin = Organisation.current().origin
    followed = list(FollowedLog.objects.filter(active=True))
    context = {
        "witnesses": [(row, answer_of(row)) for row in Witness.objects.filter(active=True)],
        "told": told(standing.standing()),
        "size": LogHead.objects.values_list("size", flat=True).first() or 0,
        "form": form,
        "log_key": _log_key(origin),
        "followed": followed,
        "evidence": [
            (kept, reverse("witness_evidence", args=[origin_hash(kept.log.origin), kept.number]))
            for kept in Evidence.objects.select_related("log").order_by("-found_at")[:20]
        ],
        "follow_form": follow_form,
        "own_key": following.witness_key(origin).public.vkey if followed else "",
        "own_url": f"{Organisation.current().address.rstrip('/')}/witness",
    }
    return render(request, "record/desk/witnesses.html", context)


def _log_key(origin: str) -> str:
    try:
        return keys.public_keys(origin).log.vkey
    except (KeyMissing, KeyUnreadable):  # the first release makes it
        return ""


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)
