# SPDX-License-Identifier: Apache-2.0
"""Where a baked form fetches its ticket, and the work that goes with it."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from onrecord.people.strangers import tickets, work

_PURPOSE = re.compile(r"[a-z0-9-]{1,40}")
_ABOUT = re.compile(r"[A-Za-z0-9/_-]{0,80}")


@require_safe
def ticket(request: HttpRequest) -> HttpResponse:
    """Give a form that is about to be filled in a ticket and a challenge. Nothing is kept of who asked."""
    purpose, about = request.GET.get("purpose", ""), request.GET.get("about", "")
    if not _PURPOSE.fullmatch(purpose) or not _ABOUT.fullmatch(about):
        message = "Name the purpose of the form (letters, digits, hyphens), and what it is about."
        return HttpResponse(message, status=400, content_type="text/plain; charset=utf-8")
    given = tickets.issue(purpose, about)
    answer = JsonResponse({"ticket": given, "challenge": work.challenge(given)})
    answer["Cache-Control"] = "no-store"
    return answer
