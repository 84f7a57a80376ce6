# SPDX-License-Identifier: Apache-2.0
"""What platforms are told about a thing, a report, a decision: by the interface and by webhook."""

from __future__ import annotations

from typing import Any

from onrecord.moderation import doors
from onrecord.moderation.models import HIDING, Decision, ExternalItem, Notice, Party, Proposal, Report
from onrecord.moderation.platforms.kind import ExternalKind, item_of
from onrecord.statements.pages.site import Site


def of_item(row: ExternalItem) -> dict[str, Any]:
    """Return how a thing stands: the platform carries out what is in force."""
    hiding = {kind.value for kind in HIDING}
    decisions = Decision.objects.filter(case__item_kind=ExternalKind.name, case__item_key=str(row.pk))
    return {
        "id": row.key,
        "version": item_of(row).version,
        "url": row.url,
        "effects": [dict(order) for _reference, order in sorted(row.orders.items())],
        "visible": not any(order["kind"] in hiding for order in row.orders.values()),
        "decisions": [str(one) for one in decisions.select_related("case").order_by("pk")],
    }


def of_report(row: Report) -> dict[str, Any]:
    """Return how a report stands, and the page that is its sender's alone."""
    link = Site.current().url(doors.report_path(row))
    return {"state": row.state, "case": row.case.number if row.case else "", "link": link}


def of_proposal(row: Proposal) -> dict[str, Any]:
    """Return what waits for a second signature, and the decision that it became."""
    item = ExternalItem.objects.get(pk=int(row.case.item_key))
    return {
        "proposal": row.pk,
        "state": row.state,
        "case": row.case.number,
        "item": item.key,
        "effects": [kind for kind, _until in row.effects],
        "decision": row.decision.public_number if row.decision else "",
    }


def of_decision(row: Decision) -> dict[str, Any]:
    """Return a decision, what became of it, and the author's page with reasons and appeal."""
    notice = Notice.objects.filter(decision=row, party=Party.AUTHOR).first()
    item = ExternalItem.objects.get(pk=int(row.case.item_key))
    return {
        "number": row.public_number,
        "case": row.case.number,
        "item": item.key,
        "verdict": row.verdict,
        "effects": [{"kind": one.kind, "state": one.state} for one in row.effects.all()],
        "appeals": [{"state": one.state, "outcome": one.outcome} for one in row.appeals.order_by("pk")],
        "notice": Site.current().url(doors.notice_path(notice)) if notice else "",
    }
