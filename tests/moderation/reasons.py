# SPDX-License-Identifier: Apache-2.0
"""Statements of reasons as tests need them: a good one, and any that Hypothesis can think of."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.statements_of_reasons import EVERYWHERE, StatementOfReasons, validator


def a_statement(**changes: Any) -> StatementOfReasons:
    """Return a statement that can be sent, with what is changed in it."""
    values: dict[str, Any] = {
        "puid": "2026-000001-1",
        "decision_visibility": ("DECISION_VISIBILITY_CONTENT_DISABLED",),
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Rule 3 of version 1: Stay with the matter",
        "incompatible_content_explanation": "Advertising is no contribution.",
        "category": taxonomy.OTHER_RULE,
        "content_type": ("CONTENT_TYPE_TEXT",),
        "content_language": "EN",
        "content_date": date(2026, 3, 1),
        "application_date": date(2026, 3, 2),
        "decision_facts": "A comment of 2026-03-01. A reader reported it on 2026-03-02.",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }
    return StatementOfReasons(**{**values, **changes})


SCHEMA = validator().schema["properties"]
_TEXTS = st.sampled_from(["It is so.", "", "   ", "x" * 501, "x" * 2001])
_DAYS = st.sampled_from(["2026-03-01", "2026-13-01", "1.3.2026", ""])


def _listed(values: list[str]) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from([*values, "NONSENSE"]), min_size=1, max_size=3)


def _values(name: str) -> st.SearchStrategy[Any]:
    """Return good and bad values of one attribute."""
    schema = SCHEMA[name]
    reference = schema.get("$ref", "")
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], "NONSENSE", None, 5])
    if schema.get("type") == "array":
        inner = schema["items"].get("enum") or validator().schema["$defs"]["category"]["enum"]
        return _listed(inner)
    if reference.endswith("category"):
        return st.sampled_from([category.code for category in taxonomy.CATEGORIES])
    if reference.endswith("day"):
        return _DAYS
    if name == "content_id":
        return st.sampled_from([{"EAN-13": "4006381333931"}, {"EAN-13": "1"}, {"ISBN": "1"}, {}])
    if name == "puid":
        return st.sampled_from(["2026-000001-1", "", "with space", "x" * 501])
    return st.one_of(_TEXTS, st.sampled_from([None, "https://news.example/rules/1/"]))


@st.composite
def any_statements(draw: st.DrawFn) -> dict[str, Any]:
    """Start from a good statement; change, add and take away some attributes."""
    statement = a_statement(territorial_scope=draw(st.sampled_from([EVERYWHERE, ("BE",)]))).as_json()
    for name in draw(st.lists(st.sampled_from([*SCHEMA, "colour"]), max_size=4, unique=True)):
        if name == "colour":
            statement[name] = "red"
        elif name in statement and draw(st.booleans()):
            del statement[name]
        else:
            statement[name] = draw(_values(name))
    return statement
