# SPDX-License-Identifier: Apache-2.0
"""The screens about journalists and outlets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onrecord.delivery.models import Delivery
from onrecord.delivery.suppression import suppressed
from onrecord.people.models import Organisation
from onrecord.press import actions
from onrecord.press.actions.journalists import RoleEntry, wishes_of
from onrecord.press.comparing import outlet_key, person_key
from onrecord.press.desk.forms import JournalistForm, OutletForm, RoleForms
from onrecord.press.desk.guards import for_writers, me, tried
from onrecord.press.errors import PressError
from onrecord.press.models import DestinationState, Journalist, Outlet, StopReason

PER_PAGE = 50


@for_writers
def journalists(request: HttpRequest) -> HttpResponse:
    """List journalists by name; those that a search finds, or those who were not told yet."""
    asked = request.GET.get("q", "").strip()[:200]
    rows = Journalist.objects.select_related("contact").prefetch_related("roles__outlet")
    if asked:
        rows = _found(rows, asked)
    if request.GET.get("show") == "not-told":
        rows = rows.filter(pk__in=actions.not_noticed().values("pk"))
    after = Journalist.objects.filter(pk=_number(request.GET.get("after"))).first()
    if after is not None:
        rows = rows.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk))
    found = list(rows.order_by("name", "pk")[: PER_PAGE + 1])
    context = {
        "rows": found[:PER_PAGE],
        "after": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "q": asked,
        "show": request.GET.get("show", ""),
        "not_told": actions.not_noticed().count(),
        "count": Journalist.objects.count(),
        "section": "journalists",
        "today": timezone.localdate(),
    }
    return render(request, "press/journalists.html", context)


@for_writers
def add_journalist(request: HttpRequest) -> HttpResponse:
    """Ask for a new journalist."""
    form, roles = JournalistForm(request.POST or None), RoleForms(request.POST or None, prefix="role")
    if request.method == "POST" and form.is_valid() and roles.is_valid():
        try:
            row = actions.add_journalist(form.entry(_entered(roles)), by=me(request))
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is on the press list.") % {"name": row.name})
            return redirect("press_journalist", pk=row.pk)
    elif request.method != "POST":
        form.initial = {"languages": [Organisation.current().default_language]}
    return render(request, "press/journalist.html", {"form": form, "roles": roles, "section": "journalists"})


@for_writers
def journalist(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is kept of a journalist, to be changed, and what they were sent."""
    row = get_object_or_404(Journalist.objects.select_related("contact"), pk=pk)
    form, roles = JournalistForm.of(row), RoleForms(initial=_present(row), prefix="role")
    if request.method == "POST":
        form = JournalistForm(request.POST, chosen=wishes_of(row))
        roles = RoleForms(request.POST, prefix="role")
        if form.is_valid() and roles.is_valid():
            try:
                entry = form.entry(_entered(roles), language=row.language)
                actions.change_journalist(row, entry, by=me(request))
            except PressError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("press_journalist", pk=pk)
    sent = Delivery.objects.filter(recipient=row.address).select_related("distribution").order_by("-pk")
    context = {
        "row": row,
        "form": form,
        "roles": roles,
        "sent": list(sent[:30]) if row.address else [],
        "silent": bool(row.address) and bool(suppressed([row.address])),
        "lists": [one.media_list for one in row.memberships.select_related("media_list")],
        "section": "journalists",
    }
    return render(request, "press/journalist.html", context)


@for_writers
@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Stop, resume or erase a journalist who asked for it on the telephone."""
    row = get_object_or_404(Journalist.objects.select_related("contact"), pk=pk)
    if deed == "stop":
        actions.stop(row, StopReason.STAFF, by=me(request).as_actor())
        messages.success(request, _("Nothing more is sent."))
    elif deed == "resume":
        actions.resume(row, by=me(request))
        messages.success(request, _("%(name)s is written to again.") % {"name": row.name})
    elif deed == "erase" and request.POST.get("sure") == "yes":
        actions.erase(row, by=me(request).as_actor())
        messages.success(request, _("Erased. A mark stays that the address wants no mail."))
        return redirect("press")
    else:
        messages.error(request, _("Tick the box to say that you are sure."))
    return redirect("press_journalist", pk=pk)


@for_writers
@require_POST
def give_notice(request: HttpRequest) -> HttpResponse:
    """Tell everybody who was not told yet that they are listed."""
    told = 0

    def deed() -> None:
        nonlocal told
        told = actions.give_notice(by=me(request))

    if tried(request, deed, ""):
        message = ngettext("%(count)d person is told by mail.", "%(count)d people are told by mail.", told)
        messages.success(request, message % {"count": told})
    return redirect("press")


@for_writers
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show entries that are probably one person; POST makes one of two."""
    if request.method == "POST":
        ids = [_number(request.POST.get(name)) for name in ("keep", "other")]
        keep, other = (get_object_or_404(Journalist, pk=number) for number in ids)
        tried(
            request,
            lambda: actions.merge(keep, other, by=me(request)),
            _("Merged into %(name)s.") % {"name": keep.name},
        )
        return redirect("press_duplicates")
    return render(request, "press/duplicates.html", {"groups": actions.duplicates(), "section": "duplicates"})


@for_writers
def outlets(request: HttpRequest) -> HttpResponse:
    """List outlets by name, with how many work there now."""
    asked = request.GET.get("q", "").strip()[:200]
    rows = Outlet.objects.all()
    if asked:
        rows = rows.filter(name_key__contains=outlet_key(asked))
    after = Outlet.objects.filter(pk=_number(request.GET.get("after"))).first()
    if after is not None:
        rows = rows.filter(Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk))
    here = Count("roles", filter=Q(roles__until=None))
    found = list(rows.order_by("name", "pk").annotate(people=here)[: PER_PAGE + 1])
    context = {
        "rows": found[:PER_PAGE],
        "after": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "q": asked,
        "section": "outlets",
    }
    return render(request, "press/outlets.html", context)


@for_writers
def add_outlet(request: HttpRequest) -> HttpResponse:
    """Ask for a new outlet."""
    form = OutletForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_outlet(form.entry, by=me(request))
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("press_outlet", pk=row.pk)
    return render(request, "press/outlet.html", {"form": form, "section": "outlets"})


@for_writers
def outlet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an outlet, to be changed, and who works there."""
    row = get_object_or_404(Outlet, pk=pk)
    form = OutletForm.of(row)
    if request.method == "POST":
        form = OutletForm(request.POST)
        if form.is_valid():
            try:
                actions.change_outlet(row, form.entry, by=me(request))
            except PressError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("press_outlet", pk=pk)
    roles = row.roles.select_related("journalist").order_by("until", "journalist__name")[:200]
    context = {
        "row": row,
        "form": form,
        "roles": roles,
        "destinations": row.destinations.exclude(state=DestinationState.CLOSED),
        "section": "outlets",
    }
    return render(request, "press/outlet.html", context)


def _found(rows: QuerySet[Journalist], asked: str) -> QuerySet[Journalist]:
    """Find by a whole address, or by parts of a name, or by the beginning of an outlet's name."""
    if "@" in asked:
        return rows.filter(contact__address=asked.lower())
    there = Outlet.objects.filter(name_key__startswith=outlet_key(asked))
    wanted = Q(roles__outlet__in=there)
    named = Q()
    for word in person_key(asked).split():
        named &= Q(name_key__contains=word)
    return rows.filter(named | wanted).distinct() if named else rows.none()


def _present(row: Journalist) -> list[dict[str, Any]]:
    roles = row.roles.select_related("outlet").order_by("-until", "pk")
    return [
        {"outlet": [one.outlet.name], "title": one.title, "since": one.since, "until": one.until}
        for one in roles
    ]


def _entered(roles: Any) -> list[RoleEntry]:  # Django's formsets have no type of their own
    return [
        RoleEntry(each["outlet"][0], each["title"], each["since"], each["until"])
        for each in (form.cleaned_data for form in roles)
        if each.get("outlet")
    ]


def _number(text: str | None) -> int:
    return int(text[:18]) if text and text.isdecimal() else 0
