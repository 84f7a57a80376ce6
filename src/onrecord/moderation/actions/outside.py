# SPDX-License-Identifier: Apache-2.0
"""What comes from outside: orders of authorities (DSA Arts 9, 10), disputes elsewhere (Art. 21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import events, items
from onrecord.moderation.actions import cases
from onrecord.moderation.categories import CATEGORIES
from onrecord.moderation.errors import BadDecision, WrongState
from onrecord.moderation.models import (
    AuthorityOrder,
    Case,
    Decision,
    External,
    ExternalFact,
    OrderFact,
    Outcome,
)
from onrecord.moderation.models.orders import MEMBER_STATES
from onrecord.moderation.moments import deadline, hours
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.directions import apart

BODY_TIME = timedelta(days=90)
"""In which a body decides (Art. 21(4)); it may take as long again."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an authority orders. `url`: of what it has to be acted against, if it stands here."""

    authority: str
    reference: str
    member_state: str
    received_at: datetime
    category: str
    information: bool = False
    items: int = 1
    url: str = ""
    note: str = ""


@transaction.atomic
def record_order(given: Ordered, *, by: User) -> AuthorityOrder:
    """Record an order. One to act against something here opens an urgent case: a person decides what follows.

    Raises BadDecision for what is missing or recorded already.
    """
    require(by, Right.ADMINISTER)
    _check_order(given)
    case = None
    if given.url.strip():
        item = items.at(given.url.strip())
        if item is None:
            raise BadDecision(_("Nothing that can be judged stands at this address."))
        case = cases.open_case(item, by=by.as_actor(), category=given.category, urgent=True)
    row = AuthorityOrder.objects.create(
        authority=given.authority.strip(),
        reference=given.reference.strip(),
        member_state=given.member_state,
        information=given.information,
        category=given.category,
        items=given.items,
        note=given.note.strip(),
        case=case,
        received_at=given.received_at,
        recorded_by=by,
    )
    OrderFact.objects.create(
        of=row.pk,
        day=row.received_at.date(),
        member_state=row.member_state,
        information=row.information,
        category=row.category,
        items=row.items,
    )
    journal.write(events.OrderRecorded(subject=row.subject, information=row.information), by=by.as_actor())
    return row


@transaction.atomic
def confirm_order(row: AuthorityOrder, *, by: User) -> AuthorityOrder:
    """Note that the authority was told of the receipt (Art. 9(1), 10(1)). Raises WrongState once it is."""
    require(by, Right.ADMINISTER)
    now = timezone.now()
    if not AuthorityOrder.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=now):
        raise WrongState(_("It is noted already that the authority was told of the receipt."))
    OrderFact.objects.filter(of=row.pk).update(hours_to_receipt=hours(row.received_at, now))
    journal.write(events.OrderConfirmed(subject=row.subject), by=by.as_actor())
    row.refresh_from_db()
    return row


@transaction.atomic
def effect_order(row: AuthorityOrder, *, by: User) -> AuthorityOrder:
    """Note that the authority was told what was done. Raises WrongState before its case is decided."""
    require(by, Right.ADMINISTER)
    if row.case is not None and row.case.is_undecided:
        raise WrongState(_("Case %(number)s is not decided yet.") % {"number": apart(row.case.number)})
    now = timezone.now()
    if not AuthorityOrder.objects.filter(pk=row.pk, effected_at=None).update(effected_at=now):
        raise WrongState(_("It is noted already that the authority was told what was done."))
    OrderFact.objects.filter(of=row.pk).update(hours_to_effect=hours(row.received_at, now))
    journal.write(events.OrderEffected(subject=row.subject), by=by.as_actor())
    row.refresh_from_db()
    return row


@transaction.atomic
def record_dispute(number: str, *, body: str, reference: str, filed_at: datetime, by: User) -> External:
    """Record a dispute about the newest decision of a case, before a certified body.

    Raises BadDecision for a case that is not there or not decided, and for what is recorded already.
    """
    require(by, Right.ADMINISTER)
    case = _case(number)
    decision = Decision.objects.filter(case=case).order_by("-number").first() if case else None
    if case is None or decision is None:
        raise BadDecision(
            _("There is no decided case with the number “%(number)s”.") % {"number": number[:40]}
        )
    if not body.strip() or not reference.strip():
        raise BadDecision(_("Name the body, and the reference that it gave the dispute."))
    if External.objects.filter(body=body.strip(), reference=reference.strip()).exists():
        raise BadDecision(_("This dispute is recorded already."))
    row = External.objects.create(
        case=case,
        decision=decision,
        body=body.strip()[:200],
        reference=reference.strip()[:200],
        filed_at=filed_at,
        deadline=deadline(filed_at, BODY_TIME),
    )
    ExternalFact.objects.create(of=row.pk, day=filed_at.date(), body=row.body)
    journal.write(events.DisputeRecorded(subject=row.subject), by=by.as_actor())
    return row


@transaction.atomic
def close_dispute(
    row: External, *, outcome: str, implemented: bool, costs: str = "", note: str = "", by: User
) -> External:
    """Note what a body decided, what it cost, and whether the newsroom follows it, which it need not do.

    What it changes is decided anew in a case of its own. Raises BadDecision, WrongState once it is closed.
    """
    require(by, Right.ADMINISTER)
    if outcome not in Outcome.values:
        raise BadDecision(_("Say whether the decision stands, or is reversed partly or as a whole."))
    changed = outcome != Outcome.UPHELD
    if changed and not implemented and not note.strip():
        raise BadDecision(_("Say why the newsroom does not follow the body."))
    now = timezone.now()
    state = External.State.IMPLEMENTED if implemented or not changed else External.State.NOT_IMPLEMENTED
    won = External.objects.filter(pk=row.pk, outcome="").update(
        outcome=outcome,
        outcome_at=now,
        state=state,
        costs=costs.strip()[:200],
        note=note.strip(),
        deadline=None,
    )
    if not won:
        raise WrongState(_("What came of this dispute is noted already."))
    ExternalFact.objects.filter(of=row.pk).update(
        outcome=outcome,
        outcome_on=now.date(),
        hours=hours(row.filed_at, now),
        implemented=implemented if changed else None,
    )
    journal.write(events.DisputeDecided(subject=row.subject, outcome=outcome), by=by.as_actor())
    row.refresh_from_db()
    return row


def _check_order(given: Ordered) -> None:
    if not given.authority.strip() or not given.reference.strip():
        raise BadDecision(_("Name the authority, and the reference of its order."))
    if given.member_state not in MEMBER_STATES:
        raise BadDecision(
            _("“%(code)s” is no Member State of the European Union.") % {"code": given.member_state[:20]}
        )
    if given.category not in CATEGORIES:
        raise BadDecision(_("Choose what the order is about."))
    if given.items < 1 or given.received_at > timezone.now():
        raise BadDecision(_("An order names one thing at least, and came in the past."))
    if given.information and given.url.strip():
        raise BadDecision(_("An order to give information is about no address here: leave it empty."))
    if AuthorityOrder.objects.filter(
        authority=given.authority.strip(), reference=given.reference.strip()
    ).exists():
        raise BadDecision(_("This order is recorded already."))


def _case(number: str) -> Case | None:
    _year, _dash, digits = number.strip().partition("-")
    pk = digits.partition("-")[0]
    found = Case.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 18 else None
    return found if found is not None and number.strip().startswith(found.number) else None
