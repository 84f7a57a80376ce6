# SPDX-License-Identifier: Apache-2.0
"""How many follow an account, as servers elsewhere may read it. Who follows is not told."""

from __future__ import annotations

import json

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from onrecord.federation import actors
from onrecord.federation.models import Actor, ActorKind, Follow
from onrecord.federation.sending.actions import CONTEXT
from onrecord.federation.sending.transport import CONTENT_TYPE
from onrecord.people.models import Organisation

SECONDS = 60
"""How long the number may be old."""


@require_safe
def followers(_request: HttpRequest, name: str) -> HttpResponse:
    """Say how many follow an account."""
    rows = Actor.objects.exclude(kind=ActorKind.INSTANCE).filter(name=name, closed_at=None)
    actor = rows.first() if Organisation.objects.exists() else None
    if actor is None:
        raise Http404
    number = cache.get_or_set(
        f"federation/followers/{actor.pk}",
        Follow.objects.filter(actor=actor, ended_at=None).count,
        SECONDS,
    )
    document = {
        "@context": CONTEXT,
        "id": actors.followers_of(actor),
        "type": "OrderedCollection",
        "totalItems": number,
    }
    answer = HttpResponse(json.dumps(document), content_type=CONTENT_TYPE)
    answer["Cache-Control"] = f"public, max-age={SECONDS}"
    return answer
