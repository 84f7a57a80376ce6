# SPDX-License-Identifier: Apache-2.0
"""Short ways to applications for accreditation, and to decisions about them, through the same actions."""

from __future__ import annotations

from datetime import date, timedelta

import time_machine
from django.utils import timezone

from onrecord.journal import reactions
from onrecord.moderation import actions as moderation
from onrecord.moderation import items, manners
from onrecord.moderation.actions import Finding, Ruling, Wanted
from onrecord.moderation.models import Appeal, Case, Decision, Notice, Rule
from onrecord.people.models import User
from onrecord.press.accreditation import actions
from onrecord.press.accreditation.actions import Asked
from onrecord.press.accreditation.files import Sent
from onrecord.press.models import Application

JAN = "jan@paper.example"
PDF = b"%PDF-1.7 a press card"


def criteria(ines: User) -> None:
    """Publish the first criteria, some time ago."""
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=False):
        moderation.publish(by=ines, book=manners.book_called("accreditation"))


def asked(**changes: object) -> Asked:
    """Return what Jan asks for."""
    given = {
        "name": "Jan Reporter",
        "address": JAN,
        "outlet": "The Elm Post",
        "role": "reporter",
        "purpose": "The town council",
        "begins_on": timezone.localdate(),
        "ends_on": timezone.localdate() + timedelta(days=180),
    } | changes
    return Asked(**given)  # type: ignore[arg-type]  # as each test says


def applied(**changes: object) -> Application:
    """Return an application of Jan's that waits for a decision."""
    row = actions.apply(asked(**changes), language="en", sent=[Sent("card.pdf", PDF)])
    row = actions.confirm(row)
    reactions.drain()
    return row


def case_of(row: Application) -> Case:
    """Return the newest case about an application."""
    return Case.objects.filter(item_kind="accreditation", item_key=str(row.pk)).latest("pk")


def ruling(row: Application, *effects: str, criterion: str = "1", words: str = "") -> Ruling:
    """Return what somebody decides about an application."""
    rules = Rule.objects.filter(book__code="accreditation", number=criterion)
    return Ruling(
        item_version=items.find("accreditation", str(row.pk)).version,
        facts="No report under this name was found.",
        explanation="Nothing shows journalistic work." if effects else "",
        effects=tuple(Wanted(kind, words=words) for kind in effects),
        rule=rules.order_by("-book__version").first() if effects else None,
    )


def decided(row: Application, by: User, *effects: str, criterion: str = "1", words: str = "") -> Decision:
    """Return a moderator's decision about an application; without effects Jan is admitted."""
    case = case_of(row)
    found = ruling(row, *effects, criterion=criterion, words=words)
    decision = moderation.decide(case, found, by=by, revision=case.revision)
    reactions.drain()
    return decision


def appealed(decision: Decision) -> Appeal:
    """Return Jan's appeal."""
    notice = Notice.objects.get(decision=decision, party="author")
    return moderation.appeal(notice, "My reports are at paper.example.", language="en")


def heard(appeal: Appeal, row: Application, by: User, outcome: str) -> Decision:
    """Let somebody take the appeal and decide it."""
    moderation.assign(appeal, to=by, by=by)
    decision = moderation.hear(appeal, Finding(outcome, ruling(row)), by=by)
    reactions.drain()
    return decision


def in_days(count: int) -> date:
    """Return the day so many days ahead."""
    return timezone.localdate() + timedelta(days=count)
