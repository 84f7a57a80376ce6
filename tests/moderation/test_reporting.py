# SPDX-License-Identifier: Apache-2.0
"""Reports: confirmed, joined, answered; who misuses them is warned first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onrecord.moderation import actions, doors
from onrecord.moderation.actions import senders
from onrecord.moderation.errors import (
    BadDecision,
    BadReport,
    TooOften,
    WrongState,
)
from onrecord.moderation.models import (
    Case,
    Conduct,
    Report,
    ReportFact,
)
from onrecord.people.models import User
from tests.moderation.judging import (
    JAN,
    decided,
    mails_to,
    reported,
    said,
    text_of,
)
from tests.moderation.things import Board

pytestmark = pytest.mark.usefixtures("rules_in_force")


def test_a_report_counts_once_it_is_confirmed(board: Board) -> None:
    board.pin("1", "They are all vermin.")
    row = actions.report(said(), language="en")
    assert (row.state, Case.objects.count(), ReportFact.objects.count()) == ("unconfirmed", 0, 0)
    (asked,) = mails_to(JAN)
    assert doors.report_path(row) in text_of(asked)

    row = actions.confirm(row)
    assert actions.confirm(row).state == "in_case"
    case = Case.objects.get()
    assert (case.state, case.owner, row.case) == ("open", "moderators", case)
    assert case.deadline is not None
    assert timedelta(days=6, hours=22) < case.deadline - timezone.now() <= timedelta(days=7)
    assert "We have received your report" in mails_to(JAN)[1]["Subject"]
    assert ReportFact.objects.get().source == "reader"


def test_what_nobody_confirms_is_forgotten_after_seven_days(board: Board) -> None:
    board.pin("1", "They are all vermin.")
    row = actions.report(said(), language="en")
    assert actions.expire_unconfirmed() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert actions.expire_unconfirmed() == 1
    row.refresh_from_db()
    assert (row.state, row.name, row.explanation, row.contact) == ("expired", "", "", None)
    with pytest.raises(WrongState, match="Report it again"):
        actions.confirm(row)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"good_faith": False}, "good faith"),
        ({"name": " "}, "Give your name"),
        ({"address": "jan"}, "is no e-mail address"),
        ({"explanation": "bad"}, "Say why"),
        ({"category": "X"}, "Choose what it is about"),
        ({"url": "/nowhere"}, "Nothing that can be reported"),
    ],
)
def test_a_report_says_what_the_law_asks_for(board: Board, change: dict[str, Any], complaint: str) -> None:
    board.pin("1", "They are all vermin.")
    with pytest.raises(BadReport, match=complaint):
        actions.report(replace(said(), **change), language="en")
    assert not Report.objects.exists()


def test_abuse_of_children_is_reported_without_a_name_and_comes_first(board: Board) -> None:
    board.pin("1", "A picture.")
    row = actions.report(said(name="", address="", anonymous=True), language="en")
    assert row.state == "in_case"
    assert row.case is not None
    assert row.case.urgent


def test_reports_about_one_thing_join_and_each_is_answered(board: Board, case: Case, mo: User) -> None:
    second = reported("1", address="pia@reader.example", name="Pia")
    assert second.case == case
    assert second.duplicate
    decided(case, mo, "seal")
    assert {row.state for row in Report.objects.all()} == {"answered"}
    assert [len(mails_to(one)) for one in (JAN, "pia@reader.example")] == [3, 3]


def test_a_trusted_flagger_comes_first(board: Board, case: Case, ada: User) -> None:
    actions.add_flagger(name="Hotline", address="desk@hotline.example", field="", awarded_by="BNetzA", by=ada)
    row = reported("1", address="desk@hotline.example")
    case.refresh_from_db()
    assert (row.source, case.urgent) == ("trusted_flagger", True)
    assert case.deadline is not None
    assert case.deadline - timezone.now() <= timedelta(hours=72)


def test_who_reports_without_ground_is_warned_first_and_then_not_heard_for_a_time(
    board: Board, case: Case, mo: User
) -> None:
    first = Report.objects.get()
    decided(case, mo, unfounded=frozenset({first.pk}))
    sender = senders.of_report(first)
    assert sender is not None
    with pytest.raises(BadDecision, match="Warn first"):
        actions.suspend(sender, Conduct.REPORTS, days=30, reason="Ten in a row.", by=mo)
    actions.warn(sender, Conduct.REPORTS, reason="Ten in a row.", by=mo)
    with pytest.raises(BadDecision, match="since the warning"):
        actions.suspend(sender, Conduct.REPORTS, days=30, reason="Ten in a row.", by=mo)
    board.pin("2", "I disagree.")
    again = reported("2")
    assert again.case is not None
    decided(again.case, mo, unfounded=frozenset({again.pk}))
    actions.suspend(sender, Conduct.REPORTS, days=30, reason="Eleven of eleven.", by=mo)
    board.pin("3", "I disagree still.")
    with pytest.raises(TooOften, match="not looked at until"):
        reported("3")


def test_nobody_reports_in_the_name_of_an_address_that_is_not_theirs(
    board: Board, case: Case, mo: User, ada: User
) -> None:
    actions.add_flagger(name="Hotline", address="desk@hotline.example", field="", awarded_by="BNetzA", by=ada)
    for address in (mo.email, "desk@hotline.example"):
        row = actions.report(said(name="", address=address, anonymous=True), language="en")
        assert (row.state, row.source) == ("unconfirmed", "reader"), "whose address it is says so first"
    decided(case, mo, "seal")
    assert case.reports.count() == 1, "who decides was not made a party by a stranger"
