# SPDX-License-Identifier: Apache-2.0
"""Feeds that changed: posted to whoever subscribed, or announced to a hub elsewhere; and what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from onrecord.bakery.headers import media_type_of
from onrecord.delivery import actions as delivery
from onrecord.delivery.actions import Recipient
from onrecord.delivery.models import Distribution
from onrecord.followers import events
from onrecord.followers.actions.telling import purpose_of
from onrecord.followers.websub.actions.asking import host_of
from onrecord.followers.websub.models import FeedSubscription
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.statements.models import Edition
from onrecord.statements.pages import feeds, hub
from onrecord.statements.pages.site import Site

TRANSPORT = "websub"
SUBSCRIBER = Actor(id=None, name="a feed reader")
_AT_ONCE = 500


def distribute(edition_id: int) -> Distribution | None:
    """Freeze who is posted the feeds that an edition changed; return None if nobody is.

    Minor changes included: a feed is posted whenever it is another. Whoever still waits for an earlier state
    of a feed gets this one instead. With a hub elsewhere that one is told. Safe to run twice.
    """
    edition = Edition.objects.select_related("statement").get(pk=edition_id)
    if edition.published_at is None or not hub.is_announced():
        return None
    site = Site.current()
    paths = feeds.paths_for(edition)
    rows = FeedSubscription.objects.filter(path__in=paths, lease_until__gt=timezone.now()).order_by("pk")
    if hub.is_own() and not rows.exists():
        return None
    recipients: Iterator[Recipient] = (
        (recipient(site, row) for row in rows.iterator(chunk_size=1000))
        if hub.is_own()
        else (_announcement(site, path) for path in paths)
    )
    distribution = delivery.freeze(
        transport=TRANSPORT,
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=purpose_of(edition),
        label=str(edition.data["title"]),
        body={"feeds": paths},
        recipients=recipients,
        host=Organisation.current().host,
        by=CLOCK,
        release_at=edition.published_at,
    )
    delivery.keep_newest(distribution)
    return distribution


def heed_gone(distribution: int | None = None) -> int:
    """End subscriptions whose callbacks answered 410 since they were verified; return how many.

    For a chore, and after a distribution is finished.
    """
    ended = 0
    for gone in delivery.gone(TRANSPORT, distribution):
        if not gone.key.startswith("feed-subscription/"):
            continue  # a hub elsewhere, which the operator named
        pk = int(gone.key.partition("/")[2])
        row = FeedSubscription.objects.filter(pk=pk, verified_at__lt=gone.at).first()
        ended += row is not None and _end(row, "gone", gone.at)
    return ended


def end_expired() -> int:
    """End subscriptions that nobody renewed; return how many. For a chore."""
    now = timezone.now()
    rows = FeedSubscription.objects.filter(lease_until__lte=now).order_by("lease_until")[:_AT_ONCE]
    return sum(_end(row, "expired", now) for row in rows)


def recipient(site: Site, row: FeedSubscription) -> Recipient:
    """Return a subscription as the ledger names it, with all that is needed to post its feed."""
    return Recipient(
        key=row.subject,
        address=row.callback,
        destination=row.host,
        data={
            "path": row.path,
            "type": media_type_of(row.path),
            "topic": site.url(row.path),
            "hub": hub.address(site),
            "secret": row.secret,
            "until": row.lease_until.isoformat(),
        },
    )


def _announcement(site: Site, path: str) -> Recipient:
    elsewhere = hub.address(site)
    return Recipient(
        key=f"feed{path}"[:100],
        address=elsewhere,
        destination=host_of(urlsplit(elsewhere)),
        data={"publish": site.url(path)},
    )


@transaction.atomic
def _end(row: FeedSubscription, reason: str, at: datetime) -> bool:
    """End a subscription that was not renewed in between; nothing pending goes out."""
    still = FeedSubscription.objects.filter(pk=row.pk, verified_at__lt=at, lease_until=row.lease_until)
    if not still.delete()[0]:
        return False
    delivery.leave_out(row.subject, address=row.callback)
    journal.write(events.FeedEnded(subject=row.subject, feed=row.path, reason=reason), by=CLOCK)
    return True
