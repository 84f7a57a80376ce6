# SPDX-License-Identifier: Apache-2.0
"""What this newsroom answers as a witness for the logs of others. Off until a log is followed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from onrecord.people.errors import NotSetUp
from onrecord.people.models import Organisation
from onrecord.people.strangers.counting import network_of
from onrecord.proof.submission import MAX_SIZE
from onrecord.record.models import FollowedLog
from onrecord.record.witnessing import answering
from onrecord.record.witnessing.answering import TEXT, Answer
from onrecord.record.witnessing.rates import Allowance

ALLOWANCE = Allowance(per_second=5, burst=60)
"""For each network that asks: a log with many releases at once needs three requests for each."""


@csrf_exempt
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Answer a log that asks for a cosignature. No cookie and no account is looked at."""
    try:
        own_origin = Organisation.current().origin
    except NotSetUp:
        own_origin = ""
    if not own_origin or not FollowedLog.objects.filter(active=True).exists():
        return _response(Answer(404, b"This newsroom is a witness for nobody.\n"))
    if not ALLOWANCE.take(network_of(request.META.get("REMOTE_ADDR", ""))):
        refused = _response(Answer(429, b"Too many requests. Ask again in a minute.\n"))
        refused["Retry-After"] = "60"
        return refused
    body = request.read(MAX_SIZE + 1)
    if len(body) > MAX_SIZE:
        return _response(Answer(413, f"At most {MAX_SIZE} bytes are read.\n".encode()))
    return _response(answering.add_checkpoint(body, own_origin=own_origin))


@require_safe
def checkpoint(_request: HttpRequest, hashed_origin: str) -> HttpResponse:
    """Show the newest checkpoint that was cosigned for a log."""
    return _response(answering.newest_checkpoint(hashed_origin))


@require_safe
def evidence(_request: HttpRequest, hashed_origin: str, number: int) -> HttpResponse:
    """Show two checkpoints of a log that cannot both be true."""
    return _response(answering.evidence(hashed_origin, number))


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.media_type)
    response["Cache-Control"] = "no-store"
    if answer.media_type == TEXT and answer.status == 200:
        response["Access-Control-Allow-Origin"] = "*"
    return response
