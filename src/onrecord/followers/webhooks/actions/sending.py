# SPDX-License-Identifier: Apache-2.0
"""Telling endpoints of editions, trying one, sending once more; and what their answers mean."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery.errors import WrongState
from onrecord.delivery.models import UNSETTLED, Delivery, Distribution, Lane
from onrecord.delivery.models import State as DeliveryState
from onrecord.followers import events
from onrecord.followers.actions.telling import purpose_of
from onrecord.followers.errors import BadEndpoint
from onrecord.followers.webhooks import documents
from onrecord.followers.webhooks.actions.endpoints import TRANSPORT, recipient, stop, writes_or_administers
from onrecord.followers.webhooks.models import Endpoint, EndpointState
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK
from onrecord.people.models import Organisation, User
from onrecord.statements.models import Edition
from onrecord.statements.pages.site import Site

_GOT = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, *UNSETTLED)
"""Whoever has an earlier edition, may have it, or would still get it."""
_LOOKED_BACK = 50
_FAILING = (DeliveryState.FAILED, DeliveryState.DEFERRED)


def tell_of(edition_id: int) -> Distribution | None:
    """Freeze which endpoints are told of a published edition; return None if none is.

    Those that want its topics and language, and for a later edition also whichever got an earlier one. Minor
    changes included: machines keep copies. A withdrawal stops what is still pending of earlier editions. Safe
    to run twice.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    if edition.published_at is None:
        return None
    endpoints = _audience(edition)
    if not endpoints:
        return None
    site = Site.current()
    path = edition.statement.publication.path
    document = documents.of_edition(site, edition, path, log=Organisation.current().origin)
    return delivery.freeze(
        transport=TRANSPORT,
        object_key=edition.statement.subject,
        version=edition.number,
        purpose=purpose_of(edition),
        label=str(edition.data["title"]),
        body={"event": documents.PUBLISHED, "document": document},
        recipients=map(recipient, endpoints),
        host=_host(),
        by=CLOCK,
        release_at=edition.published_at,
        cancels_older=edition.op == "withdraw",
    )


@transaction.atomic
def test(endpoint: Endpoint, *, by: User) -> Distribution:
    """Send an endpoint a message that says nothing, ahead of others, paused or not.

    Raises NotAllowed for whoever neither writes nor administers.
    """
    writes_or_administers(by)
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.tests += 1
    row.save(update_fields=["tests"])
    document = documents.ping(Site.current(), number=row.tests, at=timezone.now())
    return delivery.freeze(
        transport=TRANSPORT,
        object_key=row.subject,
        version=row.tests,
        purpose="test",
        label=_("Test of the webhook “%(name)s”") % {"name": row.name},
        body={"event": documents.PING, "document": document},
        recipients=[recipient(row)],
        host=_host(),
        by=by.as_actor(),
        lane=Lane.TRANSACTIONAL,
    )


def replay(endpoint: Endpoint, sent: Delivery, *, by: User) -> Delivery:
    """Send an endpoint one delivery again, with the same id and a fresh signature, to its present address.

    Raises BadEndpoint if it is another's, still under way, replaced or erased; NotAllowed for whoever neither
    writes nor administers.
    """
    writes_or_administers(by)
    if sent.recipient_key != endpoint.subject or sent.distribution.transport != TRANSPORT:
        raise BadEndpoint(_("This delivery was not to this webhook."))
    try:
        return delivery.send_again(sent, recipient(endpoint), by=by.as_actor())
    except WrongState as error:
        raise BadEndpoint(_("It cannot be sent again: it is still going out, replaced or erased.")) from error


def heed_gone(distribution: int | None = None) -> int:
    """Pause endpoints that answered 410 since they were last resumed; return how many.

    For a chore, and after a distribution is finished.
    """
    paused = 0
    for gone in delivery.gone(TRANSPORT, distribution):
        row = Endpoint.objects.filter(pk=int(gone.key.partition("/")[2]), active_since__lt=gone.at).first()
        if row is None:
            continue
        with transaction.atomic():
            if stop(row, EndpointState.GONE):
                event = events.WebhookPaused(
                    subject=row.subject, endpoint=row.name, host=row.host, reason="gone"
                )
                journal.write(event, by=CLOCK)
                paused += 1
    return paused


def look_after() -> int:
    """Note of each active endpoint since when it accepts nothing; return how many do not. For a chore."""
    failing = 0
    for row in Endpoint.objects.filter(state=EndpointState.ACTIVE):
        since, answer = None, ""
        sent = Delivery.objects.filter(recipient=row.url, recipient_key=row.subject).order_by("-pk")
        for state, reply, at in sent.values_list("state", "reply", "distribution__release_at")[:_LOOKED_BACK]:
            answer = answer or reply
            if state == DeliveryState.ACCEPTED:
                break
            if state in _FAILING and reply:
                since = at
        failing += since is not None
        if (since, answer) != (row.failing_since, row.last_answer):
            Endpoint.objects.filter(pk=row.pk).update(failing_since=since, last_answer=answer)
    return failing


def _audience(edition: Edition) -> list[Endpoint]:
    topics = {topic["slug"] for topic in edition.data["topics"]}
    got: set[str] = set()
    if edition.number > 1:
        earlier = Delivery.objects.filter(
            distribution__transport=TRANSPORT,
            distribution__object_key=edition.statement.subject,
            distribution__version__lt=edition.number,
            state__in=_GOT,
        )
        got = set(earlier.values_list("recipient_key", flat=True))
    rows = Endpoint.objects.filter(state=EndpointState.ACTIVE).prefetch_related("topics").order_by("pk")
    return [row for row in rows if row.subject in got or row.wants(edition.language, topics)]


def _host() -> str:
    return Organisation.current().host
