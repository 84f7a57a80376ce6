# SPDX-License-Identifier: Apache-2.0
"""WebFinger, over HTTP. It reads only, and sets no cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from onrecord.identity import webfinger as resources
from onrecord.people.errors import NotSetUp

CACHED_SECONDS = 300
TEXT = "text/plain; charset=utf-8"


@require_safe
def webfinger(request: HttpRequest) -> HttpResponse:
    """Answer `/.well-known/webfinger?resource=…`; 400 without one resource, 404 if unknown, 410 if gone."""
    asked = request.GET.getlist("resource")
    if len(asked) != 1 or not asked[0] or len(asked[0]) > resources.LONGEST:
        return _open(
            HttpResponse("Ask for one resource, as ?resource=acct:newsroom@example.org.\n", TEXT, 400)
        )
    try:
        found = resources.answer(asked[0], request.GET.getlist("rel"))
    except NotSetUp:
        found = None
    except resources.Ended:
        return _open(HttpResponse("Who had this name is here no more.\n", TEXT, 410))
    if found is None:
        return _open(HttpResponse("Nobody of this name is known here.\n", TEXT, 404))
    answer = HttpResponse(found, resources.MEDIA_TYPE)
    answer["Cache-Control"] = f"public, max-age={CACHED_SECONDS}"
    return _open(answer)


def _open(answer: HttpResponse) -> HttpResponse:
    """Let scripts of any site read the answer (RFC 7033, 5)."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
