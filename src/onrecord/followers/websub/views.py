# SPDX-License-Identifier: Apache-2.0
"""The hub's one address. It only takes requests in; whoever is named in them is asked later."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onrecord.followers.errors import BadRequest
from onrecord.followers.websub import actions
from onrecord.followers.websub.tasks import verify
from onrecord.people.errors import NotSetUp
from onrecord.people.strangers.errors import TooOften
from onrecord.statements.answering import private

PLAIN = "text/plain; charset=utf-8"


# Machines ask, without a cookie. What is asked changes nothing until the callback has confirmed it.
@csrf_exempt
@require_POST
@private
def hub(request: HttpRequest) -> HttpResponse:
    """Take in a request to subscribe to a feed, or to unsubscribe (WebSub, section 5.1)."""
    try:
        actions.ask(request.POST, reader=request.META.get("REMOTE_ADDR", ""))
    except BadRequest as error:
        return HttpResponse(f"{error}\n", PLAIN, status=400)
    except TooOften as error:
        return HttpResponse(f"{error}\n", PLAIN, status=429, headers={"Retry-After": "3600"})
    except NotSetUp as error:
        return HttpResponse(f"{error}\n", PLAIN, status=503)
    verify.enqueue()
    return HttpResponse("", PLAIN, status=202)
