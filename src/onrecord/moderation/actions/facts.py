# SPDX-License-Identifier: Apache-2.0
"""The rows that statistics are made of, written with what they are about. Nothing personal goes in."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from onrecord.moderation import items
from onrecord.moderation.categories import CHILD_ABUSE
from onrecord.moderation.items import Item
from onrecord.moderation.models import (
    Appeal,
    AppealFact,
    Basis,
    Decision,
    DecisionFact,
    EffectKind,
    Ground,
    Report,
    ReportFact,
    Verdict,
)
from onrecord.moderation.moments import hours


def of_report(report: Report) -> None:
    """Note that a report was received."""
    at = report.received_at or timezone.now()
    ReportFact.objects.get_or_create(
        of=report.pk,
        defaults={
            "day": at.date(),
            "source": report.source,
            "item_kind": report.item_kind,
            "language": report.language,
            "category": report.category,
            "keyword": CHILD_ABUSE if report.anonymous else "",
            "anonymous": report.anonymous,
            "duplicate": report.duplicate,
        },
    )


def of_answer(report: Report, decision: Decision, *, due: datetime) -> None:
    """Note how a report was answered."""
    at = report.answered_at or timezone.now()
    ReportFact.objects.filter(of=report.pk).update(
        answered_on=at.date(),
        hours=hours(report.received_at or report.created_at, at),
        action=ground_of(decision) if decision.verdict != Verdict.NO_ACTION else Ground.NONE,
        unfounded=report.unfounded,
        automated=decision.is_automatic,
        late=at > due,
    )


def of_decision(decision: Decision, item: Item, *, start: datetime, due: datetime | None) -> None:
    """Note a decision; `start` is when the case, or the appeal, began."""
    kinds = set(decision.effects.values_list("kind", flat=True))
    DecisionFact.objects.create(
        of=decision.pk,
        number=decision.public_number,
        day=decision.decided_at.date(),
        content_day=decision.item_created_at.date(),
        item_kind=item.kind,
        content_type=items.kind_named(item.kind).content_type,
        language=item.language,
        verdict=decision.verdict,
        **{kind.value: kind.value in kinds for kind in EffectKind},
        ground=ground_of(decision),
        legal_ground=decision.legal_ground,
        rule_version=decision.rule.book.version if decision.rule else None,
        rule_number=decision.rule.number if decision.rule else "",
        category=decision.category,
        keyword=decision.keyword,
        source=decision.source,
        automated_detection=decision.automated_detection,
        automated_decision=decision.is_automatic,
        scope=decision.scope,
        until=decision.until.date() if decision.until else None,
        spam=decision.spam,
        on_appeal=decision.answers_appeal,
        hours=hours(start, decision.decided_at),
        late=due is not None and decision.decided_at > due,
    )


def of_appeal(appeal: Appeal) -> None:
    """Note that an appeal was submitted."""
    decision = appeal.decision
    AppealFact.objects.create(
        of=appeal.pk,
        day=appeal.submitted_at.date(),
        party=appeal.party,
        basis=basis_of(decision),
        trusted=_by_trusted_flagger(appeal),
        item_kind=appeal.case.item_kind,
        category=decision.category,
        rule_version=decision.rule.book.version if decision.rule else None,
        rule_number=decision.rule.number if decision.rule else "",
    )


def _by_trusted_flagger(appeal: Appeal) -> bool:
    report = appeal.notice.report
    return report is not None and report.flagger_id is not None


def of_closing(appeal: Appeal, *, outcome: str, due: datetime | None, new_restriction: bool = False) -> None:
    """Note how an appeal ended. Time runs from submission to the notification."""
    now = timezone.now()
    AppealFact.objects.filter(of=appeal.pk).update(
        outcome=outcome,
        closed_on=now.date(),
        hours=hours(appeal.submitted_at, now),
        new_restriction=new_restriction,
        unfounded=appeal.unfounded,
        late=due is not None and now > due,
    )


def note_reversal(decision: Decision, verdict: str) -> None:
    """Note what an appeal made of a decision. That it stands is noted only where no other one changed it."""
    rows = DecisionFact.objects.filter(of=decision.pk)
    (rows.filter(reversed="") if verdict == Verdict.UPHELD else rows).update(reversed=verdict)


def ground_of(decision: Decision) -> Ground:
    """Return whether the rules or the law were the ground."""
    if decision.rule_id:
        return Ground.RULES
    return Ground.LAW if decision.legal_ground else Ground.NONE


def basis_of(decision: Decision) -> Basis:
    """Return what an appeal against a decision is about (Article 20(1)): its gravest effect."""
    kinds = set(decision.effects.values_list("kind", flat=True))
    if not kinds:
        return Basis.NO_ACTION
    if kinds & {EffectKind.SUSPEND, EffectKind.TERMINATE}:
        return Basis.SERVICE
    return Basis.VISIBILITY
