# SPDX-License-Identifier: Apache-2.0
"""Sent: by a person, after a second one where many get it, or by the clock. Then the ledger goes on."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery import mail
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.distributions import editions, events
from onrecord.press.distributions.actions.composing import expect, locked
from onrecord.press.distributions.actions.freezing import audience_of, freeze
from onrecord.press.distributions.audience import Audience
from onrecord.press.distributions.errors import NotNow, OwnWork
from onrecord.press.errors import NoRelay, PressError
from onrecord.press.models import DistributionPolicy, PressDistribution, Stage, When

logger = logging.getLogger(__name__)

LATE_AFTER = timedelta(hours=2)
"""What should have gone out by then waits for a person: the moment may have passed."""
GROWN = 1.1
"""An approval holds for an audience that has grown by a tenth at most."""


@transaction.atomic
def send(distribution: PressDistribution, *, by: User) -> PressDistribution:
    """Send a draft: now, in the mornings, or at its moment; or let it wait for a second person.

    Raises NotNow, also for one that nobody would get, NoRelay and NotAllowed.
    """
    require(by, Right.WRITE)
    row = locked(distribution)
    expect(row, {Stage.DRAFT})
    found = _checked(row)
    row.count, row.remark, row.submitted_at = len(found), "", timezone.now()
    if needs_approval(row, len(found)):
        row.stage = Stage.WAITING
        row.save()
        event = events.DistributionSubmitted(subject=row.subject, recipients=len(found))
        journal.write(event, by=by.as_actor())
        return row
    return _go(row, found, by.as_actor())


@transaction.atomic
def approve(distribution: PressDistribution, *, by: User) -> PressDistribution:
    """Let one go out that goes to many. Raises OwnWork for one of its authors, NotNow and NotAllowed."""
    require(by, Right.APPROVE)
    row = locked(distribution)
    expect(row, {Stage.WAITING})
    if row.authors.filter(pk=by.pk).exists():
        raise OwnWork(_("You made this yourself. Somebody else has to approve it."))
    found = _checked(row)
    row.count, row.remark = len(found), ""
    row.approved_by, row.approved_at = by, timezone.now()
    event = events.DistributionApproved(subject=row.subject, recipients=len(found))
    journal.write(event, by=by.as_actor())
    return _go(row, found, by.as_actor())


@transaction.atomic
def take_back(distribution: PressDistribution, *, remark: str = "", by: User) -> PressDistribution:
    """Make it a draft again, as its author or with a remark as whoever was to approve it.

    An approval is void. Raises NotNow for one that was sent, and NotAllowed.
    """
    require(by, Right.WRITE)
    row = locked(distribution)
    expect(row, {Stage.WAITING, Stage.SCHEDULED, Stage.HELD})
    row.stage, row.remark = Stage.DRAFT, remark.strip()[:2000]
    row.approved_by, row.approved_at, row.submitted_at = None, None, None
    row.save()
    event = events.DistributionReturned(subject=row.subject, remark=row.remark)
    journal.write(event, by=by.as_actor())
    return row


@transaction.atomic
def cancel(distribution: PressDistribution, *, by: User) -> PressDistribution:
    """Never send it. What was sent is stopped in the ledger. Raises NotNow and NotAllowed."""
    require(by, Right.WRITE)
    row = locked(distribution)
    expect(row, {Stage.DRAFT, Stage.WAITING, Stage.SCHEDULED, Stage.HELD})
    row.stage = Stage.CANCELLED
    row.save()
    journal.write(events.DistributionCancelled(subject=row.subject), by=by.as_actor())
    return row


@transaction.atomic
def let_go(distribution: PressDistribution, *, by: User) -> PressDistribution:
    """Send one now that is late, or that something kept. Raises NotNow, NoRelay and NotAllowed."""
    require(by, Right.WRITE)
    row = locked(distribution)
    expect(row, {Stage.HELD})
    found = _checked(row)
    if needs_approval(row, len(found)):
        row.stage, row.count, row.submitted_at = Stage.WAITING, len(found), timezone.now()
        row.when, row.send_at = When.NOW, None
        row.save()
        event = events.DistributionSubmitted(subject=row.subject, recipients=len(found))
        journal.write(event, by=by.as_actor())
        return row
    return freeze(row, found, by.as_actor())


def send_due() -> int:
    """Send what is due; return how many. What cannot be sent, or is late, waits for a person. For a chore."""
    now, sent = timezone.now(), 0
    due = PressDistribution.objects.filter(stage=Stage.SCHEDULED, send_at__lte=now)
    for pk in list(due.order_by("send_at", "pk").values_list("pk", flat=True)):
        try:
            sent += _send_one(pk)
        except PressError as refusal:
            _hold(pk, str(refusal))
        except Exception:  # the others must not wait for this one; the next tick tries again
            logger.exception("press-distribution/%s could not be sent", pk)
    return sent


def needs_approval(row: PressDistribution, count: int) -> bool:
    """Tell whether somebody else has to approve it before it goes to so many."""
    if count <= DistributionPolicy.current().approval_above:
        return False
    return row.approved_by_id is None or count > row.count * GROWN


@transaction.atomic
def _send_one(pk: int) -> bool:
    row = locked(PressDistribution(pk=pk))
    if row.stage != Stage.SCHEDULED or row.send_at is None or row.send_at > timezone.now():
        return False
    if timezone.now() - row.send_at > LATE_AFTER:
        raise NotNow(_("It is more than two hours late. Let it go out after all, or cancel it."))
    found = _checked(row)
    if needs_approval(row, len(found)):
        raise NotNow(_("It would go to more people than were approved. Look at the audience."))
    freeze(row, found, CLOCK)
    return True


@transaction.atomic
def _hold(pk: int, reason: str) -> None:
    won = PressDistribution.objects.filter(pk=pk, stage=Stage.SCHEDULED).update(
        stage=Stage.HELD, remark=reason
    )
    if won:
        journal.write(events.DistributionHeld(subject=f"press-distribution/{pk}", reason=reason), by=CLOCK)


def _go(row: PressDistribution, found: Audience, actor: Actor) -> PressDistribution:
    if row.when != When.AT or row.send_at is None:
        return freeze(row, found, actor)
    if row.send_at <= timezone.now():
        raise NotNow(_("The moment that was chosen has passed. Take it back and choose another."))
    row.stage = Stage.SCHEDULED
    row.save()
    event = events.DistributionScheduled(subject=row.subject, at=row.send_at.isoformat())
    journal.write(event, by=actor)
    return row


def _checked(row: PressDistribution) -> Audience:
    if mail.relay() is None:
        raise NoRelay(_("No mail relay is set, so nothing can be sent by mail."))
    if row.statement is not None:
        editions.hold(one.pk for one in editions.family(row.statement))
    found = audience_of(row)
    if not found.people:
        raise NotNow(_("Nobody would get it now. Look at the lists, and at who has it already."))
    return found
