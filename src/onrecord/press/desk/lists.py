# SPDX-License-Identifier: Apache-2.0
"""The screens about media lists: who is on them now, and by what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onrecord.press import actions, beats, segments
from onrecord.press.comparing import outlet_key, person_key
from onrecord.press.desk.forms import MOST_SUGGESTED, ListForm
from onrecord.press.desk.guards import for_writers, me, tried
from onrecord.press.errors import PressError
from onrecord.press.models import (
    Criterion,
    Field,
    Journalist,
    ListKind,
    Match,
    MediaList,
    Medium,
    Outlet,
)
from onrecord.press.places import countries, languages

SHOWN = 25


@for_writers
def lists(request: HttpRequest) -> HttpResponse:
    """List the media lists, each with how many are on it now; POST makes one."""
    form = ListForm(request.POST or None, initial={"kind": ListKind.CRITERIA, "match": Match.ALL})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = actions.add_list(
                given["name"],
                ListKind(given["kind"]),
                match=Match(given["match"] or Match.ALL),
                note=given["note"],
                by=me(request),
            )
        except PressError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("press_list", pk=row.pk)
    rows = MediaList.objects.filter(archived_at=None).prefetch_related("criteria")
    context = {
        "rows": [(row, segments.count(row)) for row in rows],
        "form": form,
        "section": "lists",
    }
    return render(request, "press/lists.html", context)


@for_writers
def media_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a list: by what, how many, and the first of them."""
    row = get_object_or_404(MediaList, pk=pk)
    people = segments.members(row)
    context: dict[str, Any] = {
        "row": row,
        "count": segments.count(row),
        "people": people.select_related("contact")
        .prefetch_related("roles__outlet")
        .order_by("name", "pk")[:SHOWN],
        "criteria": [(one, _named(one)) for one in row.criteria.all()],
        "matches": Match.choices,
        "section": "lists",
        "q": request.GET.get("q", ""),
    }
    if row.kind == ListKind.CRITERIA:
        context |= _offered()
    elif context["q"]:
        context["found"] = _found(context["q"])
    return render(request, "press/list.html", context)


@for_writers
@require_POST
def change_list(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Change one thing about a list: its name, a criterion, a member, whether it is offered."""
    row = get_object_or_404(MediaList, pk=pk)
    given = request.POST

    def rename() -> None:
        match = Match(given["match"]) if given.get("match") in Match.values else Match(row.match)
        actions.change_list(
            row, given.get("name", ""), match=match, note=given.get("note", ""), by=me(request)
        )

    def ask() -> None:
        field = Field(given["field"]) if given.get("field") in Field.values else Field.BEAT
        values = [_value_of(field, one) for one in given.getlist("value") if one.strip()]
        actions.add_criterion(row, field, values, excludes=given.get("excludes") == "yes", by=me(request))

    def unask() -> None:
        criterion = get_object_or_404(Criterion, pk=given.get("criterion") or 0, media_list=row)
        actions.remove_criterion(criterion, given.get("value") or None, by=me(request))

    def put() -> None:
        people = Journalist.objects.filter(
            pk__in=[int(one) for one in given.getlist("journalist") if one.isdecimal()]
        )
        actions.add_member(row, list(people), by=me(request))

    def take() -> None:
        person = get_object_or_404(Journalist, pk=given.get("journalist") or 0)
        actions.remove_member(row, person, by=me(request))

    deeds = {"rename": rename, "ask": ask, "unask": unask, "put": put, "take": take}
    if deed == "archive":
        actions.archive(row, by=me(request))
        messages.success(request, _("“%(name)s” is offered no more.") % {"name": row.name})
        return redirect("press_lists")
    if deed in deeds:
        tried(request, deeds[deed], "")
    return redirect("press_list", pk=pk)


@for_writers
@require_POST
def export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Give who is on a list now as a table for other programs; the journal notes who took it."""
    row = get_object_or_404(MediaList, pk=pk)
    answer = StreamingHttpResponse(actions.export_list(row, by=me(request)), content_type="text/csv")
    answer["Content-Disposition"] = f'attachment; filename="press-list-{row.pk}.csv"'
    return answer


def _value_of(field: Field, text: str) -> str:
    """Return what somebody chose or typed as it is kept."""
    if field == Field.BEAT:
        return beats.found(text)
    if field == Field.OUTLET:
        found = Outlet.objects.filter(name_key=outlet_key(text)).first()
        return str(found.pk) if found else text
    return text


def _named(criterion: Criterion) -> list[tuple[str, str]]:
    """Return the values of a criterion with their names."""
    language = get_language() or "en"
    values = [str(one) for one in criterion.values]
    if criterion.field == Field.BEAT:
        return [(one, beats.label(one, language)) for one in values]
    if criterion.field == Field.LANGUAGE:
        return [(one, languages().get(one, one)) for one in values]
    if criterion.field == Field.COUNTRY:
        return [(one, countries(language).get(one, one)) for one in values]
    if criterion.field == Field.MEDIUM:
        named = dict(Medium.choices)
        return [(one, str(named.get(one, one))) for one in values]
    outlets = dict(Outlet.objects.filter(pk__in=values).values_list("pk", "name"))
    return [(one, outlets.get(int(one), one)) for one in values]


def _offered() -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "beats": [path for _code, path in beats.paths(language)],
        "languages": languages().items(),
        "countries": countries(language).items(),
        "media": Medium.choices,
        "outlets": Outlet.objects.values_list("name", flat=True)[:MOST_SUGGESTED],
    }


def _found(asked: str) -> list[Journalist]:
    rows = Journalist.objects.select_related("contact").prefetch_related("roles__outlet")
    for word in person_key(asked[:200]).split():
        rows = rows.filter(name_key__contains=word)
    return list(rows.order_by("name", "pk")[:SHOWN])
