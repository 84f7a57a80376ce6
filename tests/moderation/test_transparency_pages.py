# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from onrecord.moderation import actions as moderation
from onrecord.moderation.manners import RULES
from onrecord.moderation.models import AppealFact, Case, DecisionFact, ReportFact
from onrecord.moderation.transparency import counting, pages
from onrecord.people.models import Organisation, User
from onrecord.press.accreditation import criteria
from tests.moderation import year

pytestmark = pytest.mark.usefixtures("organisation")


@pytest.fixture(autouse=True)
def in_may(db: None) -> Iterator[None]:
    """Look at everything on one day in May."""
    with time_machine.travel(datetime(2026, 5, 20, 12, tzinfo=UTC), tick=False):
        yield


def page(language: str = "en", *behind: str) -> str:
    """Return the page of a language as readers get it."""
    (file,) = pages.render_page((language, *behind))
    return file.body.decode()


def test_a_quiet_newsroom_says_that_nothing_happened() -> None:
    shown = page()
    assert "How this newsroom moderates" in shown
    assert "Nothing was restricted." in shown
    assert "Nobody appealed." in shown
    assert 'href="/transparency/2026/"' in shown


def test_readers_see_how_many_how_quick_and_how_many_late() -> None:
    year.a_year_of_judging()
    shown = page("en", "2026")
    assert "Moderation in 2026" in shown
    assert "half of them within 5 hours; 1 after the deadline" in shown
    assert "Rule 3: – (version 1)" in shown
    assert "The law" in shown
    assert "April 2026" in shown


def test_decisions_are_counted_by_rule_and_kind_and_those_about_appeals_are_not() -> None:
    year.a_year_of_judging()
    period = counting.period(2026)
    assert period.decisions == counting.Pace(number=5, done=5, late=1, hours=7)
    assert period.by_kind == {
        **dict.fromkeys(counting.KINDS, 0),
        "seal": 3,
        "label": 1,
        "suspend": 1,
        "no_action": 1,
    }
    by_rule = {(one.version, one.number): (one.total, one.reversed) for one in period.by_rule}
    assert by_rule == {(1, "3"): (3, 1), (None, ""): (1, 0)}
    assert period.by_law == 1


def test_appeals_are_counted_by_outcome_and_open_ones_are_said() -> None:
    year.a_year_of_judging()
    period = counting.period(2026)
    assert (period.appeals.number, period.appeals.done) == (2, 1)
    assert period.by_outcome == {"reversed": 1}
    assert "Not decided yet" in page("en", "2026")


def test_each_month_up_to_now_has_its_figures() -> None:
    year.a_year_of_judging()
    steps = {
        step.first.month: (step.reports, step.decisions, step.appeals) for step in counting.period(2026).steps
    }
    assert steps == {1: (0, 0, 0), 2: (0, 0, 0), 3: (2, 3, 1), 4: (2, 2, 1), 5: (0, 0, 0)}


def test_all_years_together_are_the_sum_of_each() -> None:
    year.a_year_of_judging()
    year.decided(70, date(2024, 12, 31))
    assert counting.years() == [2026, 2025, 2024]
    everything = counting.period(None)
    assert everything.decisions.number == sum(
        counting.period(each).decisions.number for each in counting.years()
    )
    assert [step.decisions for step in everything.steps] == [1, 0, 5]


def test_the_median_of_an_even_number_lies_between() -> None:
    assert counting.middle([]) is None
    assert counting.middle([(1, 2), (4, 1)]) == 1
    assert counting.middle([(1, 2), (4, 2)]) == 2.5


def test_the_data_say_what_the_page_says() -> None:
    year.a_year_of_judging()
    files = {file.path: file for file in pages.render_data(("2026",))}
    assert list(files) == ["/transparency/2026.json", "/transparency/2026.csv"]
    told = json.loads(files["/transparency/2026.json"].body)
    assert told["decisions"]["by_kind"]["seal"] == 3
    assert told["reports"]["median_hours"] == 5
    rows = list(csv.DictReader(io.StringIO(files["/transparency/2026.csv"].body.decode())))
    found = {(row["what"], row["by"], row["value"]): row["number"] for row in rows}
    assert found["decisions", "kind", "seal"] == "3"
    assert found["decisions", "ground", "rule 3 (version 1)"] == "3"
    assert found["appeals", "outcome", "reversed"] == "1"
    assert {row["from"] for row in rows} == {"2026-01-01"}


def test_figures_hold_no_word_of_anybody() -> None:
    """All that is counted stands in rows without persons, texts and addresses, and without foreign keys."""
    free = {"body", "legal_ground"}
    for model in (DecisionFact, ReportFact, AppealFact):
        assert not any(field.is_relation for field in model._meta.get_fields())
        texts = {field.name for field in model._meta.fields if (field.max_length or 0) > 100} - free
        assert texts == set()


def test_a_year_in_which_nothing_can_have_happened_has_no_page() -> None:
    assert list(pages.render_page(("en", "1999"))) == []
    assert list(pages.render_data(("1999",))) == []
    assert list(pages.render_page(("de",))) == []


def test_every_language_and_year_has_a_page(organisation: Organisation) -> None:
    year.decided(1, date(2025, 6, 1))
    keys = list(pages.keys())
    assert keys == [
        (language, *more) for language in organisation.languages for more in ((), ("2026",), ("2025",))
    ]
    for key in keys:
        (file,) = pages.render_page(key)
        assert b"style=" not in file.body
    assert 'dir="rtl"' in page("ar")


def test_whatever_waits_too_long_is_shown_before_anybody_decides(organisation: Organisation) -> None:
    assert "Nothing waits for a decision." in page()
    assert "Nothing waits" not in page("en", "2026")


def test_one_that_waits_is_counted_on_the_page(case: Case) -> None:
    assert "1 case waits for a decision now" in page()


def test_rules_have_their_own_names_and_not_those_of_another_book(ines: User) -> None:
    moderation.publish(by=ines)
    moderation.publish(by=ines, book=replace(RULES, code="admission", first_draft=criteria.draft))
    year.a_year_of_judging()
    assert "Rule 3: No private data of others (version 1)" in page()


def test_what_people_compare_is_drawn_with_its_numbers_as_a_table() -> None:
    year.a_year_of_judging()
    shown = page("en", "2026")
    for title in ("Decisions month by month", "What came of appeals", "How long it takes"):
        assert title in shown
    assert shown.count('class="chart__drawing"') == shown.count('<details class="chart__numbers">') == 3
    assert "style=" not in shown, "the site's policy allows none"
    assert 'id="chart-decided-title"' in shown


def test_months_add_up_to_what_the_year_did() -> None:
    year.a_year_of_judging()
    period = counting.period(2026)
    for kind, number in period.by_kind.items():
        assert sum(step.kinds[kind] for step in period.steps) == number


def test_a_quiet_newsroom_has_no_charts() -> None:
    assert "chart__drawing" not in page()
