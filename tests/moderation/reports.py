# SPDX-License-Identifier: Apache-2.0
"""Facts for transparency reports: a plain year, and any that Hypothesis can think of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.transparency_report import Sheet, facts

TEXTS = facts.Texts(
    summary="Comments are looked at before they are shown where their author is new.",
    meaning="Moderators decide against published rules and give reasons.",
    automated_means="A classifier sorts the queue; it decides nothing.",
    accuracy="It decides nothing, so that there is no rate of error.",
    purposes="To put what looks like advertising together.",
    safeguards="A person decides everything.",
    categories={"STATEMENT_CATEGORY_VIOLENCE": "Threats against officials are counted here."},
)
POSSIBLE = frozenset(
    {
        facts.Restriction.DISABLE,
        facts.Restriction.LABELLED,
        facts.Restriction.VISIBILITY_OTHER,
        facts.Restriction.SERVICE_SUSPENSION,
    }
)


def a_year(**changes: Any) -> facts.Facts:
    """Return the facts of a quiet year of an online platform, with what is changed in it."""
    values: dict[str, Any] = {
        "provider": "Town of Elmford",
        "service": "Newsroom of Elmford",
        "role": facts.Role.ONLINE_PLATFORM,
        "first_day": date(2026, 1, 1),
        "last_day": date(2026, 12, 31),
        "published": date(2027, 1, 20),
        "previous": None,
        "texts": TEXTS,
        "possible": POSSIBLE,
    }
    return facts.Facts(**{**values, **changes})


_CODES = st.sampled_from([*taxonomy.BY_CODE, ""])
_KEYWORDS = st.sampled_from(
    ["", *(keyword.code for category in taxonomy.CATEGORIES[:3] for keyword in category.keywords)]
)
_HOURS = st.none() | st.integers(0, 5000) | st.just(1.5)
_WORDS = st.sampled_from(["", "Rule 3", "Rule 7.2"])
_FILED = {"category": _CODES, "keyword": _KEYWORDS, "description": _WORDS}
_FEW = {"max_size": 6}


def _some(build: Any, **values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.builds(build, **values), max_size=6)


_MEASURES = _some(
    facts.Measure,
    cause=st.sampled_from(facts.Cause),
    ground=st.sampled_from(facts.Ground),
    restrictions=st.frozensets(st.sampled_from(facts.Restriction), max_size=3),
    automated_detection=st.booleans(),
    automated_decision=st.booleans(),
    **_FILED,
)
_NOTICES = _some(
    facts.Notice,
    trusted=st.booleans(),
    items=st.integers(1, 4),
    action=st.sampled_from(facts.Ground),
    hours=_HOURS,
    automated=st.booleans(),
    **_FILED,
)
_ORDERS = _some(
    facts.Order,
    member_state=st.sampled_from(["BE", "GR"]),
    information=st.booleans(),
    items=st.integers(1, 4),
    hours_to_receipt=_HOURS,
    hours_to_effect=_HOURS,
    **_FILED,
)
_COMPLAINTS = _some(
    facts.Complaint,
    basis=st.sampled_from(facts.Basis),
    outcome=st.sampled_from(facts.Outcome),
    hours=_HOURS,
    trusted=st.booleans(),
    new_restriction=st.booleans(),
)
_DISPUTES = _some(
    facts.Dispute, outcome=st.sampled_from(facts.Outcome), hours=_HOURS, implemented=st.booleans()
)
any_years = st.builds(
    a_year,
    role=st.sampled_from(facts.Role),
    possible=st.sampled_from([POSSIBLE, frozenset()]),
    notices=_NOTICES,
    measures=_MEASURES,
    complaints=_COMPLAINTS,
    disputes=_DISPUTES,
    orders=_ORDERS,
    suspensions=st.lists(st.sampled_from(facts.Misuse), max_size=3),
    accuracies=st.lists(
        st.builds(
            facts.Accuracy,
            system=st.sampled_from(["Classifier 1", "Classifier 2"]),
            accuracy=st.just(0.95),
            precision=st.just(0.9),
            recall=st.just(1.0),
        ),
        max_size=2,
    ),
)


def changed(sheets: tuple[Sheet, ...], name: str, row: int, column: int, cell: str) -> tuple[Sheet, ...]:
    """Return the sheets with one cell changed; `row` counts the rows below the header from 0."""

    def edited(sheet: Sheet) -> Sheet:
        rows = list(sheet.rows)
        rows[row] = (*rows[row][:column], cell, *rows[row][column + 1 :])
        return replace(sheet, rows=tuple(rows))

    return tuple(edited(sheet) if sheet.name == name else sheet for sheet in sheets)


def named(sheets: tuple[Sheet, ...], name: str) -> Sheet:
    """Return a sheet by its name."""
    return next(sheet for sheet in sheets if sheet.name == name)
