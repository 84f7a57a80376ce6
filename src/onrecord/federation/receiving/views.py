# SPDX-License-Identifier: Apache-2.0
"""The inbox of the newsroom, shared by its accounts: it verifies and takes, handling comes after. And what
servers elsewhere may read of what was answered.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any  # JSON

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from onrecord.federation import objects
from onrecord.federation.models import Actor, Interaction, InteractionKind
from onrecord.federation.receiving import collections, fetching, limits, normal, taking, verifying
from onrecord.federation.receiving.errors import Blocked, Malformed, NotFromThem, ReceivingError, TooMuch
from onrecord.federation.receiving.handlers import quoting
from onrecord.outbound.addresses import host_of
from onrecord.people.errors import NotSetUp
from onrecord.statements.answering import private
from onrecord.statements.models import Publication

PLAIN = "text/plain; charset=utf-8"
STATUSES: dict[type[ReceivingError], HTTPStatus] = {
    Malformed: HTTPStatus.BAD_REQUEST,
    NotFromThem: HTTPStatus.UNAUTHORIZED,
    Blocked: HTTPStatus.FORBIDDEN,
    TooMuch: HTTPStatus.TOO_MANY_REQUESTS,
}


# Machines post, without a cookie; who they are is in the signature.
@csrf_exempt
@require_POST
@private
def shared_inbox(request: HttpRequest) -> HttpResponse:
    """Take an activity for whomever it concerns."""
    return _answer(request)


@csrf_exempt
@require_POST
@private
def inbox(request: HttpRequest, name: str) -> HttpResponse:
    """Take an activity for one account of the newsroom."""
    actor = Actor.objects.filter(name=name).first()
    if actor is None:
        return _said(HTTPStatus.NOT_FOUND, f"There is no account {name} here.")
    if actor.closed_at is not None:
        return _said(HTTPStatus.GONE, f"The account {name} is closed.")
    return _answer(request)


def _answer(request: HttpRequest) -> HttpResponse:
    body = _body(request)
    if body is None:
        text = f"The activity is too large. At most {normal.LARGEST} bytes are taken."
        return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
    try:
        _take(request, body)
    except ReceivingError as error:
        return _said(STATUSES[type(error)], str(error))
    except NotSetUp as error:
        return _said(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
    return HttpResponse("", PLAIN, status=HTTPStatus.ACCEPTED)


def _take(request: HttpRequest, body: bytes) -> None:
    reader = request.META.get("REMOTE_ADDR", "")
    message = verifying.message_of(request, body)
    claim = verifying.claim_of(message)
    activity = normal.activity(normal.read(body))
    verifying.refuse_blocked(host_of(claim.key_id), activity.kind)
    sender = verifying.sender_of(claim, activity, reader=reader)
    if sender is not None:
        taking.take(activity, sender, signature=message.headers.get("signature", ""), reader=reader)


def _body(request: HttpRequest) -> bytes | None:
    """Read what was posted; None if it is too large, in which case not all of it is read."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    if said.isdigit() and int(said) > normal.LARGEST:
        return None
    body = request.read(normal.LARGEST + 1)
    return body if len(body) <= normal.LARGEST else None


def _said(status: HTTPStatus, text: str) -> HttpResponse:
    again = {"Retry-After": str(limits.AGAIN_AFTER)} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return HttpResponse(f"{text}\n", PLAIN, status=status, headers=again)


@require_safe
def likes(_request: HttpRequest, key: str) -> HttpResponse:
    """Say how many like a statement."""
    return _document(collections.likes(_publication(key)))


@require_safe
def shares(_request: HttpRequest, key: str) -> HttpResponse:
    """Say how many shared a statement."""
    return _document(collections.shares(_publication(key)))


@require_safe
def replies(_request: HttpRequest, key: str) -> HttpResponse:
    """List the answers from elsewhere that are shown."""
    return _document(collections.replies(_publication(key)))


@require_safe
def quote(_request: HttpRequest, number: str) -> HttpResponse:
    """Show the stamp of a quote; one that was taken back is gone."""
    rows = Interaction.objects.select_related("publication")
    row = get_object_or_404(rows, kind=InteractionKind.QUOTE, number=number)
    if row.ended_at is not None:
        return _said(HTTPStatus.GONE, "This stamp was taken back.")
    return _document(quoting.stamp(row))


def _publication(key: str) -> Publication:
    found = objects.publication_of(key)
    if found is None:
        raise Http404
    return found


def _document(document: dict[str, Any]) -> HttpResponse:
    answer = HttpResponse(json.dumps(document, ensure_ascii=False), fetching.ACTIVITY_JSON)
    answer["Cache-Control"] = f"public, max-age={collections.SECONDS}"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Robots-Tag"] = "noindex"
    return answer
