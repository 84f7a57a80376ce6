# SPDX-License-Identifier: Apache-2.0
"""Endpoints from the day they are added to the day they are removed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import actions as delivery
from onrecord.delivery.actions import Recipient
from onrecord.delivery.transports.webhook.signing import new_number
from onrecord.followers import events
from onrecord.followers.errors import BadEndpoint
from onrecord.followers.webhooks.models import Endpoint, EndpointState
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.outbound import addresses
from onrecord.outbound.errors import BadAddress
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Right, require
from onrecord.statements.models import Topic

TRANSPORT = "webhook"
MOST_ENDPOINTS = 200
OVERLAP = timedelta(days=2)
"""How long messages carry a signature with the earlier secret too."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an endpoint is told of: languages by code (none: all), topics by their addresses (None: all)."""

    languages: Collection[str] = ()
    topics: Collection[str] | None = None


@transaction.atomic
def add(name: str, url: str, wanted: Wanted, *, by: User) -> Endpoint:
    """Tell one more endpoint of editions, from the next one on.

    Raises BadEndpoint, and NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        raise BadEndpoint(_("There are %(most)d webhooks already. Remove one.") % {"most": MOST_ENDPOINTS})
    row = Endpoint(number=new_number())
    _fill(row, name, url, wanted)
    _journal(events.WebhookAdded, row, by.as_actor())
    return row


@transaction.atomic
def change(endpoint: Endpoint, name: str, url: str, wanted: Wanted, *, by: User) -> Endpoint:
    """Call, reach or tell an endpoint otherwise; what is pending goes to the new address.

    Raises BadEndpoint, and NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    before = row.url
    _fill(row, name, url, wanted)
    delivery.readdress(recipient(row), before=before)
    _journal(events.WebhookChanged, row, by.as_actor())
    return row


@transaction.atomic
def pause(endpoint: Endpoint, *, by: User) -> Endpoint:
    """Tell an endpoint nothing more, not even what is pending. Raises NotAllowed for whoever neither writes
    nor administers.
    """
    writes_or_administers(by)
    if stop(endpoint, EndpointState.PAUSED):
        _journal(events.WebhookPaused, endpoint, by.as_actor(), reason="staff")
    return endpoint


@transaction.atomic
def resume(endpoint: Endpoint, *, by: User) -> Endpoint:
    """Tell a paused endpoint again, of what is published from now on. Raises NotAllowed as `pause` does."""
    writes_or_administers(by)
    won = (
        Endpoint.objects.filter(pk=endpoint.pk)
        .exclude(state=EndpointState.ACTIVE)
        .update(state=EndpointState.ACTIVE, active_since=timezone.now(), failing_since=None)
    )
    endpoint.refresh_from_db()
    if won:
        _journal(events.WebhookResumed, endpoint, by.as_actor())
    return endpoint


@transaction.atomic
def remove(endpoint: Endpoint, *, by: User) -> None:
    """Forget an endpoint and its secret; nothing pending goes out. What it got stays in the ledger.

    Raises NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    delivery.leave_out(endpoint.subject, address=endpoint.url)
    _journal(events.WebhookRemoved, endpoint, by.as_actor())
    endpoint.delete()


@transaction.atomic
def rotate(endpoint: Endpoint, *, by: User) -> Endpoint:
    """Give an endpoint a new secret; for two days messages are signed with the earlier one too.

    Of a secret that is renewed twice within them, only the last earlier one counts.
    Raises NotAllowed for staff who are no administrators.
    """
    require(by, Right.ADMINISTER)
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.earlier_number, row.earlier_until = row.number, timezone.now() + OVERLAP
    row.number = new_number()
    row.save(update_fields=["number", "earlier_number", "earlier_until"])
    delivery.readdress(recipient(row), before=row.url)
    _journal(events.WebhookSecretRenewed, row, by.as_actor())
    return row


def recipient(row: Endpoint) -> Recipient:
    """Return an endpoint as the ledger names it, with what messages to it are signed with."""
    keys: list[dict[str, Any]] = [{"number": row.number, "until": None}]
    if row.earlier_until is not None and row.earlier_until > timezone.now():
        keys.append({"number": row.earlier_number, "until": row.earlier_until.isoformat()})
    return Recipient(key=row.subject, address=row.url, destination=row.host, data={"keys": keys})


def stop(endpoint: Endpoint, state: EndpointState) -> bool:
    """Pause an active endpoint and leave out what is pending; tell whether it was active. Journal it."""
    won = Endpoint.objects.filter(pk=endpoint.pk, state=EndpointState.ACTIVE).update(state=state)
    endpoint.refresh_from_db()
    if won:
        delivery.leave_out(endpoint.subject, address=endpoint.url)
    return bool(won)


def writes_or_administers(person: User) -> None:
    """Refuse whoever holds neither right. Raises NotAllowed."""
    if not person.may(Right.ADMINISTER):
        require(person, Right.WRITE)


def _fill(row: Endpoint, name: str, url: str, wanted: Wanted) -> None:
    row.name = name.strip()
    row.url, row.host = _checked(url.strip())
    if not row.name or Endpoint.objects.filter(name__iexact=row.name).exclude(pk=row.pk).exists():
        raise BadEndpoint(_("Give the webhook a name that no other has."))
    offered = Organisation.current().languages
    row.languages = [language for language in offered if language in wanted.languages]
    row.all_topics = wanted.topics is None
    row.save()
    row.topics.set(Topic.objects.filter(slug__in=wanted.topics or ()))


def _checked(url: str) -> tuple[str, str]:
    """Return an address and its host. Raises BadEndpoint for one that is never asked."""
    try:
        parts = addresses.checked(url)
    except BadAddress as error:
        raise BadEndpoint(str(error)) from error
    host = parts.hostname or ""
    private = settings.ALLOW_PRIVATE_ADDRESSES
    if parts.scheme != "https" and not private:
        raise BadEndpoint(_("The address has to begin with https, so that nobody reads along."))
    if addresses.is_literal(host) and not addresses.may_be_asked(host, private):
        raise BadEndpoint(
            _(
                "%(host)s is not on the public internet. Such machines are asked only if the operator"
                " names their network in ONRECORD_PRIVATE_ADDRESSES."
            )
            % {"host": host}
        )
    return url.partition("#")[0], f"{host}:{parts.port}" if parts.port else host


def _journal(event: type[Any], row: Endpoint, by: Actor, **fields: str) -> None:
    # Each of these events has the same two fields, and some a reason; the type of all is not worth a class.
    journal.write(event(subject=row.subject, endpoint=row.name, host=row.host, **fields), by=by)
