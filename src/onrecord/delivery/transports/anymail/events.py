# SPDX-License-Identifier: Apache-2.0
"""What a mail service reports about a message, in the words of the ledger."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any  # the library publishes no types

from django.db.models import Q

from onrecord.delivery.inbound.actions import Outcome, note
from onrecord.delivery.inbound.reading import Kind, Report, of_status, without_addresses
from onrecord.delivery.models import Delivery, State
from onrecord.delivery.transports.anymail.library import DELIVERY

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SOFT = re.compile(r"(?i)soft|temporar|transient|mailbox (is )?full|quota")
_REJECTED = {
    "invalid": Kind.HARD,
    "bounced": Kind.HARD,
    "spam": Kind.COMPLAINT,
    "unsubscribed": Kind.UNSUBSCRIBED,
}
_KINDS = {
    "failed": Kind.REFUSED,
    "deferred": Kind.DELAYED,
    "complained": Kind.COMPLAINT,
    "unsubscribed": Kind.UNSUBSCRIBED,
    "autoresponded": Kind.AUTOMATIC,
}


def take(event: Any, service: str) -> Outcome:
    """Note what an event of anymail says. What it tells of opening and clicking is not looked at.

    The event is authentic: whoever calls has checked that. Raises NotYet.
    """
    delivery = _delivery_of(event)
    if event.event_type == "delivered":
        return _arrived(event, delivery)
    kind = _kind_of(event)
    if kind is None:
        return Outcome.UNKNOWN
    said = _said(event)
    found = _STATUS.search(said)
    report = Report(kind, status=found[1][:12] if found else "", diagnostic=without_addresses(said))
    named = (service, event.event_id, event.event_type, event.message_id, event.recipient, event.timestamp)
    digest = hashlib.sha256(repr(tuple(str(part) for part in named)).encode()).hexdigest()
    return note(report, digest=digest, door=service[:20], delivery=delivery)


def _arrived(event: Any, delivery: Delivery | None) -> Outcome:
    """Note that the server of the recipient took it: it stays accepted, which is all that can be known."""
    if delivery is None:
        return Outcome.UNKNOWN
    said = without_addresses(f"delivered: {event.mta_response or ''}".removesuffix(": "))
    Delivery.objects.filter(pk=delivery.pk, state=State.ACCEPTED).update(reply=said)
    return Outcome.NOTED


def _kind_of(event: Any) -> Kind | None:
    if event.event_type == "rejected":
        return _REJECTED.get(event.reject_reason, Kind.REFUSED)
    if event.event_type != "bounced":
        return _KINDS.get(event.event_type)
    said = _said(event)
    found = _STATUS.search(said)
    if found and found[1][0] in "45":
        return of_status(found[1])
    own = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    if _SOFT.search(f"{own.get('Type', '')} {event.description or ''}"):
        return Kind.SOFT
    return Kind.HARD if event.reject_reason in ("bounced", "invalid") else Kind.REFUSED


def _said(event: Any) -> str:
    return " ".join(filter(None, (str(event.mta_response or ""), str(event.description or ""))))[:2_000]


def _delivery_of(event: Any) -> Delivery | None:
    """Find the delivery by the id that was given along, or by the service's own, which its reply holds."""
    own = str((event.metadata or {}).get(DELIVERY, "")) if isinstance(event.metadata, Mapping) else ""
    theirs = str(event.message_id or "").strip("<>")[:200]
    for message_id in filter(None, (own[:200], theirs)):
        if found := Delivery.objects.filter(message_id=message_id).first():
            return found
    if not event.recipient or not theirs:
        return None
    spellings = {str(event.recipient), str(event.recipient).lower()}
    by_service = Q(reply__endswith=f" as {theirs}") | Q(reply__endswith=f" as <{theirs}>")
    return Delivery.objects.filter(by_service, recipient__in=spellings).order_by("-pk").first()
