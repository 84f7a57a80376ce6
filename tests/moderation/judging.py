# SPDX-License-Identifier: Apache-2.0
"""Short ways to rules, reports, decisions and appeals."""

from __future__ import annotations

import email
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import time_machine
from django.utils import timezone

from onrecord.delivery.mail.message import Letter
from onrecord.delivery.models import Delivery
from onrecord.delivery.transports import Outgoing
from onrecord.moderation import actions, items
from onrecord.moderation.actions import Finding, Notification, Ruling, Wanted
from onrecord.moderation.categories import PREFIX
from onrecord.moderation.models import Appeal, Case, Decision, Notice, Report, Rule, RuleBook
from onrecord.people.models import User

RUDE = f"{PREFIX}ILLEGAL_OR_HARMFUL_SPEECH"
JAN = "jan@reader.example"


def rules(ines: User, *, days_ago: int = 30) -> RuleBook:
    """Publish the first rules some time ago: they can be read before what tests judge was written."""
    with time_machine.travel(timezone.now() - timedelta(days=days_ago), tick=False):
        return actions.publish(by=ines)


def said(key: str = "1", **changes: object) -> Notification:
    """Return what Jan says in a report about a note."""
    given = {
        "url": f"/board/#{key}",
        "explanation": "This insults my neighbours.",
        "category": RUDE,
        "name": "Jan Reader",
        "address": JAN,
        "good_faith": True,
    } | changes
    return Notification(**given)  # type: ignore[arg-type]  # as each test says


def reported(key: str = "1", **changes: object) -> Report:
    """Return a report that its sender has confirmed."""
    row = actions.report(said(key, **changes), language="en")
    return actions.confirm(row)


def ruling(key: str = "1", *effects: str, days: int | None = None, **changes: object) -> Ruling:
    """Return what Mo decides about a note: under the second rule, where there are effects."""
    until = timezone.now() + timedelta(days=days) if days else None
    given = {
        "item_version": items.find("note", key).version,
        "facts": "It calls all neighbours vermin.",
        "explanation": "It degrades people for what they are.",
        "effects": tuple(Wanted(kind, until if kind in {"suspend", "hold"} else None) for kind in effects),
        "rule": Rule.objects.filter(number="2").order_by("-book__version").first() if effects else None,
    } | changes
    return Ruling(**given)  # type: ignore[arg-type]  # as each test says


def decided(case: Case, by: User, *effects: str, days: int | None = None, **changes: object) -> Decision:
    """Return the decision of a moderator about a case."""
    case.refresh_from_db()
    return actions.decide(
        case, ruling(case.item_key, *effects, days=days, **changes), by=by, revision=case.revision
    )


def appealed(decision: Decision, party: str = "author", text: str = "That is not what I wrote.") -> Appeal:
    """Return the appeal of a party."""
    notice = Notice.objects.get(decision=decision, party=party)
    return actions.appeal(notice, text, language="en")


def heard(
    appeal: Appeal, by: User, outcome: str, *effects: str, undone: frozenset[int] = frozenset()
) -> Decision:
    """Let somebody take an appeal and decide it."""
    actions.assign(appeal, to=by, by=by)
    found = ruling(appeal.case.item_key, *effects, facts="It says “some”, not “all”.")
    return actions.hear(appeal, Finding(outcome, found, undone), by=by)


def mails_to(address: str) -> list[EmailMessage]:
    """Return what was put into the ledger for an address, as it would be sent."""
    return [_message(row) for row in Delivery.objects.filter(recipient=address).order_by("pk")]


def text_of(message: EmailMessage) -> str:
    """Return the text of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _message(row: Delivery) -> EmailMessage:
    outgoing = Outgoing(
        id=row.pk,
        distribution=row.distribution_id,
        recipient=row.recipient,
        destination=row.destination,
        message_id=row.message_id,
        data=row.data,
        attempt=1,
    )
    letter = Letter.from_json(row.distribution.body)
    return email.message_from_bytes(letter.envelope(outgoing).message, policy=SMTP)
