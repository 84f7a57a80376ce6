# SPDX-License-Identifier: Apache-2.0
"""Asking callbacks whether they mean it (WebSub, section 5.3), and what changes when they do."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Generator
from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.followers import events
from onrecord.followers.websub.actions import asking
from onrecord.followers.websub.actions.sending import SUBSCRIBER, recipient
from onrecord.followers.websub.models import FeedRequest, FeedSubscription, Mode
from onrecord.journal import actions as journal
from onrecord.outbound import OutboundError, Response
from onrecord.outbound.conversations import Question, converse
from onrecord.outbound.errors import BadAddress, RefusedAddress
from onrecord.statements.pages.site import Site

AT_ONCE = 16
SECONDS = 10.0
LONGEST_ANSWER = 1_000
"""Bytes: a challenge has 43."""
TRY_AGAIN = (timedelta(minutes=1), timedelta(minutes=10))
"""After how long a callback that cannot be reached is asked again; then the request is dropped."""
_CLAIMED = timedelta(seconds=60)


def anything_due() -> bool:
    """Tell whether somebody has to be asked now."""
    return FeedRequest.objects.filter(due_at__lte=timezone.now()).exists()


def verify_due() -> int:
    """Ask the callbacks of all requests that are due; return how many subscriptions that changed.

    Safe in several processes at once: each request is claimed for a minute.
    """
    changed = 0
    while claimed := _claim():
        changed += sum(converse([_verify(request) for request in claimed], seconds=SECONDS))
    return changed


def _claim() -> list[FeedRequest]:
    """Take requests that are due, by moving the moment at which they are."""
    now = timezone.now()
    rows = FeedRequest.objects.filter(due_at__lte=now).order_by("due_at")[:AT_ONCE]
    claimed = []
    for row in rows:
        if FeedRequest.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=now + _CLAIMED):
            row.due_at = now + _CLAIMED
            claimed.append(row)
    return claimed


def _verify(request: FeedRequest) -> Generator[Question, Response | OutboundError, bool]:
    """Ask one callback, and act on what it answers. Runs between requests, never inside a transaction."""
    if reason := _against(request):
        yield _question(request, Mode.DENIED, {"hub.reason": reason})
        _drop(request)
        return False
    challenge = secrets.token_urlsafe(32)
    fields = {"hub.challenge": challenge}
    if request.mode == Mode.SUBSCRIBE:
        fields["hub.lease_seconds"] = str(request.lease_seconds)
    answer = yield _question(request, Mode(request.mode), fields)
    if isinstance(answer, OutboundError):
        _not_reached(request, answer)
        return False
    means_it = 200 <= answer.status < 300 and hmac.compare_digest(answer.body, challenge.encode())
    if not means_it:
        _drop(request)
        return False
    if reason := _against(request):  # another of the same host was quicker
        yield _question(request, Mode.DENIED, {"hub.reason": reason})
        _drop(request)
        return False
    return _subscribe(request) if request.mode == Mode.SUBSCRIBE else _unsubscribe(request)


def _against(request: FeedRequest) -> str:
    """Return why a subscription cannot be granted any more, or nothing; an end always can."""
    if request.mode != Mode.SUBSCRIBE:
        return ""
    if not asking.is_feed(request.path):
        return "This feed is not there any more."
    if asking.is_full(request.path, request.callback, request.host):
        return "There are too many subscriptions for this host."
    return ""


def _question(request: FeedRequest, mode: Mode, fields: dict[str, str]) -> Question:
    topic = Site.current().url(request.path)
    query = urlencode({"hub.mode": mode.value, "hub.topic": topic, **fields})
    parts = urlsplit(request.callback)
    whole = urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))
    return Question(
        whole,
        limit=LONGEST_ANSWER,
        allow_private=settings.STRANGERS_PRIVATE_ADDRESSES,
        redirects=0,
    )


def _not_reached(request: FeedRequest, why: OutboundError) -> None:
    if isinstance(why, BadAddress | RefusedAddress) or request.tries >= len(TRY_AGAIN):
        _drop(request)
        return
    again = timezone.now() + TRY_AGAIN[request.tries]
    FeedRequest.objects.filter(pk=request.pk, due_at=request.due_at).update(
        tries=request.tries + 1, due_at=again
    )


def _drop(request: FeedRequest) -> bool:
    """Forget a request; tell whether it was still there. A newer one, or another's claim, stays."""
    return bool(FeedRequest.objects.filter(pk=request.pk, due_at=request.due_at).delete()[0])


@transaction.atomic
def _subscribe(request: FeedRequest) -> bool:
    """Begin or renew a subscription; what is pending is signed with the new secret."""
    if not _drop(request):
        return False  # asked anew meanwhile, and so will be verified anew
    now = timezone.now()
    row, is_new = FeedSubscription.objects.update_or_create(
        path=request.path,
        callback=request.callback,
        defaults={
            "host": request.host,
            "secret": request.secret,
            "verified_at": now,
            "lease_until": now + timedelta(seconds=request.lease_seconds),
        },
    )
    if not is_new:
        delivery.readdress(recipient(Site.current(), row), before=row.callback)
    event = events.FeedSubscribed(
        subject=row.subject, feed=row.path, renewed=not is_new, until=row.lease_until.isoformat()
    )
    journal.write(event, by=SUBSCRIBER)
    return True


@transaction.atomic
def _unsubscribe(request: FeedRequest) -> bool:
    """End a subscription, if there is one; nothing pending goes out."""
    if not _drop(request):
        return False
    row = FeedSubscription.objects.filter(path=request.path, callback=request.callback).first()
    if row is None:
        return False
    delivery.leave_out(row.subject, address=row.callback)
    journal.write(events.FeedEnded(subject=row.subject, feed=row.path, reason="request"), by=SUBSCRIBER)
    row.delete()
    return True
