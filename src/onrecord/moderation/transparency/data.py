# SPDX-License-Identifier: Apache-2.0
"""The figures for programs: everything as JSON, and as one long CSV table that any spreadsheet can turn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from onrecord.moderation.transparency.counting import Pace, Period

HEADER = ("from", "to", "what", "by", "value", "number")


def as_json(period: Period) -> bytes:
    """Return every figure of a period. Names stay; new ones may be added."""
    return json.dumps(_shape(period), ensure_ascii=False, indent=1, default=str).encode()


def as_csv(period: Period) -> bytes:
    """Return the same figures, one in each line (RFC 4180)."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(HEADER)
    for what, by, value, number in _lines(period):
        table.writerow((period.first, period.last, what, by, value, number))
    return written.getvalue().encode()


def _shape(period: Period) -> dict[str, Any]:
    return {
        "from": period.first,
        "to": period.last,
        "reports": {
            **_pace(period.reports),
            "unfounded": period.unfounded,
            "by_category": period.by_category,
            "by_source": period.by_source,
        },
        "decisions": {
            **_pace(period.decisions),
            "by_kind": period.by_kind,
            "by_rule": [asdict(ruled) for ruled in period.by_rule],
            "automatic": period.automatic,
            "by_law": period.by_law,
        },
        "appeals": {
            **_pace(period.appeals),
            "by_outcome": period.by_outcome,
            "by_party": period.by_party,
        },
        "disputes": {"number": period.disputes, "lost": period.disputes_lost},
        "suspensions": period.suspensions,
        "rechecks": {**asdict(period.rechecks), "error_rate": period.rechecks.error_rate},
        "steps": [asdict(step) for step in period.steps],
    }


def _pace(pace: Pace) -> dict[str, Any]:
    return {"number": pace.number, "done": pace.done, "late": pace.late, "median_hours": pace.hours}


def _lines(period: Period) -> Iterator[tuple[str, str, str, float | int]]:
    for what, pace in (
        ("reports", period.reports),
        ("decisions", period.decisions),
        ("appeals", period.appeals),
    ):
        yield what, "all", "", pace.number
        yield what, "state", "done", pace.done
        yield what, "state", "late", pace.late
        if pace.hours is not None:
            yield what, "median_hours", "", pace.hours
    for what, by, figures in (
        ("reports", "category", period.by_category),
        ("reports", "source", period.by_source),
        ("decisions", "kind", period.by_kind),
        ("appeals", "outcome", period.by_outcome),
        ("appeals", "party", period.by_party),
        ("suspensions", "conduct", period.suspensions),
    ):
        for value, number in figures.items():
            yield what, by, value, number
    for ruled in period.by_rule:
        name = f"rule {ruled.number} (version {ruled.version})" if ruled.version else "law"
        yield "decisions", "ground", name, ruled.total
        yield "decisions reversed", "ground", name, ruled.reversed
        for kind, number in ruled.kinds.items():
            yield f"decisions: {kind}", "ground", name, number
    for what, number in asdict(period.rechecks).items():
        yield "rechecks", "state", what, number
    if period.rechecks.error_rate is not None:
        yield "rechecks", "error_rate", "", period.rechecks.error_rate
    yield "decisions", "automatic", "", period.automatic
    yield "disputes", "all", "", period.disputes
    yield "disputes", "lost", "", period.disputes_lost
    for step in period.steps:
        for what, number in (
            ("reports", step.reports),
            ("decisions", step.decisions),
            ("appeals", step.appeals),
        ):
            yield what, "step", str(step.first), number
