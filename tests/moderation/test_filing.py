# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.test import Client

from onrecord.config.cli import main
from onrecord.journal.models import Entry
from onrecord.moderation.filing import actions, gathering, pages
from onrecord.moderation.filing.errors import NotOwed, NotReady
from onrecord.moderation.formats import personal_data
from onrecord.moderation.formats.statements_of_reasons import problems
from onrecord.moderation.formats.transparency_report import Inconsistent, Sheet, facts
from onrecord.moderation.models import (
    DecisionFact,
    Policy,
    ReportTexts,
    Role,
    Rule,
    RuleBook,
    RuleText,
    TransparencyReport,
)
from onrecord.people.actions.access import OPERATOR
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from tests.moderation import year

pytestmark = pytest.mark.usefixtures("organisation")
WORDS = dict.fromkeys(actions.FIELDS, "People decide by published rules.")
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 30)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def after_the_year(db: None) -> Iterator[None]:
    """Look at 2026 from January 2027."""
    with time_machine.travel(datetime(2027, 1, 20, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def platform() -> None:
    """Say that a lawyer calls this newsroom an online platform."""
    Policy.objects.update_or_create(pk=Policy.ONLY, defaults={"dsa_role": Role.ONLINE_PLATFORM})


def rule_three(by: User) -> Rule:
    """Publish a rule."""
    since = datetime(2026, 1, 1, tzinfo=UTC)
    book = RuleBook.objects.create(
        version=1, published_at=since, effective_from=since, published_by=by, four_eyes=False
    )
    rule = Rule.objects.create(
        book=book, number="3", position=3, category=year.OTHER_RULE, sanctions=["seal", "label", "suspend"]
    )
    RuleText.objects.create(rule=rule, language="en", title="Stay with the matter", text="No advertising.")
    return rule


def test_the_report_of_a_year_adds_up(ada: User) -> None:
    year.a_year_of_judging()
    actions.write_texts(2026, WORDS, by=ada)
    files = actions.make_report(2026)
    notices = Sheet.read("4_notices", files["4_notices.csv"].decode())
    assert notices.rows[0][notices.header.index("Number of notices received ")] == "4"
    own = Sheet.read("6", files["6_own_initiative_TC.csv"].decode())
    assert own.rows[0][5] == "2"
    assert b"People decide by published rules." in files["11_qualitative.csv"]


def test_a_year_that_is_not_over_has_no_report_yet(ada: User) -> None:
    actions.write_texts(2027, WORDS, by=ada)
    with pytest.raises(NotReady, match=r"2027 is not over\. Its report can be made from 1 January 2028 on"):
        actions.make_report(2027)


def test_a_report_without_words_says_where_to_write_them() -> None:
    with pytest.raises(NotReady, match="Write them at the desk"):
        actions.make_report(2026)


def test_a_report_with_an_empty_answer_is_refused(ada: User) -> None:
    actions.write_texts(2026, {**WORDS, "safeguards": ""}, by=ada)
    with pytest.raises(Inconsistent, match="Safeguards applied to the use of automated means"):
        actions.make_report(2026)


def test_the_words_of_last_year_are_a_beginning(ada: User) -> None:
    actions.write_texts(2025, WORDS, by=ada)
    found = gathering.texts_for(2026)
    assert not ReportTexts.objects.filter(pk=found.pk).exists()
    assert (found.year, found.summary) == (2026, WORDS["summary"])


def test_a_published_report_stays_and_a_later_version_says_what_it_changes(ada: User) -> None:
    actions.write_texts(2026, WORDS, by=ada)
    first = actions.publish_report(2026, by=ada)
    before = list(pages.render(("2026", "1")))
    year.a_year_of_judging()
    with pytest.raises(NotReady, match="Version 1 is public"):
        actions.publish_report(2026, by=ada)
    second = actions.publish_report(2026, by=ada, changes="Four reports of March were missing.")
    assert (first.version, second.version) == (1, 2)
    assert [(file.path, file.body) for file in pages.render(("2026", "1"))] == [
        (file.path, file.body) for file in before
    ]
    assert list(pages.keys()) == [("2026", "1"), ("2026", "2")]
    assert Entry.objects.filter(event="moderation.report_published").count() == 2


def test_only_administrators_publish(mo: User) -> None:
    with pytest.raises(NotAllowed):
        actions.publish_report(2026, by=mo)
    with pytest.raises(NotAllowed):
        actions.write_texts(2026, WORDS, by=mo)
    assert TransparencyReport.objects.count() == 0


def test_after_facts_alone_remain_the_report_is_the_same(ada: User) -> None:
    """Nothing else is read: no case, decision, report or person is there."""
    year.a_year_of_judging()
    actions.write_texts(2026, WORDS, by=ada)
    assert actions.make_report(2026) == actions.make_report(2026)
    counted = gathering.report_facts(2026, published=date(2027, 1, 20))
    assert len(counted.notices) == 4
    assert [measure.cause for measure in counted.measures].count(facts.Cause.OWN) == 2


def test_suspensions_for_what_broke_a_rule_are_none_for_illegal_content(ada: User) -> None:
    year.a_year_of_judging()
    actions.write_texts(2026, WORDS, by=ada)
    assert gathering.report_facts(2026, published=date(2027, 1, 20)).suspensions == []
    year.decided(
        80, MARCH, suspend=True, ground="law", rule_version=None, rule_number="", legal_ground="§ 185 StGB"
    )
    assert gathering.report_facts(2026, published=date(2027, 1, 20)).suspensions == [facts.Misuse.CONTENT]


def test_only_online_platforms_export_statements_of_reasons() -> None:
    with pytest.raises(NotOwed, match="Only online platforms"):
        actions.export_statements(MARCH, JUNE, by=OPERATOR)


@pytest.mark.usefixtures("platform")
def test_statements_of_reasons_are_made_of_facts_and_published_rules(ada: User) -> None:
    rule_three(ada)
    year.a_year_of_judging()
    DecisionFact.objects.filter(of=2).update(legal_ground="§ 185 StGB", keyword="KEYWORD_DEFAMATION")
    (body,) = actions.export_statements(MARCH, JUNE, by=OPERATOR).values()
    sent = {one["puid"]: one for one in json.loads(body)["statements"]}
    assert sorted(sent) == ["2026-000001-1", "2026-000002-1", "2026-000003-1", "2026-000005-1"]
    first = sent["2026-000001-1"]
    assert first["incompatible_content_ground"] == "Rule 3 of version 1: Stay with the matter"
    assert first["decision_ground_reference_url"] == "https://news.elmford.example/rules/1/#rule-3"
    assert first["source_type"] == "SOURCE_ARTICLE_16"
    law = sent["2026-000002-1"]
    assert law["illegal_content_legal_ground"] == "§ 185 StGB"
    assert law["category_specification"] == ["KEYWORD_DEFAMATION"]
    assert sent["2026-000005-1"]["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    for one in sent.values():
        assert problems(one) == []
        assert personal_data.found(one["decision_facts"]) == []


@pytest.mark.usefixtures("platform")
def test_spam_and_warnings_alone_have_no_statement() -> None:
    year.decided(1, MARCH, spam=True)
    year.decided(2, MARCH, seal=False, warn=True)
    assert actions.export_statements(MARCH, JUNE, by=OPERATOR) == {}


@pytest.mark.usefixtures("platform")
def test_what_is_restricted_on_appeal_has_a_statement_as_well(ada: User) -> None:
    rule_three(ada)
    year.decided(1, MARCH, verdict="no_action", seal=False, ground="", rule_version=None, rule_number="")
    year.decided(2, MARCH, verdict="reversed", on_appeal=True)
    year.decided(3, MARCH, verdict="upheld", seal=False, on_appeal=True)
    (body,) = actions.export_statements(MARCH, JUNE, by=OPERATOR).values()
    assert [one["puid"] for one in json.loads(body)["statements"]] == ["2026-000002-1"]


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("effect", ["seal", "hold", "label", "limit", "suspend"])
@pytest.mark.parametrize("source", ["reader", "trusted_flagger", "order", "staff", "program"])
def test_every_effect_and_source_makes_a_statement_that_can_be_sent(effect: str, source: str) -> None:
    cases: list[dict[str, Any]] = [
        {"until": date(2026, 4, 1), "scope": ["BE", "XX"], "language": "pt-br"},
        {
            "ground": "law",
            "legal_ground": "Art. 1",
            "rule_number": "",
            "category": "",
            "automated_decision": True,
        },
        {"category": "STATEMENT_CATEGORY_VIOLENCE", "keyword": "KEYWORD_OTHER", "language": "xx"},
    ]
    for number, more in enumerate(cases):
        given: dict[str, Any] = {"seal": False, effect: True, "source": source, **more}
        year.decided(number, MARCH, **given)
    assert len(actions.export_statements(MARCH, JUNE, by=OPERATOR)) == 1


def test_an_administrator_writes_checks_downloads_and_publishes(ada: User, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    shown = browser.get("/desk/moderation/filing/").content.decode()
    assert "Recital 13" in shown
    assert "Only online platforms send them" in shown
    address = "/desk/moderation/filing/2026/"
    assert "has no texts yet" in browser.get(address).content.decode()
    browser.post(address, WORDS)
    assert "Every sum adds up." in browser.get(address).content.decode()
    answer = browser.get(f"{address}download/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 11
    browser.post(f"{address}publish/")
    assert "/transparency/reports/2026/1/" in browser.get(address).content.decode()


@pytest.mark.usefixtures("platform")
def test_an_administrator_downloads_statements_or_reads_why_not(ada: User, sign_in: SignIn) -> None:
    browser, address = sign_in(ada), "/desk/moderation/filing/statements/"
    asked = {"since": "2026-03-01", "until": "2026-06-30"}
    year.decided(1, MARCH)
    with zipfile.ZipFile(io.BytesIO(browser.post(address, asked).content)) as archive:
        assert archive.namelist() == ["statements-of-reasons-0001.json"]
    year.decided(2, MARCH, ground="law", legal_ground="Ask jan@example.org")
    refused = browser.post(address, asked).content.decode()
    assert (
        "2026-000002-1: illegal_content_legal_ground: it holds what looks like an e-mail address" in refused
    )


def test_the_command_writes_eleven_files_that_check_out(ada: User, tmp_path: Path) -> None:
    run = CliRunner().invoke
    early = run(main, ["moderation", "report", "--year", "2026", "--out", str(tmp_path / "r")])
    assert early.exit_code == 1
    assert "has no texts yet" in early.output
    actions.write_texts(2026, WORDS, by=ada)
    done = run(main, ["moderation", "report", "--year", "2026", "--out", str(tmp_path / "r")])
    assert done.output == f"11 files are in {tmp_path / 'r'}\n"
    checked = run(main, ["moderation", "check-report", str(tmp_path / "r")])
    assert checked.output == "It follows the template, and every sum adds up.\n"
    wrong = tmp_path / "r" / "4_notices.csv"
    wrong.write_bytes(wrong.read_bytes().replace(b",TOTAL,,0,", b",TOTAL,,7,", 1))
    found = run(main, ["moderation", "check-report", str(tmp_path / "r")])
    assert found.exit_code == 1
    assert "TOTAL is 7, the rows below it add up to 0" in found.output


def test_the_command_for_statements_is_refused_to_who_is_no_platform(tmp_path: Path) -> None:
    asked = ["moderation", "statements-of-reasons", "--since", "2026-01-01", "--until", "2026-12-31"]
    done = CliRunner().invoke(main, [*asked, "--out", str(tmp_path / "s")])
    assert done.exit_code == 1
    assert "Only online platforms" in done.output
    assert not (tmp_path / "s").exists()
