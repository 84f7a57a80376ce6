# SPDX-License-Identifier: Apache-2.0
"""Whoever reports or appeals without any ground, again and again: warned first, then not heard for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery.mail.doors import new_door
from onrecord.journal import actions as journal
from onrecord.moderation import events, mails, standing
from onrecord.moderation.actions import telling
from onrecord.moderation.errors import BadDecision, TooOften
from onrecord.moderation.models import Appeal, Conduct, Decision, Mark, Report, Suspension, SuspensionFact
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.pages.site import Site

MARK_DAYS = 180
RIGHTS = {Conduct.REPORTS: Right.MODERATE, Conduct.APPEALS: Right.HEAR_APPEALS}
"""Who follows up what: whoever decides about appeals, not those whose decisions they are against."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever reports or appeals, as marks name them, and where they are told."""

    person: str
    address: str
    language: str


def of_report(report: Report) -> Sender | None:
    """Return who sent a report; None if nobody can be told."""
    if report.contact is None:
        return None
    return Sender(f"contact/{report.contact_id}", report.contact.address, report.language)


def of_appeal(row: Appeal) -> Sender | None:
    """Return who appealed; None if nobody can be told."""
    person, address = telling.party_of(row.notice), telling.address_of(row.notice)
    return Sender(person, address, row.language) if person and address else None


def weigh(conduct: Conduct, person: str, decision: Decision) -> None:
    """Note one manifestly unfounded report or appeal. What follows from several, a person decides."""
    if not person:
        return
    now = timezone.now()
    Mark.objects.create(
        person=person,
        conduct=conduct,
        points=1,
        decision=decision,
        at=now,
        expires_at=now + timedelta(days=MARK_DAYS),
    )


@transaction.atomic
def warn(sender: Sender, conduct: Conduct, *, reason: str, by: User) -> Suspension:
    """Warn somebody, with reasons, before anything follows. Raises BadDecision without unfounded ones."""
    require(by, RIGHTS[conduct])
    if not standing.points_of(sender.person, conduct):
        raise BadDecision(
            _("Nothing of this sender was found manifestly unfounded, so there is nothing to warn of.")
        )
    row = Suspension.objects.create(
        person=sender.person, conduct=conduct, warned_at=timezone.now(), reason=_needed(reason)
    )
    _tell(sender, row, by)
    journal.write(events.SenderWarned(subject=f"suspension/{row.pk}", conduct=conduct), by=by.as_actor())
    return row


@transaction.atomic
def suspend(sender: Sender, conduct: Conduct, *, days: int, reason: str, by: User) -> Suspension:
    """Look at nothing more of somebody's reports or appeals for a time (DSA Art. 23(2)).

    Raises BadDecision without a warning, or when nothing unfounded came after it.
    """
    require(by, RIGHTS[conduct])
    person, now = sender.person, timezone.now()
    warning = Suspension.objects.filter(person=person, conduct=conduct).order_by("warned_at").first()
    if warning is None:
        raise BadDecision(_("Nobody is suspended without a warning before (Article 23). Warn first."))
    since = Mark.objects.filter(person=person, conduct=conduct, void=False, at__gt=warning.warned_at)
    if not since.exists():
        raise BadDecision(_("Nothing unfounded has come since the warning."))
    if not 1 <= days <= 365:
        raise BadDecision(_("Suspend for 1 to 365 days."))
    row = Suspension.objects.create(
        person=person,
        conduct=conduct,
        warned_at=warning.warned_at,
        begins_at=now,
        until=now + timedelta(days=days),
        reason=_needed(reason),
    )
    SuspensionFact.objects.create(of=f"suspension/{row.pk}", day=now.date(), conduct=conduct, days=days)
    _tell(sender, row, by)
    journal.write(events.SenderSuspended(subject=f"suspension/{row.pk}", conduct=conduct), by=by.as_actor())
    return row


def refuse_suspended(person: str, conduct: Conduct) -> None:
    """Raise TooOften, which says until when, for somebody who is suspended."""
    found = standing.suspension_of(person, conduct) if person else None
    if found is not None:
        raise TooOften(
            _("What you send is not looked at until %(day)s. You were told why.")
            % {"day": f"{found.until:%Y-%m-%d}"}
        )


def _needed(reason: str) -> str:
    if not reason.strip():
        raise BadDecision(_("Give the reason: how many, which share, how grave."))
    return reason.strip()


def _tell(sender: Sender, row: Suspension, by: User) -> None:
    site = Site.current()
    language = sender.language if sender.language in site.languages else site.default_language
    until = f"{row.until:%Y-%m-%d}" if row.until else ""
    telling.send(
        subject=f"suspension/{row.pk}",
        purpose="sender",
        version=1,
        text=mails.sender_warned(site, language, row.reason, until),
        address=sender.address,
        door=new_door().number,
        by=by.as_actor(),
    )
