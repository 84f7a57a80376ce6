# SPDX-License-Identifier: Apache-2.0
"""The screens about distributions: composed, looked at, approved, sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from onrecord.delivery import channels, progress
from onrecord.delivery.models import Distribution
from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.desk.guards import for_writers, me, tried
from onrecord.press.distributions import actions, editions
from onrecord.press.distributions.audience import Audience
from onrecord.press.distributions.forms import ComposeForm, PolicyForm
from onrecord.press.embargoes import actions as embargoes
from onrecord.press.embargoes import texts
from onrecord.press.errors import PressError
from onrecord.press.models import DistributionPolicy, Embargo, EmbargoState, PressDistribution, Stage
from onrecord.statements.desk import moments
from onrecord.statements.desk.links import StatementLink
from onrecord.statements.models import Statement
from onrecord.statements.pages import languages

PER_PAGE = 30
OPEN = (Stage.DRAFT, Stage.WAITING, Stage.SCHEDULED, Stage.HELD)


@for_writers
def distributions(request: HttpRequest) -> HttpResponse:
    """List the distributions, newest first."""
    rows = PressDistribution.objects.select_related("statement__locale", "made_by")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal():
        rows = rows.filter(pk__lt=int(before[:18]))
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    context = {
        "rows": found[:PER_PAGE],
        "more": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "section": "distributions",
    }
    return render(request, "press/distributions/list.html", context)


@for_writers
def compose(request: HttpRequest, statement: int) -> HttpResponse:
    """Ask what is sent of a statement, and to whom."""
    about = get_object_or_404(Statement.objects.select_related("locale"), pk=statement)
    return _composed(request, about, None)


@for_writers
def compose_early(request: HttpRequest, statement: int) -> HttpResponse:
    """Ask the same of a text that is under embargo."""
    about = get_object_or_404(Statement.objects.select_related("locale"), pk=statement)
    if not texts.waiting_family(about):
        messages.error(request, _("Nothing of this statement is under embargo. Give it a moment first."))
        return redirect("statements:edit", about.pk)
    return _composed(request, about, None, early=True)


@for_writers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the same again, of a draft."""
    row = _row(pk)
    if row.stage != Stage.DRAFT or row.statement is None:
        messages.error(request, _("Only a draft can be changed. Take it back first."))
        return redirect("press_distribution", pk=pk)
    return _composed(request, row.statement, row, early=row.embargoed)


@for_writers
@require_safe
def distribution(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who would get it now, how it looks, and what can be done with it."""
    row = _row(pk)
    context: dict[str, Any] = {
        "row": row,
        "policy": DistributionPolicy.current(),
        "moment": moments.in_words(row.send_at, row.zone) if row.send_at else "",
        "mine": row.authors.filter(pk=me(request).pk).exists(),
        "may_approve": me(request).may(Right.APPROVE),
        "is_open": row.stage in OPEN,
        "embargo": Embargo.objects.filter(links__distribution=row).distinct().first(),
        "section": "distributions",
    }
    if row.stage in OPEN:
        context |= _looked_at(row)
    else:
        context["lines"] = _lines(row, me(request))
    return render(request, "press/distributions/one.html", context)


@for_writers
@require_safe
@xframe_options_sameorigin
def preview(request: HttpRequest, pk: int, variant: str) -> HttpResponse:
    """Show one of its mails as a recipient would read it; as text with `?text`."""
    row = _row(pk)
    try:
        mail = actions.preview(row, variant, _("Jan Reporter"))
    except PressError as refusal:
        return HttpResponse(str(refusal), "text/plain; charset=utf-8")
    if mail is None:
        raise Http404
    if "text" in request.GET:
        return HttpResponse(mail.text, "text/plain; charset=utf-8")
    return HttpResponse(mail.html)


@for_writers
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Send, test, approve, take back or cancel one."""
    deeds: dict[str, tuple[Callable[..., Any], str]] = {
        "send": (actions.send, ""),
        "test": (actions.test, _("A test is on its way to you.")),
        "approve": (actions.approve, _("Approved.")),
        "take-back": (actions.take_back, _("It is a draft again.")),
        "cancel": (actions.cancel, _("It will not be sent.")),
        "let-go": (actions.let_go, _("It goes out.")),
    }
    if deed not in deeds:
        raise Http404
    action, done = deeds[deed]
    row = _row(pk)
    more = {"remark": request.POST.get("remark", "")} if deed == "take-back" else {}
    if tried(request, lambda: action(row, by=me(request), **more), done) and deed == "send":
        row.refresh_from_db()
        waits = row.stage == Stage.WAITING
        said = _("Somebody else has to approve it now.") if waits else _("It goes out.")
        messages.success(request, _("It has a date.") if row.stage == Stage.SCHEDULED else said)
    return redirect("press_distribution", pk=pk)


@for_writers
def policy(request: HttpRequest) -> HttpResponse:
    """Show how this newsroom sends to the press; editors change it."""
    may_change = me(request).may(Right.APPROVE)
    current = DistributionPolicy.current()
    form = PolicyForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if tried(request, lambda: actions.change_policy(**given, by=me(request)), _("Saved.")):
            return redirect("press_policy")
    context = {"form": form, "policy": current, "may_change": may_change, "section": "distributions"}
    return render(request, "press/distributions/policy.html", context)


def links(statement: Statement, user: User) -> Iterable[StatementLink]:
    """Return what stands beside a statement at the desk: what went to the press, and the way to send more."""
    if not user.may(Right.WRITE):
        return
    if editions.published(statement):
        yield StatementLink(_("Send to the press"), reverse("press_distribution_add", args=[statement.pk]))
    if texts.waiting_family(statement):
        address = reverse("press_embargo_add", args=[statement.pk])
        yield StatementLink(_("Send under embargo"), address, offered=True)
    family = [one.pk for one in editions.family(statement)]
    for embargo in Embargo.objects.filter(statement__in=family).order_by("-pk")[:5]:
        label = _("Embargo: %(state)s") % {"state": EmbargoState(embargo.state).label}
        yield StatementLink(label, reverse("press_embargo", args=[embargo.pk]))
    for row in PressDistribution.objects.filter(statement__in=family).order_by("-pk")[:5]:
        label = _("Press: %(stage)s") % {"stage": Stage(row.stage).label}
        yield StatementLink(label, reverse("press_distribution", args=[row.pk]), str(row.count or ""))


def _composed(
    request: HttpRequest, about: Statement, row: PressDistribution | None, *, early: bool = False
) -> HttpResponse:
    form = ComposeForm(
        request.POST or None,
        statement=about,
        embargoed=early,
        initial=ComposeForm.initial_of(row) if not request.POST else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data.get("seal"):
                embargoes.seal(about, by=me(request))
            if row is None:
                begin = actions.compose_early if early else actions.compose
                row = begin(about, form.given, by=me(request))
            else:
                row = actions.change(row, form.given, by=me(request))
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("press_distribution", pk=row.pk)
    waits = list(texts.waiting_family(about).values()) if early else []
    if waits and all(one.sealed for one in waits):
        form.fields.pop("seal", None)
    context = {
        "form": form,
        "about": about,
        "row": row,
        "embargoed": early,
        "embargo_words": [moments.in_words(one.until, one.zone) for one in waits],
        "section": "distributions",
    }
    return render(request, "press/distributions/compose.html", context)


def _looked_at(row: PressDistribution) -> dict[str, Any]:
    try:
        found = actions.audience_of(row)
        previews = actions.previews(row)
    except PressError as refusal:
        return {"refused": str(refusal)}
    return {
        "found": found,
        "count": len(found),
        "by_language": [(languages.own_name(one), count) for one, count in found.by_language],
        "asks_approval": actions.needs_approval(row, len(found)),
        "previews": [
            (variant, mail.subject, languages.own_name(mail.language), _note(found, variant))
            for variant, mail in previews.items()
        ],
    }


def _note(found: Audience, variant: str) -> str:
    number = int(variant.rpartition("-")[2])
    return found.notes[number] if number < len(found.notes) else ""


def _lines(row: PressDistribution, user: User) -> list[progress.Progress]:
    """Return how it goes out, as far as the ledger knows."""
    from_ledger = []
    for one in Distribution.objects.filter(transport="smtp", purpose=row.purpose).order_by("pk"):
        channel = channels.of(one)
        if channel is not None and channel.shows_counts_to(user):
            from_ledger.append(progress.of_one(one, channel))
    return from_ledger


def _row(pk: int) -> PressDistribution:
    return get_object_or_404(
        PressDistribution.objects.select_related("statement__locale", "made_by", "approved_by"), pk=pk
    )
