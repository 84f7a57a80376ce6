# SPDX-License-Identifier: Apache-2.0
"""Where the mail service reports what became of messages: `/mail/events/<service>`."""

from __future__ import annotations

import logging
from typing import Any  # the library publishes no types

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onrecord.delivery import mail
from onrecord.delivery.errors import BadRelay, NotYet
from onrecord.delivery.services import Service
from onrecord.delivery.transports.anymail.events import take
from onrecord.delivery.transports.anymail.library import library, webhook
from onrecord.people.strangers import counting

MOST_BYTES = 2 * 1024 * 1024
MOST_REFUSED = 30
"""Reports without the secret that one network may try in an hour."""
PURPOSE = "mail-events"

logger = logging.getLogger(__name__)


# The secret in the request says who reports; no cookie does, so another site could forge nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest, service: str) -> HttpResponse:
    """Take a report of the service that mail goes through; nobody else is listened to."""
    view = _view_of(service, request)
    if request.method != "POST":
        return _plain("The mail service reports here.")
    counters = counting.names(PURPOSE, reader=request.META.get("REMOTE_ADDR", ""), address="")
    counters.pop("all")
    if counting.seen(counters)["network"] >= MOST_REFUSED:
        return _plain("Too many reports without the secret. Try again in an hour.", 429)
    if not _length_of(request) <= MOST_BYTES:
        return _plain("A report is too long.", 413)
    try:
        view.run_validators(request)
    except library("exceptions").AnymailWebhookValidationFailure as error:
        counting.add(dict.fromkeys(counters.values(), 1))
        logger.warning("a report of %s was refused: %s", service, error)
        return _plain("The secret of ONRECORD_MAIL_WEBHOOK_SECRET is missing or wrong.", 403)
    try:
        found = view.parse_events(request)
    except Exception as error:  # what a service sends may be anything; it is told that it was not understood
        logger.warning("a report of %s cannot be read: %s: %s", service, type(error).__name__, error)
        return _plain("This report cannot be read.", 400)
    return _taken(found, service)


def _taken(found: list[Any], service: str) -> HttpResponse:
    put_off = 0
    for event in found:
        try:
            take(event, service)
        except NotYet:
            put_off += 1
    if put_off:
        response = _plain("The message that this is about is still being sent. Report it again.", 503)
        response["Retry-After"] = "60"
        return response
    return _plain("Noted.")


def _view_of(service: str, request: HttpRequest) -> Any:
    """Return anymail's view for the service that is set. Raises Http404 for any other."""
    try:
        relay = mail.relay()
        known = isinstance(relay, Service) and relay.name == service
        kind = webhook(service) if known and settings.ENVIRONMENT.mail_webhook_secret else None
    except BadRelay as error:
        raise Http404 from error
    if kind is None:
        raise Http404
    view = kind()
    view.setup(request)
    return view


def _length_of(request: HttpRequest) -> float:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else float("inf")


def _plain(text: str, status: int = 200) -> HttpResponse:
    response = HttpResponse(f"{text}\n", "text/plain; charset=utf-8", status=status)
    response["Cache-Control"] = "no-store"
    return response
