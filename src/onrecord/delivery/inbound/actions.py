# SPDX-License-Identifier: Apache-2.0
"""Taking in what came back, through whichever door."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models.functions import TruncDate
from django.utils import timezone

from onrecord.delivery import mail
from onrecord.delivery.actions import addresses
from onrecord.delivery.errors import NotYet
from onrecord.delivery.inbound import handlers
from onrecord.delivery.inbound.addresses import token_of
from onrecord.delivery.inbound.handlers import Incoming
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.inbound.reading import Kind, Report, read
from onrecord.delivery.models import FORGOTTEN, Delivery, Distribution, State
from onrecord.delivery.suppression import hash_of
from onrecord.journal.events import Actor

POST = Actor(id=None, name="the post")
KEPT_FOR = timedelta(days=90)
SOFT_DAYS, SOFT_OVER, SOFT_WITHIN = 4, timedelta(days=7), timedelta(days=30)
"""An address that took nothing on so many days, the first so long before the last, is as good as gone."""
_AT_ONCE = 1000

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What came of it."""

    NOTED = "noted"
    """It is about a delivery of ours, and what it says is noted there."""
    TAKEN = "taken"
    """A person wrote it, and somebody here takes care of it."""
    UNREAD = "unread"
    """A person wrote it in answer to a mail of ours, and nobody here reads such mail."""
    OLD = "old"
    """It is about a delivery whose details were removed after 90 days."""
    UNKNOWN = "unknown"
    """It is about nothing that was sent from here; nothing has changed."""


def take_in(raw: bytes, *, door: str, recipients: Sequence[str] = (), sender: str | None = None) -> Outcome:
    """Note what a message says about a delivery of ours; safe to run twice.

    `recipients` and `sender` are those of the envelope, where the door knows them. Only the mark of a
    delivery, which nobody knows who did not get it, makes a message change anything. Raises NotYet when it
    has to come again later.
    """
    report = read(raw)
    marks = [token for address in recipients if (token := token_of(address))]
    return _take_in(
        report,
        digest=hashlib.sha256(raw).hexdigest(),
        door=door,
        delivery=_delivery_of(report, [*marks, *report.tokens]),
        is_old=_was_ours(report, [*marks, *report.tokens]),
        incoming=Incoming(
            raw=raw,
            sender=report.sender if sender is None else sender,
            recipients=tuple(recipients),
            answers=None,
        ),
    )


def note(report: Report, *, digest: str, door: str, delivery: Delivery | None) -> Outcome:
    """Note what a service says about a delivery of ours; safe to run twice. Raises NotYet."""
    return _take_in(report, digest=digest, door=door, delivery=delivery, is_old=False, incoming=None)


def forget_old() -> int:
    """Forget what came back 90 days ago; return how many that were. For a chore."""
    old = Return.objects.filter(at__lt=timezone.now() - KEPT_FOR).order_by("at").values_list("pk")[:_AT_ONCE]
    return Return.objects.filter(pk__in=[pk for (pk,) in old]).delete()[0]


@transaction.atomic
def _take_in(
    report: Report,
    *,
    digest: str,
    door: str,
    delivery: Delivery | None,
    is_old: bool,
    incoming: Incoming | None,
) -> Outcome:
    known = Return.objects.filter(digest=digest).first()
    if known is not None:
        return _outcome(known, is_old=is_old)
    row = Return(digest=digest, door=door, kind=report.kind, status=report.status)
    if delivery is not None:
        row.delivery_number = delivery.pk
    if delivery is not None and delivery.recipient != FORGOTTEN:
        row.address_hash, row.diagnostic = hash_of(delivery.recipient), report.diagnostic
    if report.kind == Kind.REPLY and incoming is not None:
        answering = Incoming(incoming.raw, incoming.sender, incoming.recipients, delivery)
        row.taken = handlers.taken(answering)
    row.save(force_insert=True)
    if delivery is not None:
        _apply(report, row, delivery)
    outcome = _outcome(row, is_old=is_old)
    logger.info("%s: a message came back (%s %s): %s", door, report.kind, report.status, outcome)
    return outcome


def _outcome(row: Return, *, is_old: bool) -> Outcome:
    if row.taken:
        return Outcome.TAKEN
    if row.delivery_number is None:
        return Outcome.OLD if is_old else Outcome.UNKNOWN
    return Outcome.UNREAD if row.kind == Kind.REPLY else Outcome.NOTED


def _apply(report: Report, row: Return, delivery: Delivery) -> None:
    """Do to a delivery and its address what a report says."""
    if report.kind in (Kind.AUTOMATIC, Kind.REPLY, Kind.DELAYED):
        return
    if delivery.state == State.IN_FLIGHT:
        raise NotYet("The delivery that this is about is still being sent. It has to come again later.")
    told = () if report.status in report.diagnostic else (report.status,)
    said = " ".join(filter(None, (*told, report.diagnostic)))
    evidence = f"{report.kind} by {row.door}, {row.at:%Y-%m-%d}: {said}"
    if report.kind == Kind.COMPLAINT:
        addresses.complain(delivery.message_id, reply=said, evidence=evidence, by=POST)
    elif report.kind == Kind.UNSUBSCRIBED:
        if delivery.recipient == FORGOTTEN:
            return  # they have left already
        addresses.suppress(
            delivery.recipient,
            reason="request",
            evidence=evidence,
            recipient_key=delivery.recipient_key,
            by=POST,
        )
    else:
        gone = report.kind == Kind.HARD or (report.kind == Kind.SOFT and _is_as_good_as_gone(row))
        addresses.bounce(delivery.message_id, reply=said, evidence=evidence, permanent=gone, by=POST)


def _is_as_good_as_gone(row: Return) -> bool:
    """Tell whether an address has taken nothing for so long that trying on makes no sense."""
    if not row.address_hash:
        return False
    soft = Return.objects.filter(
        address_hash=row.address_hash, kind=Kind.SOFT, at__gte=row.at - SOFT_WITHIN
    ).annotate(day=TruncDate("at"))
    days = sorted(set(soft.values_list("day", flat=True)))
    return len(days) >= SOFT_DAYS and days[-1] - days[0] >= SOFT_OVER


def _delivery_of(report: Report, marks: Sequence[str]) -> Delivery | None:
    """Return which delivery a report is about: by the address it went to, or else by the message it holds.

    A message id is seen by more people than an envelope: with it alone a report that names somebody must
    name the recipient.
    """
    host = mail.own_name()
    for token in dict.fromkeys(marks):
        if found := Delivery.objects.filter(message_id=f"{token}@{host}").first():
            return found
    for message_id in report.message_ids:
        found = Delivery.objects.filter(message_id=message_id).first()
        if found is None:
            continue
        if not report.addresses or found.recipient.strip().lower() in report.addresses:
            return found
    return None


def _was_ours(report: Report, marks: Sequence[str]) -> bool:
    """Tell whether a report is about a distribution of which only counts are left."""
    numbers = {int(mark.partition(".")[0]) for mark in (*marks, *report.message_ids)}
    reduced = Distribution.objects.filter(pk__in=numbers, tallies__isnull=False, deliveries__isnull=True)
    return bool(numbers) and reduced.exists()
