# SPDX-License-Identifier: Apache-2.0
"""Deciding: decision, effects, reasons, notices, facts and journal in one transaction, or nothing of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import events, items, manners, standing
from onrecord.moderation.actions import cases, committing, effects, facts, senders, telling
from onrecord.moderation.actions.effects import Wanted
from onrecord.moderation.errors import BadDecision, Changed, NotEligible
from onrecord.moderation.items import Item
from onrecord.moderation.models import (
    HIDING,
    ON_PERSONS,
    AuthorityOrder,
    Case,
    CaseState,
    Conduct,
    Decision,
    EffectKind,
    Mark,
    Owner,
    Policy,
    Pseudonym,
    Reasons,
    Report,
    ReportState,
    Rule,
    RuleBook,
    Source,
    Verdict,
)
from onrecord.moderation.moments import deadline
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.statements.pages.site import Site

LONGEST = 5000
SALT_SIZE = 32


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decides. Without effects: no action."""

    item_version: str
    facts: str
    explanation: str = ""
    effects: tuple[Wanted, ...] = ()
    rule: Rule | None = None
    legal_ground: str = ""
    category: str = ""
    keyword: str = ""
    scope: tuple[str, ...] = ()
    spam: bool = False
    reporter_reason: str = ""
    unfounded: frozenset[int] = field(default=frozenset())
    """Numbers of reports that are manifestly unfounded, so that they weigh against who sent them."""


def decide(case: Case, ruling: Ruling, *, by: User, revision: int) -> Decision:
    """Judge what a case is about. Everybody concerned is told in the same transaction.

    Raises Changed if case or item is not what the page showed, BadDecision naming what is missing or not
    possible, NotEligible for the author, WrongState.
    """
    require(by, Right.MODERATE)
    with transaction.atomic():
        case = cases.undecided(case, revision)
        cases.refuse_others(case, by)
        item = items.find(case.item_kind, case.item_key)
        check(item, ruling)
        refuse_party(case, item, by)
        decision = carry_out(case, item, ruling, by)
        announce(decision, by=by)
    return decision


def announce(decision: Decision, *, by: User) -> None:
    """Write to the journal that something was decided, in the transaction that decides it."""
    event = events.Decided(
        subject=decision.case.subject,
        decision_id=decision.pk,
        verdict=decision.verdict,
        effects=list(decision.effects.order_by("number").values_list("kind", flat=True)),
    )
    journal.write(event, by=by.as_actor())


def check(item: Item, ruling: Ruling) -> None:
    """Raise Changed or BadDecision unless one person can decide this about this thing."""
    check_words(item, ruling)
    if any(one.kind == EffectKind.TERMINATE for one in ruling.effects):
        raise BadDecision(
            _("Nobody ends somebody’s standing for good alone. Propose it; another person signs.")
        )
    if ruling.effects:
        check_restriction(item, ruling)


def check_words(item: Item, ruling: Ruling) -> None:
    """Raise Changed or BadDecision for a thing that is another by now, and for facts that are missing."""
    if item.version != ruling.item_version:
        raise Changed(_("The author has changed it since you opened this page. Look again."))
    if not ruling.facts.strip():
        raise BadDecision(_("Say which facts count. Whoever is concerned reads them."))
    if len(ruling.facts) > LONGEST or len(ruling.explanation) > LONGEST:
        raise BadDecision(_("Facts and explanation have %(most)s letters at most.") % {"most": LONGEST})


def check_restriction(item: Item, ruling: Ruling) -> None:
    """Raise BadDecision unless ground and effects go together and are possible here."""
    _check_ground(item, ruling)
    _check_effects(item, ruling)


def new_decision(case: Case, item: Item, ruling: Ruling, verdict: str, by: User, **more: object) -> Decision:
    """Store a decision with its reasons, and put its effects in force. What follows is to commit to it."""
    number = (case.decisions.aggregate(last=Max("number"))["last"] or 0) + 1
    ends = [one.until for one in ruling.effects]
    given = {
        "source": source_of(case),
        "automated_detection": bool(case.detected_by),
        "decider_number": pseudonym(by),
    } | more
    decision = Decision.objects.create(
        case=case,
        number=number,
        verdict=verdict,
        decider=by,
        item_version=item.version,
        item_created_at=item.created_at,
        rule=ruling.rule,
        rule_effective_from=ruling.rule.book.effective_from if ruling.rule else None,
        legal_ground=ruling.legal_ground.strip(),
        category=ruling.category or (ruling.rule.category if ruling.rule else ""),
        keyword=ruling.keyword,
        scope=list(ruling.scope),
        until=max((end for end in ends if end), default=None) if all(ends) else None,
        spam=ruling.spam,
        names_reporter=bool(ruling.reporter_reason.strip()),
        **given,
    )
    Reasons.objects.create(
        decision=decision,
        salt=secrets.token_bytes(SALT_SIZE),
        facts=ruling.facts.strip(),
        explanation=_explained(ruling),
        reporter_reason=ruling.reporter_reason.strip(),
        item_text=item.text,
        item_html=item.html,
        item_url=item.url,
        language=get_language() or Site.current().default_language,
    )
    effects.put_in_force(decision, item, ruling.effects, by=by.as_actor())
    if ruling.effects and ruling.rule is not None:
        _mark(decision, item, ruling.rule)
    return decision


def _explained(ruling: Ruling) -> str:
    """Return the explanation, after the words that effects have of their own."""
    return "\n\n".join(
        filter(None, [*(one.words.strip() for one in ruling.effects), ruling.explanation.strip()])
    )


def source_of(case: Case) -> Source:
    """Return who brought a case up: the weightiest of its reports, else a program or the newsroom."""
    if AuthorityOrder.objects.filter(case=case).exists():
        return Source.ORDER
    sources = set(case.reports.values_list("source", flat=True))
    for source in (Source.ORDER, Source.TRUSTED, Source.READER):
        if source in sources:
            return source
    return Source.PROGRAM if case.detected_by else Source.STAFF


def pseudonym(person: User) -> int:
    """Return the number by which readers know somebody."""
    found = Pseudonym.objects.filter(person=person).first()
    if found is None:
        last = Pseudonym.objects.aggregate(last=Max("number"))["last"] or 0
        found = Pseudonym.objects.create(person=person, number=last + 1)
    return found.number


def is_party(case: Case, item: Item | None, person: User) -> bool:
    """Tell whether somebody wrote the thing or reported it; also where it is gone by now (None)."""
    address = person.email.lower()
    author = items.kind_named(case.item_kind).person((item and item.author) or case.author)
    if author is not None and author.address.lower() == address:
        return True
    return case.reports.filter(contact__address=address).exists()


def refuse_party(case: Case, item: Item, person: User) -> None:
    """Raise NotEligible for the author and for whoever reported it."""
    if is_party(case, item, person):
        raise NotEligible(_("You wrote or reported this yourself. Somebody else decides about it."))


def carry_out(case: Case, item: Item, ruling: Ruling, by: User, **more: object) -> Decision:
    """Decide what was checked: effects, notices, facts. Called in the transaction of whoever decides."""
    actor, now = by.as_actor(), timezone.now()
    opened, due = case.opened_at, case.deadline
    verdict = Verdict.RESTRICT if ruling.effects else Verdict.NO_ACTION
    decision = new_decision(case, item, ruling, verdict, by, **more)
    if item.held and not ruling.effects:
        items.kind_named(case.item_kind).approve(case.item_key, by=actor)
    committing.commit_to(decision)
    facts.of_decision(decision, item, start=opened, due=due)
    cases.move(
        case,
        state=CaseState.DECIDED,
        owner=Owner.CLOCK,
        deadline=deadline(now, 2 * Policy.current().appeal_window),
        claimed_by=None,
        claimed_at=None,
        decided_at=now,
        held=False,
        category=decision.category or case.category,
    )
    for report in case.reports.filter(state=ReportState.IN_CASE).select_related("contact"):
        answer(report, decision, unfounded=report.pk in ruling.unfounded, by=by)
    if ruling.effects or manners.of(case.item_kind).always_told:
        telling.tell_author(decision, by=actor, by_mail=not ruling.spam)
    telling.open_redress(case)
    return decision


def answer(report: Report, decision: Decision, *, unfounded: bool, by: User) -> None:
    """Tell whoever reported it what came of it."""
    now = timezone.now()
    report.state, report.answered_at, report.unfounded = ReportState.ANSWERED, now, unfounded
    report.save(update_fields=["state", "answered_at", "unfounded"])
    facts.of_answer(report, decision, due=_due(report))
    telling.tell_reporter(decision, report, by=by.as_actor())
    if unfounded and report.contact_id:
        senders.weigh(Conduct.REPORTS, f"contact/{report.contact_id}", decision)


def _due(report: Report) -> datetime:
    policy = Policy.current()
    time = policy.urgent_time if report.source == Source.TRUSTED else policy.decision_time
    return deadline(report.received_at or report.created_at, time)


def _check_ground(item: Item, ruling: Ruling) -> None:
    if (ruling.rule is None) == (not ruling.legal_ground.strip()):
        raise BadDecision(_("Name the rule that it breaks, or else the law: exactly one of them."))
    if ruling.rule is None:
        if not ruling.explanation.strip():
            raise BadDecision(_("Say why it breaks this law (Article 17(3)(d))."))
        return
    applied = RuleBook.at(item.created_at, manners.of(item.kind).book.code)
    if applied is None or ruling.rule.book_id != applied.pk:
        raise BadDecision(
            _("It was written when %(rules)s applied, so it is judged by these, or by law alone.")
            % {"rules": _("version %s of the rules") % applied.version if applied else _("no rules")}
        )
    beyond = [one.kind for one in ruling.effects if one.kind not in ruling.rule.sanctions]
    if beyond:
        raise BadDecision(
            _("Rule %(rule)s does not allow: %(effect)s.")
            % {"rule": ruling.rule.number, "effect": manners.effect_label(item.kind, beyond[0])}
        )


def _check_effects(item: Item, ruling: Ruling) -> None:
    kinds = [one.kind for one in ruling.effects]
    possible = items.kind_named(item.kind).effects
    if len(set(kinds)) != len(kinds) or len(set(kinds) & set(HIDING)) > 1:
        raise BadDecision(_("Choose each effect once, and either to hold or to seal."))
    for one in ruling.effects:
        if one.kind not in possible:
            raise BadDecision(
                _("This cannot be done with it: %s.") % manners.effect_label(item.kind, one.kind)
            )
        if one.kind == EffectKind.LABEL and manners.of(item.kind).label_has_words and not one.words.strip():
            raise BadDecision(_("Write what applies: whoever it concerns has to be able to keep to it."))
        if one.kind in ON_PERSONS and not item.author:
            raise BadDecision(_("Nobody is known as its author, so no effect on a person is possible."))
        if one.kind in {EffectKind.HOLD, EffectKind.SUSPEND} and one.until is None:
            raise BadDecision(_("Say until when: %s.") % EffectKind(one.kind).label)
        if one.until is not None and one.until <= timezone.now():
            raise BadDecision(_("An effect ends in the future."))
        if one.kind == EffectKind.TERMINATE and one.until is not None:
            raise BadDecision(_("What ends for good has no end: suspend instead."))
        if one.kind == EffectKind.SUSPEND and not standing.of(item.author).warned_before:
            raise BadDecision(_("Nobody is suspended without a warning before (Article 23). Warn first."))
    if EffectKind.TERMINATE in kinds:
        _check_end(item, ruling)


def _check_end(item: Item, ruling: Ruling) -> None:
    """By a rule it is the last step; where the law is the ground it can be the first one."""
    if {one.kind for one in ruling.effects} & {EffectKind.SUSPEND, EffectKind.LIMIT}:
        raise BadDecision(_("Who can never write again is neither limited nor suspended. Choose one."))
    if ruling.rule is not None and not standing.of(item.author).suspended_before:
        raise BadDecision(
            _(
                "Under a rule nobody’s standing ends who was not suspended before."
                " Suspend first, or cite a law."
            )
        )


def _mark(decision: Decision, item: Item, rule: Rule) -> None:
    if item.author and rule.points:
        now = timezone.now()
        Mark.objects.create(
            person=item.author,
            conduct=Conduct.CONTENT,
            points=rule.points,
            decision=decision,
            at=now,
            expires_at=now + rule.points_time,
        )


def comment_of_spam(decision_id: int, *, superseded: bool = False) -> str:
    """Return the key of the comment that a decision found to be spam; empty if it found anything else.

    `superseded`: ask about the decision that this one supersedes.
    """
    decision = Decision.objects.select_related("case", "supersedes").get(pk=decision_id)
    meant = decision.supersedes if superseded else decision
    if meant is None or not meant.spam or decision.case.item_kind != "comment":
        return ""
    return decision.case.item_key


def rules_for(item: Item) -> Sequence[Rule]:
    """Return the rules that a thing can be judged by: those that applied when it was written."""
    book = RuleBook.at(item.created_at, manners.of(item.kind).book.code)
    if book is None:
        return []
    return list(book.rules.select_related("book").prefetch_related("texts").order_by("position"))
