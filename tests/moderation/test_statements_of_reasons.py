# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from jsonschema import Draft202012Validator, FormatChecker

from onrecord.moderation.formats import personal_data, taxonomy
from onrecord.moderation.formats.statements_of_reasons import (
    EVERYWHERE,
    Refused,
    batches,
    problems,
    validator,
)
from tests.moderation.reasons import SCHEMA, a_statement, any_statements
from tests.proof.cast import conformance


def test_a_statement_names_what_applies_and_nothing_else() -> None:
    sent = a_statement().as_json()
    assert problems(sent) == []
    assert sent["content_date"] == "2026-03-01"
    assert sent["territorial_scope"] == list(EVERYWHERE)
    assert "decision_account" not in sent
    assert None not in sent.values()


def test_batches_hold_a_hundred_at_most_and_keep_the_order() -> None:
    bodies = [json.loads(body) for body in batches(a_statement(puid=f"p-{number}") for number in range(205))]
    assert [len(body["statements"]) for body in bodies] == [100, 100, 5]
    assert [body["statements"][0]["puid"] for body in bodies] == ["p-0", "p-100", "p-200"]
    assert list(batches([])) == []


def test_one_bad_statement_keeps_all_back_and_is_named() -> None:
    good, bad = a_statement(puid="good"), a_statement(puid="bad", category="NONSENSE")
    with pytest.raises(Refused, match=r'^bad: category: "NONSENSE" is not known to the database') as refused:
        list(batches([good, bad]))
    assert list(refused.value.problems) == ["bad"]


def test_a_number_is_used_once() -> None:
    with pytest.raises(Refused, match="it was used for another statement"):
        list(batches([a_statement(), a_statement()]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"puid": "2026/1"}, 'puid: "2026/1" cannot be taken. Use letters, digits, - and _ alone.'),
        ({"puid": "2026-1\n"}, "Use letters, digits, - and _ alone."),
        ({"decision_facts": "  "}, 'decision_facts: "  " cannot be taken. It needs words.'),
        ({"decision_facts": "x" * 5001}, "decision_facts: 5001 characters; at most 5000 are taken."),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "decision_visibility_other: it is missing."),
        ({"content_type_other": "a poem"}, "content_type_other: the database would drop it. It counts only"),
        ({"category_specification": ["KEYWORD_STALKING"]}, "is not known to the database"),
        ({"category_specification": ["KEYWORD_SUICIDE"]}, "KEYWORD_SUICIDE does not belong to STATEMENT_"),
        (
            {"source_type": "SOURCE_VOLUNTARY", "source_identity": "Us"},
            "source_identity: the database would drop",
        ),
        ({"content_date": "1999-12-31"}, "content_date: 1999-12-31 lies outside 2000-01-01 to 2038-01-01."),
        ({"end_date_visibility_restriction": "2026-03-01"}, "lies before 2026-03-02"),
        ({"end_date_account_restriction": "2026-04-01"}, "An end is given for a restriction that is not."),
        ({"content_date": "2026-02-30"}, 'content_date: "2026-02-30" is no date. Write a day as 2026-03-01.'),
        ({"territorial_scope": []}, "territorial_scope: it is empty."),
        ({"source_identity": None}, "source_identity: null should be of the type string."),
        ({"decision_ground_reference_url": "rules/1"}, "Begin with https://"),
        ({"decision_facts": "Written by jan@example.org."}, "what looks like an e-mail address"),
        ({"decision_facts": "See @jan_elmford there."}, "what looks like a handle"),
        ({"decision_facts": "Phone +32 2 555 01 02 now."}, "what looks like a telephone number"),
    ],
)
def test_what_the_database_would_refuse_is_said_in_plain_words(change: dict[str, Any], words: str) -> None:
    found = problems({**a_statement().as_json(), **change})
    assert len(found) == 1
    assert words in found[0]


def test_a_statement_without_a_restriction_is_none() -> None:
    sent = a_statement(decision_visibility=()).as_json()
    assert problems(sent) == [
        "No restriction is named. Give a decision_visibility, _monetary, _provision or _account."
    ]


def test_an_illegal_one_needs_the_law() -> None:
    sent = a_statement(
        decision_ground="DECISION_GROUND_ILLEGAL_CONTENT",
        incompatible_content_ground="",
        incompatible_content_explanation="",
    ).as_json()
    assert [words.split(":")[0] for words in problems(sent)] == ["illegal_content_legal_ground"]


def test_days_and_numbers_of_cases_are_no_personal_data() -> None:
    assert (
        personal_data.found("Case 2026-000123-4 of 2026-03-01, 2026-03-02 and 2026-03-03; rule 3.2.1") == []
    )
    assert personal_data.found("0032 2 555 01 02") == ["a telephone number"]


def test_the_schema_and_the_taxonomy_name_the_same() -> None:
    keywords = {keyword.code for category in taxonomy.CATEGORIES for keyword in category.keywords}
    assert set(SCHEMA["category_specification"]["items"]["enum"]) == keywords
    categories = {category.code for category in taxonomy.CATEGORIES} - {taxonomy.ORDER_UNSPECIFIED}
    assert set(validator().schema["$defs"]["category"]["enum"]) == categories
    assert tuple(SCHEMA["territorial_scope"]["items"]["enum"]) == EVERYWHERE


@pytest.mark.conformance
@given(any_statements())
@example(a_statement(content_date=date(2026, 3, 1)).as_json())
def test_the_schema_takes_what_the_database_documents_and_refuses_the_rest(statement: dict[str, Any]) -> None:
    """Two things apart, in which ours is stricter on purpose: KEYWORD_STALKING, and a scope of no country."""
    documented = conformance("dsa/statements-of-reasons") / "sor.schema.json"
    theirs = Draft202012Validator(json.loads(documented.read_text()), format_checker=FormatChecker())
    assert validator().is_valid(statement) == theirs.is_valid(statement)


@pytest.mark.conformance
def test_every_value_of_the_database_is_known() -> None:
    values = json.loads((conformance("dsa/statements-of-reasons") / "sor-enums.json").read_text())
    known = values["enums"]
    assert set(SCHEMA["decision_visibility"]["items"]["enum"]) == set(known["DECISION_VISIBILITIES"])
    for name, upstream in (
        ("decision_monetary", "DECISION_MONETARIES"),
        ("decision_provision", "DECISION_PROVISIONS"),
        ("decision_account", "DECISION_ACCOUNTS"),
        ("account_type", "ACCOUNT_TYPES"),
        ("decision_ground", "DECISION_GROUNDS"),
        ("source_type", "SOURCE_TYPES"),
        ("automated_decision", "AUTOMATED_DECISIONS"),
    ):
        assert set(SCHEMA[name]["enum"]) == set(known[upstream])
    assert set(SCHEMA["content_type"]["items"]["enum"]) == set(known["CONTENT_TYPES"])
    assert set(SCHEMA["content_language"]["enum"]) == set(values["content_language"])
    assert set(SCHEMA["category_specification"]["items"]["enum"]) == set(known["KEYWORDS"]) - {
        "KEYWORD_STALKING"
    }
    assert set(validator().schema["$defs"]["category"]["enum"]) == set(known["STATEMENT_CATEGORIES"])
