# SPDX-License-Identifier: Apache-2.0
"""Taking in what somebody asks of the hub. Nothing is asked of others here, and nothing changes yet."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, unquote

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from onrecord.bakery.models import BakedFile
from onrecord.delivery.transports.websub.sealing import seal
from onrecord.followers.errors import BadRequest
from onrecord.followers.websub.models import FeedRequest, FeedSubscription, Mode
from onrecord.outbound import addresses
from onrecord.outbound.errors import BadAddress
from onrecord.people.strangers import counting
from onrecord.people.strangers.errors import TooOften
from onrecord.statements.pages import feeds, hub
from onrecord.statements.pages.site import Site

DAY = 24 * 3600
SHORTEST_LEASE, USUAL_LEASE, LONGEST_LEASE = 3600, 10 * DAY, 30 * DAY
"""Seconds. A subscription that nobody renews ends: there is none for ever."""
LONGEST_SECRET = 199
"""Bytes: WebSub, section 5.1, wants less than 200."""
LONGEST_CALLBACK = 500
MOST_PER_HOST = 300
"""Subscriptions of callbacks on one host: a reader for many people has one for each feed and person."""
MOST_WAITING = 50
"""Requests for one host that wait to be verified: the hub must not be a way to flood somebody."""
PER_HOUR = {"network": 300, "address": 300, "all": 5000}
"""Requests from one network, for one host, from everybody."""


def ask(fields: Mapping[str, str], *, reader: str) -> FeedRequest:
    """Take in a request to subscribe or unsubscribe; the callback is asked later whether it means it.

    A newer request for the same feed and callback replaces one that waits. Raises BadRequest with a sentence
    for whoever asked, and TooOften.
    """
    site = Site.current()
    if not hub.is_own():
        raise BadRequest("This newsroom has no hub of its own. Its feeds say which one to ask.")
    mode = fields.get("hub.mode", "")
    if mode not in {Mode.SUBSCRIBE, Mode.UNSUBSCRIBE}:
        raise BadRequest(f"hub.mode is {mode[:20]!r}. Use subscribe or unsubscribe.")
    path = _feed(site, fields.get("hub.topic", ""))
    callback, host = _callback(fields.get("hub.callback", ""))
    secret = _secret(fields.get("hub.secret", ""))
    lease = _lease(fields.get("hub.lease_seconds", ""))
    _count(reader, host)
    if mode == Mode.SUBSCRIBE and is_full(path, callback, host):
        raise BadRequest(f"There are {MOST_PER_HOST} subscriptions for {host} already. End some.")
    with transaction.atomic():
        if (
            FeedRequest.objects.filter(host=host).exclude(path=path, callback=callback).count()
            >= MOST_WAITING
        ):
            raise TooOften(f"{MOST_WAITING} requests for {host} wait to be verified. Ask again later.")
        request, _is_new = FeedRequest.objects.update_or_create(
            path=path,
            callback=callback,
            defaults={
                "mode": mode,
                "host": host,
                "secret": seal(secret),
                "lease_seconds": lease,
                "tries": 0,
                "due_at": timezone.now(),
            },
        )
    return request


def is_full(path: str, callback: str, host: str) -> bool:
    """Tell whether a host has as many subscriptions as it may, this one not among them."""
    mine = FeedSubscription.objects.filter(host=host)
    return mine.count() >= MOST_PER_HOST and not mine.filter(path=path, callback=callback).exists()


def is_feed(path: str) -> bool:
    """Tell whether a feed is baked at a path."""
    return BakedFile.objects.filter(path=path, family=feeds.FEED).exists()


def _feed(site: Site, topic: str) -> str:
    """Return the path of one of our own feeds. Raises BadRequest."""
    path = unquote(topic.removeprefix(site.address)) if topic.startswith(site.address) else ""
    if not path or "\0" in path or site.url(path) != topic or not is_feed(path):
        raise BadRequest(
            "hub.topic is none of the feeds of this newsroom. Use the address that a feed calls self."
        )
    return path


def _callback(url: str) -> tuple[str, str]:
    """Return a callback and its host. Raises BadRequest."""
    try:
        parts = addresses.checked(url)
    except BadAddress as error:
        raise BadRequest(f"hub.callback cannot be used. {error}") from error
    host = parts.hostname or ""
    if addresses.is_literal(host) and not addresses.may_be_asked(host, settings.STRANGERS_PRIVATE_ADDRESSES):
        raise BadRequest(f"hub.callback cannot be used. {host} is no address of the public internet.")
    if len(url) > LONGEST_CALLBACK or not url.isascii() or parts.fragment:
        raise BadRequest(
            f"hub.callback has to be at most {LONGEST_CALLBACK} characters of ASCII, without a fragment."
        )
    return url, host_of(parts)


def host_of(parts: SplitResult) -> str:
    """Return the host of an address, with its port if that is not the usual one."""
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _secret(secret: str) -> str:
    if len(secret.encode()) > LONGEST_SECRET:
        raise BadRequest("hub.secret is too long. Use less than 200 bytes.")
    return secret


def _lease(text: str) -> int:
    """Return the seconds that are granted: what was asked for, within bounds."""
    if not text:
        return USUAL_LEASE
    if not text.isascii() or not text.isdigit():
        raise BadRequest("hub.lease_seconds is no number of seconds.")
    return max(SHORTEST_LEASE, min(int(text[:12]), LONGEST_LEASE))


def _count(reader: str, host: str) -> None:
    counters = counting.names("websub", reader=reader, address=host)
    if any(count >= PER_HOUR[what] for what, count in counting.seen(counters).items()):
        raise TooOften("The hub was asked too often. Ask again in an hour.")
    with transaction.atomic():
        counting.add(dict.fromkeys(counters.values(), 1))
