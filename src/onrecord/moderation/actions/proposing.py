# SPDX-License-Identifier: Apache-2.0
"""Ending somebody's standing for good: one moderator proposes it, another person signs it.

Before the second signature nothing is in force and nobody is told. With it, it is a decision like any other:
told with reasons, appealable, reversible, and heard by a third person.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import events, items
from onrecord.moderation.actions import cases, deciding
from onrecord.moderation.actions.deciding import Ruling
from onrecord.moderation.actions.effects import Wanted
from onrecord.moderation.errors import BadDecision, NotEligible, WrongState
from onrecord.moderation.models import Case, CaseState, Decision, EffectKind, Proposal
from onrecord.people.models import User
from onrecord.people.roles import Right, require

SHORTEST, LONGEST = 10, 2_000


def ends_for_good(ruling: Ruling) -> bool:
    """Tell whether a ruling needs a second signature."""
    return any(one.kind == EffectKind.TERMINATE for one in ruling.effects)


@transaction.atomic
def propose(case: Case, ruling: Ruling, *, by: User, revision: int) -> Proposal:
    """Propose to end somebody's standing for good. Nothing is in force, and nobody told, before it is signed.

    Raises what `decide` raises, and BadDecision for a ruling that ends nobody's standing.
    """
    require(by, Right.MODERATE)
    case = cases.undecided(case, revision)
    cases.refuse_others(case, by)
    item = items.find(case.item_kind, case.item_key)
    if not ends_for_good(ruling):
        raise BadDecision(_("Nobody has to sign this a second time. Decide it."))
    deciding.check_words(item, ruling)
    deciding.check_restriction(item, ruling)
    deciding.refuse_party(case, item, by)
    row = Proposal.objects.create(
        case=case,
        proposer=by,
        item_version=ruling.item_version,
        effects=[[one.kind, one.until.isoformat() if one.until else None] for one in ruling.effects],
        rule=ruling.rule,
        legal_ground=ruling.legal_ground.strip(),
        category=ruling.category,
        keyword=ruling.keyword,
        unfounded=sorted(ruling.unfounded),
        facts=ruling.facts.strip(),
        explanation=ruling.explanation.strip(),
        reporter_reason=ruling.reporter_reason.strip(),
    )
    cases.move(case, state=CaseState.PROPOSED, claimed_by=None, claimed_at=None)
    journal.write(events.EndProposed(subject=row.subject, case_id=case.pk), by=by.as_actor())
    return row


@transaction.atomic
def sign(row: Proposal, *, by: User) -> Decision:
    """Sign what somebody else proposed: it is decided, in force and told in the same transaction.

    Raises NotEligible for whoever proposed it or is concerned, Changed if its author has changed it since,
    BadDecision for what would end before it begins, WrongState once it is closed.
    """
    require(by, Right.SIGN)
    row, case = _waiting(row)
    _refuse(row, case, by)
    item = items.find(case.item_kind, case.item_key)
    ruling = ruling_of(row)
    deciding.check_words(item, ruling)
    deciding.check_restriction(item, ruling)
    decision = deciding.carry_out(case, item, ruling, row.proposer, second=by)
    _close(row, Proposal.State.SIGNED, by, decision=decision)
    deciding.announce(decision, by=by)
    return decision


@transaction.atomic
def decline(row: Proposal, reason: str, *, by: User) -> Proposal:
    """Not sign it, with reasons for whoever proposed it; its case waits for a decision again.

    Raises NotEligible, BadDecision without reasons, WrongState.
    """
    require(by, Right.SIGN)
    words = reason.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise BadDecision(_("Say why you do not sign it, in a sentence."))
    row, case = _waiting(row)
    _refuse(row, case, by)
    _close(row, Proposal.State.DECLINED, by, answer=words)
    cases.move(case, state=CaseState.TRIAGED)
    journal.write(events.EndDeclined(subject=row.subject, case_id=case.pk), by=by.as_actor())
    return row


@transaction.atomic
def withdraw_proposal(row: Proposal, *, by: User) -> Proposal:
    """Take one's own proposal back; its case waits for a decision again. Raises NotEligible, WrongState."""
    require(by, Right.MODERATE)
    row, case = _waiting(row)
    if row.proposer_id != by.pk:
        raise NotEligible(_("%(person)s has proposed this.") % {"person": row.proposer})
    _close(row, Proposal.State.WITHDRAWN, None)
    cases.move(case, state=CaseState.TRIAGED)
    journal.write(events.EndWithdrawn(subject=row.subject, case_id=case.pk), by=by.as_actor())
    return row


def why_not_sign(row: Proposal, person: User) -> str:
    """Return why somebody may not sign; empty if they may."""
    if not person.may(Right.SIGN):
        return _("%(person)s does not sign what others propose.") % {"person": person}
    if row.proposer_id == person.pk:
        return _("You have proposed this yourself. Somebody else signs it, or does not.")
    item = items.kind_named(row.case.item_kind).find(row.case.item_key)
    if deciding.is_party(row.case, item, person):
        return _("You wrote or reported this yourself. Somebody else decides about it.")
    return ""


def signers(row: Proposal) -> list[User]:
    """Return who may sign."""
    return [one for one in User.objects.who_may(Right.SIGN).order_by("pk") if not why_not_sign(row, one)]


def ruling_of(row: Proposal) -> Ruling:
    """Return what somebody proposed as it would be decided."""
    return Ruling(
        item_version=row.item_version,
        facts=row.facts,
        explanation=row.explanation,
        effects=tuple(
            Wanted(kind, datetime.fromisoformat(until) if until else None) for kind, until in row.effects
        ),
        rule=row.rule,
        legal_ground=row.legal_ground,
        category=row.category,
        keyword=row.keyword,
        reporter_reason=row.reporter_reason,
        unfounded=frozenset(row.unfounded),
    )


def _refuse(row: Proposal, case: Case, by: User) -> None:
    row.case = case
    reason = why_not_sign(row, by)
    if reason:
        raise NotEligible(reason)


def _waiting(row: Proposal) -> tuple[Proposal, Case]:
    """Return a proposal and its case, both locked. Raises WrongState once it is closed."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=row.case_id)
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("rule__book", "proposer")
    row = rows.get(pk=row.pk)
    if row.state != Proposal.State.WAITING:
        raise WrongState(
            _("This proposal is closed: %(state)s.") % {"state": Proposal.State(row.state).label}
        )
    return row, case


def _close(
    row: Proposal,
    state: Proposal.State,
    second: User | None,
    *,
    decision: Decision | None = None,
    answer: str = "",
) -> None:
    row.state, row.second, row.closed_at = state, second, timezone.now()
    row.decision, row.answer = decision, answer
    if decision is not None:  # its words are the reasons of the decision now
        row.facts = row.explanation = row.reporter_reason = ""
    row.save()
