# SPDX-License-Identifier: Apache-2.0
"""Files that belong to what is judged: for whoever judges it, to be saved, never shown as a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from onrecord.moderation import manners
from onrecord.moderation.desk.entering import me, only
from onrecord.moderation.errors import NoSuchItem
from onrecord.moderation.models import Case
from onrecord.people.roles import Right


@only(Right.MODERATE, Right.HEAR_APPEALS, Right.HEAR_ASSIGNED)
def item_file(request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """Give out a file of the thing that a case is about; outside the staff only to who hears its appeal."""
    case, person = get_object_or_404(Case, pk=pk), me(request)
    if person.is_outside and not case.appeals.filter(reviewer=person).exists():
        raise Http404
    try:
        found = manners.file_of(case.item_kind, case.item_key, place)
    except NoSuchItem as error:
        raise Http404 from error
    if found is None:
        raise Http404
    answer = HttpResponse(found.body, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{pk}-{place + 1}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
