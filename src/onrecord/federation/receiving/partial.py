# SPDX-License-Identifier: Apache-2.0
"""Who follows from one server, shown to that server alone (FEP-8fcf): it has to sign its request."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from onrecord.federation.models import Actor, ActorKind
from onrecord.federation.receiving import fetching, verifying
from onrecord.federation.receiving.errors import Blocked, NotFromThem, ReceivingError, TooMuch
from onrecord.federation.sending import synchronising
from onrecord.outbound.addresses import host_of
from onrecord.people.models import Organisation
from onrecord.statements.answering import private

PLAIN = "text/plain; charset=utf-8"
STATUSES: dict[type[ReceivingError], int] = {NotFromThem: 401, Blocked: 403, TooMuch: 429}


@require_safe
@private
def followers_here(request: HttpRequest, name: str) -> HttpResponse:
    """Say who follows an account from the host that asks; an unsigned request learns nothing."""
    rows = Actor.objects.exclude(kind=ActorKind.INSTANCE).filter(name=name, closed_at=None)
    actor = rows.first() if Organisation.objects.exists() else None
    if actor is None:
        return HttpResponse(f"There is no account {name} here.\n", PLAIN, status=404)
    try:
        reader = verifying.reader_of(request)
    except ReceivingError as error:
        return HttpResponse(f"{error}\n", PLAIN, status=STATUSES.get(type(error), 401))
    document = synchronising.partial(actor, host_of(reader.uri))
    return HttpResponse(json.dumps(document), content_type=fetching.ACTIVITY_JSON)
