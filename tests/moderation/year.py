# SPDX-License-Identifier: Apache-2.0
"""A year of judging, as facts alone: what statistics and reports are counted from."""

from __future__ import annotations

from datetime import date
from typing import Any

from onrecord.moderation.models import AppealFact, DecisionFact, ReportFact, SuspensionFact

SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
OTHER_RULE = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"


def reported(of: int, day: date, **more: Any) -> ReportFact:
    """Note a report that was answered within five hours, unless said otherwise."""
    values: dict[str, Any] = {
        "source": "reader",
        "item_kind": "comment",
        "language": "en",
        "category": SPEECH,
        "answered_on": day,
        "hours": 5,
        "action": "",
    }
    return ReportFact.objects.create(of=of, day=day, **{**values, **more})


def decided(of: int, day: date, **more: Any) -> DecisionFact:
    """Note that a comment was taken out of view by rule 3, unless said otherwise."""
    values: dict[str, Any] = {
        "number": f"{day.year}-{of:06d}-1",
        "content_day": day,
        "item_kind": "comment",
        "content_type": "CONTENT_TYPE_TEXT",
        "language": "en",
        "verdict": "restrict",
        "seal": True,
        "ground": "rules",
        "rule_version": 1,
        "rule_number": "3",
        "category": OTHER_RULE,
        "source": "staff",
        "hours": 7,
    }
    return DecisionFact.objects.create(of=of, day=day, **{**values, **more})


def appealed(of: int, day: date, **more: Any) -> AppealFact:
    """Note an appeal of an author that was decided against them, unless said otherwise."""
    values: dict[str, Any] = {
        "party": "author",
        "basis": "visibility",
        "item_kind": "comment",
        "category": OTHER_RULE,
        "rule_version": 1,
        "rule_number": "3",
        "outcome": "upheld",
        "closed_on": day,
        "hours": 72,
    }
    return AppealFact.objects.create(of=of, day=day, **{**values, **more})


def a_year_of_judging() -> None:
    """Fill 2026: in March by rule 3 and the law, in April one no-action that a reporter appealed."""
    march, april = date(2026, 3, 4), date(2026, 4, 8)
    reported(1, march, action="rules", hours=3)
    reported(2, march, source="trusted_flagger", action="law", hours=30, late=True)
    reported(3, april, category=OTHER_RULE)
    reported(4, april, answered_on=None, hours=None, unfounded=True)
    decided(1, march, source="reader", reversed="reversed")
    decided(
        2, march, source="trusted_flagger", ground="law", rule_version=None, rule_number="", category=SPEECH
    )
    decided(3, march, seal=False, label=True, hours=9, late=True)
    decided(4, april, verdict="no_action", seal=False, ground="", rule_version=None, rule_number="")
    decided(5, april, suspend=True, automated_detection=True)
    decided(6, april, verdict="reversed", seal=False, on_appeal=True)
    appealed(1, march, outcome="reversed")
    appealed(2, april, party="reporter", basis="no_action", outcome="", closed_on=None, hours=None)
    SuspensionFact.objects.create(of="effect/9", day=april, conduct="content", days=7)
