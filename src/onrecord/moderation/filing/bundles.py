# SPDX-License-Identifier: Apache-2.0
"""Everything about one case in one archive, for an out-of-court body (DSA Art. 21) or a court.

The same case gives the same bytes. Nobody's address is in it; who reported is only where a decision records
why that is strictly necessary (Art. 17(3)(b)). Moderators are numbers, as in public.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.moderation import categories, files, items, manners, pages, reasons
from onrecord.moderation.errors import NoSuchItem
from onrecord.moderation.filing import events, proving
from onrecord.moderation.filing.actions import packed
from onrecord.moderation.models import (
    Appeal,
    Case,
    Decision,
    External,
    Notice,
    Party,
    Reasons,
    Report,
    ReportState,
)
from onrecord.people.models import User
from onrecord.people.roles import Right, may, require
from onrecord.statements.pages.site import Site

FORMAT = "onrecord case bundle 1"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, in order."""

    at: datetime
    what: str
    detail: str = ""


@transaction.atomic
def bundle(case: Case, *, by: User) -> bytes:
    """Return the archive of a case; moderators, reviewers and administrators."""
    if not any(may(by, right) for right in (Right.HEAR_APPEALS, Right.ADMINISTER)):
        require(by, Right.MODERATE)
    found = contents(case)
    journal.write(events.BundleMade(subject=case.subject), by=by.as_actor())
    return packed(found)


def contents(case: Case) -> dict[str, bytes]:
    """Return the files of a bundle by name, checksums last; written in English, texts as they were."""
    with translation.override("en"):
        told = _told(case)
        page = render_to_string("moderation/filing/bundle.html", {"case": case, **told})
    found = {
        "index.html": page.encode(),
        "case.json": json.dumps(told, ensure_ascii=False, indent=1, default=_plain, sort_keys=True).encode(),
        **dict(_things(case)),
        **dict(_attachments(case)),
        **proving.files(_decisions(case)),
    }
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(found.items()))
    return {**found, "SHA256SUMS": sums.encode()}


def _told(case: Case) -> dict[str, Any]:
    named = case.decisions.filter(names_reporter=True).exists()
    return {
        "format": FORMAT,
        "newsroom": Site.current().address,
        "number": case.number,
        "thing": {
            "kind": case.item_kind,
            "title": case.title,
            "author": case.author_name,
            "language": case.language,
            "now": _now(case),
        },
        "state": case.state,
        "reports": [_report(row, named=named) for row in _reports(case)],
        "decisions": [_decision(row) for row in _decisions(case)],
        "appeals": [_appeal(row) for row in _appeals(case)],
        "disputes": [
            {
                "body": row.body,
                "reference": row.reference,
                "filed": row.filed_at,
                "outcome": row.outcome,
                "costs": row.costs,
                "followed": row.state == External.State.IMPLEMENTED if row.outcome else None,
            }
            for row in case.externals.order_by("pk")
        ],
        "timeline": sorted(_timeline(case), key=lambda moment: (moment.at, moment.what)),
    }


def _now(case: Case) -> str:
    try:
        return items.find(case.item_kind, case.item_key).version
    except NoSuchItem:
        return ""


def _reports(case: Case) -> list[Report]:
    return list(case.reports.order_by("pk"))


def _decisions(case: Case) -> list[Decision]:
    rows = case.decisions.select_related("rule__book").prefetch_related("effects", "notices")
    return list(rows.order_by("number"))


def _appeals(case: Case) -> list[Appeal]:
    return list(case.appeals.select_related("decision").prefetch_related("remarks").order_by("pk"))


def _report(row: Report, *, named: bool) -> dict[str, Any]:
    return {
        "received": row.received_at,
        "source": row.source,
        "category": categories.label(row.category),
        "explanation": row.explanation,
        "version_reported": row.item_version,
        "name": row.name if named and row.state != ReportState.WITHDRAWN else "",
    }


def _decision(row: Decision) -> dict[str, Any]:
    words = Reasons.objects.filter(decision=row).first()
    rule = pages.told(row.rule, "en") if row.rule else None
    return {
        "number": row.public_number,
        "decided": row.decided_at,
        "verdict": row.verdict,
        "by": row.classifier or f"number {row.decider_number}",
        "signatures": 1 if row.second_id is None else 2,
        "version_judged": row.item_version,
        "facts": words.facts if words else "",
        "explanation": words.explanation if words else "",
        "legal_ground": row.legal_ground,
        "rule": None
        if rule is None or row.rule is None
        else {
            "number": rule.number,
            "version": row.rule.book.version,
            "effective_from": row.rule.book.effective_from,
            "title": rule.title,
            "text": rule.text,
            "examples": rule.examples,
        },
        "effects": [
            {"kind": effect.kind, "state": effect.state, "until": effect.until, "ended": effect.ended_at}
            for effect in row.effects.all()
        ],
        "notices": [_notice(notice) for notice in row.notices.order_by("pk")],
    }


def _notice(row: Notice) -> dict[str, Any]:
    points = [
        {"heading": point.heading, "lines": point.lines, "url": point.url, "article_17_3": point.letter}
        for point in reasons.points(row)
    ]
    return {
        "party": row.party,
        "language": row.language,
        "state": row.state,
        "informed": row.informed_at,
        "appeal_until": row.appeal_until,
        "points": points,
    }


def _appeal(row: Appeal) -> dict[str, Any]:
    return {
        "against": row.decision.public_number,
        "party": row.party,
        "submitted": row.submitted_at,
        "text": row.text,
        "state": row.state,
        "outcome": row.outcome,
        "closed_reason": row.closed_reason,
        "remarks": [
            {"at": remark.at, "by": "reviewer" if remark.from_reviewer else row.party, "text": remark.text}
            for remark in row.remarks.all()
        ],
        "attachments": [one.name for one in row.attachments.order_by("pk")],
    }


def _timeline(case: Case) -> Iterator[Moment]:
    yield Moment(case.opened_at, _("Case opened"))
    for report in _reports(case):
        if report.received_at:
            yield Moment(report.received_at, _("Report received"), categories.label(report.category))
    yield from _proposals(case)
    for decision in _decisions(case):
        yield Moment(
            decision.decided_at, _("Decision"), f"{decision.public_number}: {decision.get_verdict_display()}"
        )
        for effect in decision.effects.all():
            yield Moment(
                effect.applied_at, _("In force"), manners.effect_label(effect.item_kind, effect.kind)
            )
            if effect.ended_at:
                yield Moment(effect.ended_at, _("Ended"), manners.effect_label(effect.item_kind, effect.kind))
        for notice in decision.notices.order_by("pk"):
            yield Moment(notice.created_at, _("Notice written"), str(Party(notice.party).label))
            if notice.informed_at:
                yield Moment(notice.informed_at, _("Party informed"), str(Party(notice.party).label))
    for appeal in _appeals(case):
        yield Moment(appeal.submitted_at, _("Appeal"), str(Party(appeal.party).label))
        for remark in appeal.remarks.all():
            yield Moment(remark.at, _("Question") if remark.from_reviewer else _("Answer"))
        if appeal.decided_at:
            yield Moment(appeal.decided_at, _("Appeal decided"), str(appeal.get_outcome_display()))
    for row in case.externals.order_by("pk"):
        yield Moment(row.filed_at, _("Dispute filed"), f"{row.body} {row.reference}")
        if row.outcome_at:
            yield Moment(row.outcome_at, _("Dispute decided"), str(row.get_outcome_display()))


def _proposals(case: Case) -> Iterator[Moment]:
    for row in case.proposals.order_by("pk"):
        yield Moment(row.proposed_at, _("End for good proposed"))
        if row.closed_at:
            yield Moment(row.closed_at, str(row.get_state_display()))


def _things(case: Case) -> Iterator[tuple[str, bytes]]:
    """Yield the thing as it was at each decision: the words, and what readers got."""
    for decision in _decisions(case):
        words = Reasons.objects.filter(decision=decision).first()
        if words is not None:
            yield f"content/{decision.public_number}.txt", words.item_text.encode()
            yield f"content/{decision.public_number}.html.txt", words.item_html.encode()


def _attachments(case: Case) -> Iterator[tuple[str, bytes]]:
    for appeal in _appeals(case):
        for number, one in enumerate(appeal.attachments.order_by("pk"), start=1):
            try:
                yield f"attachments/{appeal.pk}-{number}-{one.name}", files.read(one)
            except FileNotFoundError:
                yield f"attachments/{appeal.pk}-{number}-missing.txt", f"{one.sha256} {one.name}\n".encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Moment):
        return {"at": value.at.isoformat(), "what": value.what, "detail": value.detail}
    return str(value)
