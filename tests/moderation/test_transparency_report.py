# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.transparency_report import (
    Inconsistent,
    Sheet,
    check,
    facts,
    files,
    report,
    templates,
)
from tests.moderation.reports import a_year, any_years, changed, named
from tests.proof.cast import conformance

VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"
NOTICE = facts.Notice(category=VIOLENCE, keyword="KEYWORD_COORDINATED_HARM", items=2)
SEALED = facts.Measure(
    cause=facts.Cause.OWN,
    ground=facts.Ground.RULES,
    category=taxonomy.OTHER_RULE,
    description="Rule 3",
    restrictions=frozenset({facts.Restriction.DISABLE}),
)


def cell(sheets: tuple[Sheet, ...], name: str, code: str, column: str, description: str = "") -> str:
    """Return the first cell of a row with this code."""
    sheet = named(sheets, name)
    where = sheet.header.index(column)
    rows = [row for row in sheet.rows if row[3] == code and (not description or row[4] == description)]
    return rows[0][where]


def value(sheets: tuple[Sheet, ...], name: str, indicator: str, scope: str) -> str:
    """Return the value of an indicator of sheets 7 and 8."""
    return next(row[6] for row in named(sheets, name).rows if (row[4], row[5]) == (indicator, scope))


@pytest.mark.conformance
def test_the_templates_are_those_of_the_commission_to_the_byte() -> None:
    folder = conformance("dsa/transparency-report")
    official = {
        re.sub(r".*_Part_", "", path.stem): path.read_bytes() for path in folder.glob("*_CSV_Part_*.csv")
    }
    ours = {sheet.name: sheet.csv(end="\n").encode() for sheet in templates.blank()}
    assert ours == official
    known = json.loads((folder / "templates.json").read_text())
    for sheet in templates.blank():
        assert list(sheet.header) == known["sheets"][sheet.name]["columns"]
        assert len(sheet.rows) == known["sheets"][sheet.name]["rows"]
    for code, category in known["categories"].items():
        ours_of = {keyword.code for keyword in taxonomy.BY_CODE[code].keywords}
        assert ours_of == set(category["keywords"])


def test_a_report_is_eleven_files_of_lines_as_rfc_4180_ends_them() -> None:
    written = files(report(a_year()))
    assert list(written) == [f"{sheet.name}.csv" for sheet in templates.blank()]
    for name, content in written.items():
        text = content.decode()
        assert text.count("\r\n") == text.count("\n") > 1
        assert Sheet.read(name.removesuffix(".csv"), text).csv().encode() == content


def test_what_never_happened_is_0_and_what_cannot_happen_is_blank() -> None:
    sheets = report(a_year())
    assert cell(sheets, templates.RULES, "TOTAL", facts.Restriction.DISABLE.value) == "0"
    assert cell(sheets, templates.RULES, "TOTAL", facts.Restriction.MONETARY_OTHER.value) == ""
    assert cell(sheets, templates.NOTICES, "TOTAL", "Median time to take action") == ""


def test_a_hosting_service_leaves_blank_what_only_platforms_owe() -> None:
    year = a_year(
        role=facts.Role.HOSTING,
        notices=[replace(NOTICE, trusted=True)],
        complaints=[facts.Complaint(basis=facts.Basis.VISIBILITY, outcome=facts.Outcome.REVERSED, hours=5)],
    )
    sheets = report(year)
    assert cell(sheets, templates.NOTICES, VIOLENCE, "Number of notices received ") == "1"
    assert cell(sheets, templates.NOTICES, VIOLENCE, "Number of notices received from Trusted flaggers") == ""
    assert value(sheets, templates.APPEALS, templates.COMPLAINTS, "Total number") == "1"
    assert value(sheets, templates.APPEALS, templates.COMPLAINTS, "Decisions reversed") == ""
    assert value(sheets, templates.AUTOMATED, templates.NOTICES_NOT_SOLELY, templates.NAM) == "1"
    assert value(sheets, templates.AUTOMATED, templates.NOTICES_NOT_SOLELY, templates.NAM_TRUSTED) == ""


def test_notices_count_notices_and_items_count_addresses() -> None:
    acted = replace(NOTICE, action=facts.Ground.LAW, hours=10)
    slow = replace(NOTICE, action=facts.Ground.RULES, hours=21, trusted=True)
    sheets = report(a_year(notices=[NOTICE, acted, slow]))
    row = [cell(sheets, templates.NOTICES, VIOLENCE, column) for column in templates.NOTICE_COUNTS]
    assert row == ["3", "1", "6", "2", "15.5", "21", "1", "0", "1", "1"]


def test_a_report_that_names_a_rule_alone_is_counted_as_not_specified() -> None:
    sheets = report(a_year(notices=[replace(NOTICE, category=taxonomy.OTHER_RULE, keyword="")]))
    column = "Number of notices received "
    assert cell(sheets, templates.NOTICES, taxonomy.NOTICE_UNSPECIFIED, column) == "1"


def test_own_initiative_is_what_no_notice_and_no_order_came_before() -> None:
    measures = [
        SEALED,
        replace(SEALED, description="Rule 7"),
        replace(SEALED, cause=facts.Cause.NOTICE),
        replace(SEALED, cause=facts.Cause.ORDER),
    ]
    sheets = report(a_year(measures=measures))
    assert cell(sheets, templates.RULES, "TOTAL", templates.MEASURES) == "2"
    about = "Other violation of provider’s terms and conditions: Rule 7"
    assert cell(sheets, templates.RULES, taxonomy.OTHER, templates.MEASURES, about) == "1"
    assert value(sheets, templates.AUTOMATED, templates.NOT_SOLELY, "Total number") == "4"
    assert value(sheets, templates.AUTOMATED, templates.NOT_SOLELY, templates.OWN) == "2"


def test_orders_are_counted_for_all_and_for_each_member_state() -> None:
    order = facts.Order(member_state="BE", category=VIOLENCE, hours_to_receipt=0, hours_to_effect=3)
    sheets = report(a_year(orders=[order, replace(order, member_state="GR", information=True)]))
    orders = named(sheets, templates.ORDERS)
    totals = {row[5]: (row[6], row[10]) for row in orders.rows if row[3] == "TOTAL"}
    assert totals == {"TOTAL": ("1", "1"), "BE": ("1", "0"), "GR": ("0", "1")}


def test_open_appeals_are_named_beside_the_total_so_that_it_adds_up() -> None:
    upheld = facts.Complaint(basis=facts.Basis.VISIBILITY, outcome=facts.Outcome.UPHELD, hours=30)
    waiting = facts.Complaint(basis=facts.Basis.NO_ACTION, trusted=True)
    sheets = report(a_year(complaints=[upheld, upheld, waiting]))
    total = next(row for row in named(sheets, templates.APPEALS).rows if row[5] == "Total number")
    assert total[6:] == ("3", "Not decided yet: 1. Omitted: 0.")
    assert value(sheets, templates.APPEALS, templates.COMPLAINTS_OF_TRUSTED, "Total number") == "1"


def test_the_share_of_disputes_is_over_what_was_reversed() -> None:
    lost = facts.Dispute(outcome=facts.Outcome.REVERSED, hours=900, implemented=True)
    partly = replace(lost, outcome=facts.Outcome.PARTIALLY_REVERSED, implemented=False)
    upheld = replace(lost, outcome=facts.Outcome.UPHELD, implemented=False)
    sheets = report(a_year(disputes=[lost, lost, partly, upheld]))
    assert value(sheets, templates.APPEALS, templates.DISPUTES, templates.IMPLEMENTED) == "0.6667"


def test_each_automated_system_has_its_own_rows_of_accuracy() -> None:
    systems = [
        facts.Accuracy(system=name, accuracy=0.97, precision=0.9, recall=0.8) for name in ("Words", "Links")
    ]
    sheets = report(a_year(accuracies=systems))
    rows = [row for row in named(sheets, templates.AUTOMATED).rows if row[7].startswith("System: ")]
    assert [(row[4][-8:], row[6], row[7]) for row in rows[:2]] == [
        ("Accuracy", "0.97", "System: Words"),
        ("Accuracy", "0.97", "System: Links"),
    ]


@settings(max_examples=25)
@given(any_years)
def test_whatever_happened_its_report_is_consistent(year: facts.Facts) -> None:
    sheets = report(year)
    assert check([Sheet.read(sheet.name, sheet.csv()) for sheet in sheets]) == []


@settings(max_examples=25)
@given(any_years, st.data())
def test_one_changed_figure_is_found(year: facts.Facts, data: st.DataObject) -> None:
    """Any count of sheets 3 to 6 that says something, in any row, is part of a sum; so is each outcome."""
    sheets = report(year)
    name = data.draw(st.sampled_from(templates.COUNTED))
    sheet = named(sheets, name)
    places = [
        (row, column)
        for row, cells in enumerate(sheet.rows)
        for column, header in enumerate(sheet.header)
        if header in templates.counts_of(name) and not header.startswith("Median") and cells[column]
    ]
    if not places:
        return
    row, column = data.draw(st.sampled_from(places))
    more = str(int(sheet.rows[row][column]) + data.draw(st.integers(1, 5)))
    found = check(changed(sheets, name, row, column, more))
    assert found
    assert found[0].sheet == name
    assert found[0].column == sheet.header[column]


@settings(max_examples=20)
@given(any_years, st.data())
def test_one_changed_outcome_of_appeals_is_found(year: facts.Facts, data: st.DataObject) -> None:
    sheets = report(replace(year, role=facts.Role.ONLINE_PLATFORM))
    sheet = named(sheets, templates.APPEALS)
    counted = {templates.NUMBER, templates.UPHELD, templates.PARTLY, templates.REVERSED, templates.OMITTED}
    places = [
        number
        for number, row in enumerate(sheet.rows)
        if row[5] in counted and row[4] not in {*templates.SUSPENSIONS, templates.NEW_RESTRICTIONS}
    ]
    row = data.draw(st.sampled_from(places))
    more = str(int(sheet.rows[row][6]) + 1)
    assert check(changed(sheets, templates.APPEALS, row, 6, more))


def test_a_sum_that_does_not_add_up_is_named_with_both_figures() -> None:
    sheets = report(a_year(notices=[NOTICE, NOTICE]))
    total = changed(sheets, templates.NOTICES, 0, 5, "3")
    with pytest.raises(Inconsistent) as refused:
        files(total)
    (problem,) = refused.value.problems
    assert str(problem) == (
        "4_notices, row 2, “Number of notices received ”: TOTAL is 3, the rows below it add up to 2."
        " Found: 3. Expected: 2."
    )


def test_what_a_real_filing_of_2026_got_wrong_is_found() -> None:
    """Thousands separators, outcomes that miss some of the total, a total below one of its parts."""
    complaint = facts.Complaint(basis=facts.Basis.VISIBILITY, outcome=facts.Outcome.UPHELD, hours=30)
    sheets = report(a_year(complaints=[complaint] * 20))
    separated = changed(sheets, templates.APPEALS, 0, 6, "37,220")
    assert "This cannot be read by a machine. Found: 37,220." in str(check(separated)[0])
    fewer = changed(sheets, templates.APPEALS, 0, 6, "19")
    assert "add up to 20" in str(check(fewer)[0])
    beyond = changed(sheets, templates.APPEALS, 7, 6, "21")
    assert any("of the five kinds of complaint add up to 21" in str(problem) for problem in check(beyond))


@pytest.mark.parametrize(
    ("name", "row", "column", "wrong", "words"),
    [
        (templates.SUMMARY, 1, 3, "2026-12-31", "A report is published when its period has ended."),
        (templates.SUMMARY, 4, 3, "2025-12-31", "The period ends before it begins."),
        (templates.SUMMARY, 0, 3, "", "Who publishes the report is not said."),
        (templates.NOTICES, 3, 5, "", "Other rows of this column are filled."),
        (templates.NOTICES, 4, 4, "", "A sub-category of one's own has to be described."),
        (templates.NOTICES, 11, 4, "Animal welfare: none", "the same description"),
        (templates.NOTICES, 2, 3, "KEYWORD_SUICIDE", "Another row belongs here."),
        (templates.ILLEGAL, 5, 2, "2026", "It differs from sheet 1."),
        (templates.RULES, 0, 13, "1.5", "This cannot be read by a machine."),
        (templates.NOTICES, 0, 9, "12", "The rows below it say something else."),
        (templates.APPEALS, 4, 6, "12", "Nothing was decided, so there is no median."),
        (templates.QUALITATIVE, 0, 4, " ", "a report without it counts as incomplete."),
        (templates.QUALITATIVE, 0, 4, "Ask ada@example.org.", "what looks like an e-mail address"),
        (templates.APPEALS, 3, 5, "Decisions overturned", "Another row belongs here."),
    ],
)
def test_a_cell_that_cannot_stay_is_named(name: str, row: int, column: int, wrong: str, words: str) -> None:
    found = check(changed(report(a_year()), name, row, column, wrong))
    assert any(words in str(problem) and problem.row == row + 2 for problem in found), found


def test_spaces_at_the_end_of_a_header_count() -> None:
    sheets = tuple(
        replace(sheet, header=tuple(cell.rstrip() for cell in sheet.header)) for sheet in report(a_year())
    )
    words = {str(problem) for problem in check(sheets)}
    assert any("'Number of notices received'" in said and "spaces at its end count" in said for said in words)


def test_a_category_stands_in_its_own_sheet_alone() -> None:
    """15 in sheet 6, 16 in sheet 3, 17 in sheet 4."""
    holders = {
        code: [name for name in templates.COUNTED if taxonomy.BY_CODE[code] in templates.categories_in(name)]
        for code in (taxonomy.OTHER_RULE, taxonomy.ORDER_UNSPECIFIED, taxonomy.NOTICE_UNSPECIFIED)
    }
    assert list(holders.values()) == [[templates.RULES], [templates.ORDERS], [templates.NOTICES]]


def test_a_median_lies_between_those_of_its_parts() -> None:
    acted = replace(NOTICE, action=facts.Ground.LAW, hours=10)
    sheets = report(a_year(notices=[acted, replace(acted, category="", hours=20)]))
    assert check(changed(sheets, templates.NOTICES, 0, 9, "12")) == []
    found = check(changed(sheets, templates.NOTICES, 0, 9, "21"))
    assert [problem.expected for problem in found] == ["10 to 20"]


def test_a_report_before_its_period_has_ended_is_refused() -> None:
    with pytest.raises(Inconsistent, match="when its period has ended"):
        report(a_year(published=date(2026, 11, 1)))
