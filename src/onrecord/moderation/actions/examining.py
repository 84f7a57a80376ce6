# SPDX-License-Identifier: Apache-2.0
"""Examining what was drawn: same thing, same rules, another person, who does not know the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import events, items, manners
from onrecord.moderation.actions import appealing, committing, deciding, effects, facts, hearing, telling
from onrecord.moderation.actions.deciding import Ruling
from onrecord.moderation.errors import BadDecision, NotEligible, WrongState
from onrecord.moderation.models import (
    CLOSED,
    Conduct,
    Decision,
    EffectState,
    Mark,
    Recheck,
    RecheckFact,
    Rule,
    RuleBook,
    Verdict,
)
from onrecord.people.models import User
from onrecord.people.roles import Right, require

SHORTEST, LONGEST = 10, 2_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody would have decided: no effect means no action; else by a rule, or by the law."""

    why: str
    effects: tuple[str, ...] = ()
    rule: Rule | None = None
    by_law: bool = False


@transaction.atomic
def examine(row: Recheck, judgement: Judgement, *, by: User) -> Recheck:
    """Judge a drawn decision again. It changes nothing but the figures; `put_right` does.

    Raises NotEligible for whoever had a part in it, BadDecision, WrongState once somebody has.
    """
    row = Recheck.objects.select_for_update(of=("self",)).select_related("decision__case").get(pk=row.pk)
    _refuse(row, by)
    if row.state != Recheck.State.WAITING:
        raise WrongState(_("Somebody has examined this already, or it cannot be examined any more."))
    _check(row.decision, judgement)
    row.state, row.examiner, row.examined_at = Recheck.State.EXAMINED, by, timezone.now()
    row.effects, row.rule, row.by_law = list(judgement.effects), judgement.rule, judgement.by_law
    row.why, row.outcome = judgement.why.strip(), compared(row.decision, judgement)
    row.save()
    RecheckFact.objects.filter(of=row.pk).update(outcome=row.outcome)
    journal.write(events.Examined(subject=row.subject, outcome=row.outcome), by=by.as_actor())
    return row


@transaction.atomic
def put_right(row: Recheck, *, by: User) -> Decision:
    """Reverse, of the newsroom's own accord, a restriction in force that an examination found wrong.

    Only somebody who may hear appeals and had no part in the decision. Both sides are told; who reported
    it may appeal. Raises NotEligible; WrongState where there is nothing to undo, or an appeal is open.
    """
    require(by, Right.HEAR_APPEALS)
    row = Recheck.objects.select_for_update(of=("self",)).select_related("decision__case").get(pk=row.pk)
    earlier, case = row.decision, row.decision.case
    if reason := appealing.why_not_hear(earlier, case, by):
        raise NotEligible(reason)
    if not can_be_put_right(row):
        raise WrongState(_("There is nothing to put right: it was not found wrong, or nothing is in force."))
    if earlier.appeals.exclude(state__in=CLOSED).exists():
        raise WrongState(_("Somebody has appealed against this decision. Hear the appeal."))
    item = items.find(case.item_kind, case.item_key)
    ruling = Ruling(
        item_version=item.version, facts=row.why, category=earlier.category, keyword=earlier.keyword
    )
    decision = deciding.new_decision(
        case,
        item,
        ruling,
        Verdict.REVERSED,
        by,
        source=earlier.source,
        automated_detection=earlier.automated_detection,
        supersedes=earlier,
    )
    facts.of_decision(decision, item, start=row.examined_at or timezone.now(), due=None)
    effects.undo(earlier.effects.all(), decision=decision, by=by.as_actor())
    committing.commit_to(decision)
    Mark.objects.filter(decision=earlier, conduct=Conduct.CONTENT).update(void=True)
    facts.note_reversal(earlier, Verdict.REVERSED)
    hearing.tell_both(case, earlier, decision, by_mail=not earlier.spam, by=by)
    telling.open_redress(case)
    journal.write(events.PutRight(subject=row.subject, decision_id=decision.pk), by=by.as_actor())
    return decision


def can_be_put_right(row: Recheck) -> bool:
    """Tell whether an examination found a restriction wrong that is still in force."""
    wrong = row.outcome == Recheck.Outcome.WRONG and not row.effects
    return wrong and row.decision.effects.filter(state=EffectState.APPLIED).exists()


def why_not_examine(row: Recheck, person: User) -> str:
    """Return why somebody may not examine this; empty if they may."""
    if not (person.may(Right.MODERATE) or person.may(Right.HEAR_APPEALS)):
        return _("%(person)s neither moderates nor hears appeals.") % {"person": person}
    if person.pk in appealing.took_part(row.decision, row.decision.case):
        return _("You had a part in this decision. Somebody else examines it.")
    item = items.kind_named(row.decision.case.item_kind).find(row.decision.case.item_key)
    if deciding.is_party(row.decision.case, item, person):
        return _("You wrote or reported this yourself. Somebody else examines it.")
    return ""


def waiting_for(person: User, *, limit: int = 50) -> list[Recheck]:
    """Return what somebody may examine, the oldest first."""
    rows = Recheck.objects.filter(state=Recheck.State.WAITING).select_related("decision__case", "sample")
    return [row for row in rows.order_by("pk")[:limit] if not why_not_examine(row, person)]


def rules_then(decision: Decision) -> Sequence[Rule]:
    """Return the rules that applied when the thing was written."""
    book = RuleBook.at(decision.item_created_at, manners.of(decision.case.item_kind).book.code)
    if book is None:
        return []
    return list(book.rules.select_related("book").prefetch_related("texts").order_by("position"))


def compared(decision: Decision, judgement: Judgement) -> Recheck.Outcome:
    """Return how a judgement stands to what was decided."""
    kinds = set(decision.effects.values_list("kind", flat=True))
    if bool(kinds) != bool(judgement.effects):
        return Recheck.Outcome.WRONG
    rule = judgement.rule.pk if judgement.rule else None
    same = kinds == set(judgement.effects) and (not kinds or decision.rule_id == rule)
    return Recheck.Outcome.SAME if same else Recheck.Outcome.OTHERWISE


def _refuse(row: Recheck, by: User) -> None:
    if reason := why_not_examine(row, by):
        raise NotEligible(reason)


def _check(decision: Decision, judgement: Judgement) -> None:
    if not SHORTEST <= len(judgement.why.strip()) <= LONGEST:
        raise BadDecision(_("Say why, in a sentence."))
    unknown = set(judgement.effects) - items.kind_named(decision.case.item_kind).effects
    if unknown:
        raise BadDecision(_("This cannot be done with it: %s.") % ", ".join(sorted(unknown))[:80])
    if judgement.effects and (judgement.rule is None) != judgement.by_law:
        raise BadDecision(_("Name the rule that it breaks, or else the law: exactly one of them."))
    if not judgement.effects and (judgement.rule is not None or judgement.by_law):
        raise BadDecision(_("If it breaks something, say what follows; if not, name neither rule nor law."))
    if judgement.rule is not None and judgement.rule.pk not in {one.pk for one in rules_then(decision)}:
        raise BadDecision(_("This rule did not apply when it was written."))
