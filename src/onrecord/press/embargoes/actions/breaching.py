# SPDX-License-Identifier: Apache-2.0
"""Broken: who, where, when. Whoever did gets nothing under embargo until an officer lets them again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.embargoes import events
from onrecord.press.errors import BadEntry
from onrecord.press.models import Embargo, EmbargoBreach, Journalist, Outlet


@transaction.atomic
def record_breach(
    embargo: Embargo,
    *,
    journalist: Journalist | None = None,
    outlet: Outlet | None = None,
    evidence: str,
    happened_at: datetime | None = None,
    note: str = "",
    by: User,
) -> EmbargoBreach:
    """Record that somebody published before the moment; of an outlet, all who work there count.

    Raises BadEntry without either, without an address as evidence, for a moment to come, and NotAllowed.
    """
    require(by, Right.WRITE)
    if journalist is None and outlet is None:
        raise BadEntry(_("Say who broke it: a journalist or an outlet."))
    evidence = evidence.strip()
    if not evidence.startswith(("https://", "http://")) or len(evidence) > 1000:
        raise BadEntry(_("Give the address where it can be seen, as https://…"))
    at = happened_at or timezone.now()
    if at > timezone.now():
        raise BadEntry(_("That moment has not come yet."))
    row = EmbargoBreach.objects.create(
        embargo=embargo,
        journalist=journalist,
        outlet=outlet,
        evidence=evidence,
        happened_at=at,
        note=note.strip()[:5000],
        recorded_by=by,
    )
    event = events.EmbargoBroken(subject=row.subject, embargo=embargo.subject, evidence=evidence)
    journal.write(event, by=by.as_actor())
    return row


@transaction.atomic
def forgive(breach: EmbargoBreach, *, by: User) -> EmbargoBreach:
    """Let whoever broke an embargo get things before their time again. Raises NotAllowed."""
    require(by, Right.WRITE)
    won = EmbargoBreach.objects.filter(pk=breach.pk, forgiven_at=None).update(
        forgiven_at=timezone.now(), forgiven_by=by
    )
    if won:
        journal.write(events.BreachForgiven(subject=breach.subject), by=by.as_actor())
    breach.refresh_from_db()
    return breach
