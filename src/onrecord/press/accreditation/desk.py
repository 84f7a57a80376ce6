# SPDX-License-Identifier: Apache-2.0
"""The list of the accredited. Applications are judged in the queue of moderation."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import wraps
from io import StringIO
from typing import Concatenate, ParamSpec, cast

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from onrecord.delivery.desk.exports import harmless
from onrecord.journal import actions as journal
from onrecord.people.roles import Right, may, require
from onrecord.press.accreditation import doors, events
from onrecord.press.desk.guards import me
from onrecord.press.models import AccreditationStanding, Application, ApplicationState

PER_PAGE = 50
WAITING = (ApplicationState.WAITING,)
COLUMNS = ("name", "outlet", "role", "from", "until", "state", "limits")

Parameters = ParamSpec("Parameters")
Screen = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def _for_press_and_judges(screen: Screen[Parameters]) -> Screen[Parameters]:
    """Let in who writes and who judges; refuse everybody else before anything is read."""

    @wraps(screen)
    def guarded(
        request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        if not may(request.user, Right.MODERATE):
            require(request.user, Right.WRITE)
        return screen(request, *args, **kwargs)

    return cast("Screen[Parameters]", never_cache(guarded))


@_for_press_and_judges
@require_safe
def accredited(request: HttpRequest) -> HttpResponseBase:
    """List who is accredited now, by the last day; or others, by state."""
    which = request.GET.get("which", "")
    rows = _rows(which)
    after = Application.objects.filter(pk=_number(request.GET.get("after"))).first()
    if after is not None:
        rows = rows.filter(Q(ends_on__gt=after.ends_on) | Q(ends_on=after.ends_on, pk__gt=after.pk))
    found = list(rows.order_by("ends_on", "pk")[: PER_PAGE + 1])
    context = {
        "rows": [row for row in found[:PER_PAGE] if which or row.standing == AccreditationStanding.ADMITTED],
        "after": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "which": which,
        "waiting": Application.objects.filter(state__in=WAITING).count(),
        "judges": me(request).may(Right.MODERATE),
        "writes": me(request).may(Right.WRITE),
        "section": "accreditation",
        "today": timezone.localdate(),
    }
    return render(request, "press/accreditation/list.html", context)


@_for_press_and_judges
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one application: what was asked, how it stands; the card, to show it to a guard."""
    row = get_object_or_404(Application, pk=pk)
    context = {
        "row": row,
        "standing": row.standing,
        "card": doors.card_path(row) if row.standing == AccreditationStanding.ADMITTED else "",
        "judges": me(request).may(Right.MODERATE),
        "writes": me(request).may(Right.WRITE),
        "section": "accreditation",
    }
    return render(request, "press/accreditation/one.html", context)


@_for_press_and_judges
@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out who is accredited now, as CSV. The journal notes it first."""
    with transaction.atomic():
        journal.write(events.AccreditedExported(subject="accreditation"), by=me(request).as_actor())
    answer = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accredited.csv"'
    return answer


def _rows(which: str) -> QuerySet[Application]:
    rows = Application.objects.filter(reduced_at=None)
    if which == "waiting":
        return rows.filter(state__in=WAITING)
    if which == "all":
        return rows.exclude(state=ApplicationState.UNCONFIRMED)
    return rows.filter(state=ApplicationState.DECIDED, ends_on__gte=timezone.localdate())


def _lines() -> Iterator[str]:
    yield _line(COLUMNS)
    for row in _rows("").order_by("name", "pk").iterator(chunk_size=500):
        if row.standing == AccreditationStanding.ADMITTED:
            days = (row.begins_on.isoformat(), row.ends_on.isoformat())
            yield _line((row.name, row.outlet_name, row.role, *days, row.standing, "; ".join(row.limits)))


def _line(values: tuple[str, ...]) -> str:
    written = StringIO()
    csv.writer(written).writerow([harmless(value) for value in values])
    return written.getvalue()


def _number(text: str | None) -> int:
    return int(text[:18]) if text and text.isdecimal() else 0
