# SPDX-License-Identifier: Apache-2.0
"""Decisions: grounds, effects, reasons and notices, all or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onrecord.moderation import actions, doors, items
from onrecord.moderation.errors import (
    BadDecision,
    Changed,
    NoSuchDoor,
    NotEligible,
    WrongState,
)
from onrecord.moderation.models import (
    Case,
    Decision,
    DecisionFact,
    Effect,
    Mark,
    Notice,
    Policy,
    Reasons,
    ReportFact,
)
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import (
    JAN,
    decided,
    mails_to,
    reported,
    ruling,
    text_of,
)
from tests.moderation.things import Board

NINA = "reader-1@reader.example"

pytestmark = pytest.mark.usefixtures("rules_in_force")


def test_a_decision_hides_tells_and_counts_at_once(board: Board, case: Case, mo: User) -> None:
    before = board.image("1")
    decision = decided(case, mo, "seal", "warn")

    assert board.is_hidden("1")
    assert board.image("1") != before
    case.refresh_from_db()
    assert (case.state, case.owner) == ("decided", "clock")
    (told,) = mails_to(NINA)
    words = text_of(told)
    for point in (
        "Seal",
        "It calls all neighbours vermin.",
        "Somebody reported it",
        "a person decided",
        "Rule 2 of version 1: No hatred",
        "/rules/1/#rule-2",
        "It degrades people for what they are.",
        "You can appeal here for 183 days",
        "You can also go to court.",
        decision.public_number,
        "Moderator 1",
    ):
        assert point in words, point
    assert "Jan" not in words
    assert JAN not in words
    assert str(mo) not in words
    fact = DecisionFact.objects.get()
    assert (fact.seal, fact.warn, fact.ground, fact.rule_number) == (True, True, "rules", "2")
    assert ReportFact.objects.get().action == "rules"
    assert Mark.objects.get().points == 3


def test_nothing_of_a_decision_stays_if_one_part_of_it_fails(
    board: Board, case: Case, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(board, "apply", broken)
    with pytest.raises(OSError, match="disk"):
        decided(case, mo, "seal")
    assert not Decision.objects.exists()
    assert not Notice.objects.exists()
    assert not mails_to(NINA)


@pytest.mark.parametrize(
    ("effects", "changes", "complaint"),
    [
        (("seal",), {"rule": None}, "exactly one"),
        (("seal",), {"legal_ground": "§ 130"}, "exactly one"),
        (("seal",), {"rule": None, "legal_ground": "§ 130", "explanation": ""}, "Say why it breaks this law"),
        (("seal",), {"facts": " "}, "which facts"),
        (("suspend",), {}, "Say until when"),
        (("seal", "hold"), {}, "either to hold or to seal"),
        ((), {"facts": ""}, "which facts"),
    ],
)
def test_a_decision_needs_ground_facts_and_fitting_effects(
    case: Case, mo: User, effects: tuple[str, ...], changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BadDecision, match=complaint):
        decided(case, mo, *effects, **changes)
    assert not Decision.objects.exists()


def test_what_was_written_before_the_rules_is_not_judged_by_them(board: Board, mo: User) -> None:
    note = board.pin("old", "They are all vermin.")
    note.created_at = timezone.now() - timedelta(days=40)
    case = reported("old").case
    assert case is not None
    with pytest.raises(BadDecision, match="no rules"):
        decided(case, mo, "seal")
    decided(case, mo, "seal", rule=None, legal_ground="§ 130 StGB")


def test_who_is_suspended_was_warned_before(board: Board, case: Case, mo: User) -> None:
    with pytest.raises(BadDecision, match="without a warning"):
        decided(case, mo, "suspend", days=7)
    decided(case, mo, "warn")
    board.pin("2", "Vermin again.")
    again = reported("2").case
    assert again is not None
    decided(again, mo, "suspend", days=7)
    assert [order.kind for order in board.on_persons.values()] == ["warn", "suspend"]


def test_only_moderators_decide_and_not_about_themselves(
    board: Board, case: Case, mo: User, olga: User
) -> None:
    with pytest.raises(NotAllowed):
        decided(case, olga, "seal")
    board.pin("2", "Mine.", author="staff/mo")
    board.people["staff/mo"] = items.Person("Mo", mo.email, "en")
    mine = reported("2").case
    assert mine is not None
    with pytest.raises(NotEligible, match="Somebody else decides"):
        decided(mine, mo, "seal")


def test_an_edit_or_another_moderator_makes_whoever_decides_look_again(
    board: Board, case: Case, mo: User
) -> None:
    seen = ruling("1", "seal")
    board.edit("1", "They are all nice.")
    with pytest.raises(Changed, match="The author has changed it"):
        actions.decide(case, seen, by=mo, revision=case.revision)

    other = person("Mia Moderator", Role.MODERATOR)
    actions.claim(case, by=other, revision=case.revision)
    with pytest.raises(Changed, match="Look again"):
        actions.claim(case, by=mo, revision=case.revision)
    case.refresh_from_db()
    with pytest.raises(WrongState, match="Mia Moderator is at case"):
        decided(case, mo, "seal")
    actions.release(case, by=other)
    decided(case, mo)


def test_what_is_held_for_a_time_comes_back_by_itself(board: Board, case: Case, mo: User) -> None:
    before = board.image("1")
    decided(case, mo, "hold", days=3)
    assert actions.expire() == 0
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert actions.expire() == 1
    assert board.image("1") == before
    assert Effect.objects.get().state == "expired"


def test_spam_is_decided_without_a_mail_but_not_without_a_page(board: Board, case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal", spam=True)
    notice = Notice.objects.get(party="author")
    assert notice.state == "page_only"
    assert not mails_to(NINA)
    assert DecisionFact.objects.get(of=decision.pk).spam
    assert doors.notice_behind(doors.notice_path(notice).split("/")[2]) == notice
    with pytest.raises(NoSuchDoor):
        doors.notice_behind("x" * 43)


def test_held_things_are_approved_or_decided(board: Board, mo: User) -> None:
    board.pin("1", "First comment.", held=True)
    case = actions.open_case(items.find("note", "1"), by=mo.as_actor())
    actions.approve(case, by=mo, revision=case.revision)
    assert not board.notes["1"].held
    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("final", 0)


def test_the_deadlines_are_those_of_the_policy(board: Board, ada: User, mo: User) -> None:
    actions.set_policy({"decision_hours": 24}, by=ada)
    with pytest.raises(NotAllowed):
        actions.set_policy({"decision_hours": 1}, by=mo)
    board.pin("1", "They are all vermin.")
    case = reported("1").case
    assert case is not None
    assert case.deadline is not None
    assert case.deadline - timezone.now() <= timedelta(hours=24)
    assert Policy.objects.get().decision_hours == 24


def test_words_about_who_is_erased_go_once_no_appeal_is_possible(board: Board, case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal")
    facts = DecisionFact.objects.values().get()
    assert actions.forget_author("reader/1") == 1, "an appeal is possible still"
    assert Reasons.objects.filter(decision=decision).exists()
    for notice in Notice.objects.all():
        actions.seen(notice)
    with time_machine.travel(timezone.now() + timedelta(days=190), tick=False):
        assert actions.finish_cases() == 1
        assert actions.forget_words() == 1
    case.refresh_from_db()
    assert (case.title, case.author, case.author_name) == ("", "", "")
    assert not Reasons.objects.exists()
    assert DecisionFact.objects.values().get() == facts, "statistics stay what they were"
    assert Decision.objects.get() == decision
