# SPDX-License-Identifier: Apache-2.0
"""The outcome of an appeal: decided by somebody else, carried out exactly, told to all who are concerned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import events, items
from onrecord.moderation.actions import appealing, committing, deciding, effects, facts, senders, telling
from onrecord.moderation.actions.deciding import Ruling
from onrecord.moderation.errors import BadDecision
from onrecord.moderation.items import Item
from onrecord.moderation.models import (
    Appeal,
    AppealState,
    Case,
    CaseState,
    Conduct,
    Decision,
    Effect,
    EffectState,
    Mark,
    Outcome,
    Owner,
    Party,
    Policy,
    Verdict,
)
from onrecord.moderation.moments import deadline
from onrecord.people.models import User


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reviewer finds. `undone` are ids of effects of the decision, where it is partly reversed."""

    outcome: str
    ruling: Ruling
    """Facts and explanation; effects and ground where something is put in force anew."""
    undone: frozenset[int] = frozenset()
    unfounded: bool = False


def hear(row: Appeal, finding: Finding, *, by: User) -> Decision:
    """Decide an appeal, carry the outcome out, and tell author and reporters, in one transaction.

    Only effects of the decision appealed against are undone. Raises NotEligible for anybody who had a part in
    it, BadDecision for an outcome that does not fit, Changed, WrongState.
    """
    with transaction.atomic():
        row = appealing.mine(row, by)
        item = items.find(row.case.item_kind, row.case.item_key)
        undone = _check(row, item, finding)
        decision = _decide(row, item, finding, by)
        effects.undo(undone, decision=decision, by=by.as_actor())
        committing.commit_to(decision)
        if finding.outcome == Outcome.REVERSED:
            Mark.objects.filter(decision=row.decision, conduct=Conduct.CONTENT).update(void=True)
        facts.note_reversal(row.decision, finding.outcome)
        _close(row, finding, decision, by)
        by_mail = not row.decision.spam or row.party == Party.AUTHOR
        tell_both(row.case, row.decision, decision, by_mail=by_mail, by=by)
        telling.open_redress(row.case)
        event = events.Heard(subject=row.subject, outcome=finding.outcome, decision_id=decision.pk)
        journal.write(event, by=by.as_actor())
    return decision


def _check(row: Appeal, item: Item, finding: Finding) -> Collection[Effect]:
    """Return the effects to be undone, or refuse."""
    ruling = finding.ruling
    if finding.outcome not in Outcome.values:
        raise BadDecision(_("Say whether the decision stands, or is reversed partly or as a whole."))
    deciding.check(item, ruling)
    if finding.outcome == Outcome.UPHELD:
        if ruling.effects or finding.undone:
            raise BadDecision(_("Where the decision stands, nothing is undone and nothing added."))
        return ()
    if row.party == Party.REPORTER:
        if not ruling.effects or finding.undone:
            raise BadDecision(_("Say what is restricted after all, under which rule or law."))
        return ()
    active = list(row.decision.effects.filter(state=EffectState.APPLIED))
    if finding.outcome == Outcome.REVERSED:
        if ruling.effects:
            raise BadDecision(_("Where something new is put in force, the decision is only partly reversed."))
        return active
    chosen = [effect for effect in active if effect.pk in finding.undone]
    if len(chosen) != len(finding.undone) or not chosen:
        raise BadDecision(_("Choose which effects of this decision are undone."))
    if len(chosen) == len(active) and not ruling.effects:
        raise BadDecision(_("All of it would be undone, so the decision is reversed as a whole."))
    return chosen


def _decide(row: Appeal, item: Item, finding: Finding, by: User) -> Decision:
    verdict = Verdict(finding.outcome)
    ruling, earlier = finding.ruling, row.decision
    if not ruling.effects:
        ruling = replace(ruling, category=earlier.category, keyword=earlier.keyword)
    decision = deciding.new_decision(
        row.case,
        item,
        ruling,
        verdict,
        by,
        source=earlier.source,
        automated_detection=earlier.automated_detection,
        supersedes=earlier,
    )
    facts.of_decision(decision, item, start=row.submitted_at, due=row.deadline)
    return decision


def _close(row: Appeal, finding: Finding, decision: Decision, by: User) -> None:
    due = row.deadline
    row.state, row.owner, row.deadline = AppealState.DECIDED, Owner.NOBODY, None
    row.outcome, row.outcome_decision = finding.outcome, decision
    row.decided_at, row.unfounded = timezone.now(), finding.unfounded
    row.save()
    facts.of_closing(row, outcome=finding.outcome, due=due, new_restriction=bool(finding.ruling.effects))
    if finding.unfounded:
        senders.weigh(Conduct.APPEALS, telling.party_of(row.notice), decision)


def tell_both(case: Case, earlier: Decision, decision: Decision, *, by_mail: bool, by: User) -> None:
    """Tell author and reporters what became of an earlier decision, whoever asked: both sides learn it."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    case.decided_at, case.owner, case.state = timezone.now(), Owner.CLOCK, CaseState.DECIDED
    case.deadline = deadline(case.decided_at, 2 * Policy.current().appeal_window)
    case.revision += 1
    case.save()
    telling.tell_author(decision, by=by.as_actor(), by_mail=by_mail)
    for report in case.reports.filter(notices__decision=earlier).select_related("contact"):
        telling.tell_reporter(decision, report, by=by.as_actor())
