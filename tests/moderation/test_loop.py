# SPDX-License-Identifier: Apache-2.0
"""The whole way: reported, decided, told, appealed, heard by somebody else, put back exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from onrecord.delivery.models import Delivery
from onrecord.moderation import actions, doors, items
from onrecord.moderation.actions import Finding
from onrecord.moderation.errors import (
    BadAppeal,
    BadDecision,
    BadReport,
    Changed,
    NoSuchDoor,
    NotEligible,
    TooOften,
    WrongState,
)
from onrecord.moderation.models import (
    Appeal,
    AppealFact,
    Case,
    Conduct,
    Decision,
    DecisionFact,
    Effect,
    Mark,
    Notice,
    Policy,
    Reasons,
    Report,
    ReportFact,
)
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import (
    JAN,
    appealed,
    decided,
    heard,
    mails_to,
    reported,
    rules,
    ruling,
    said,
    text_of,
)
from tests.moderation.things import Board

NINA = "reader-1@reader.example"


@pytest.fixture(autouse=True)
def _rules(ines: User) -> None:
    rules(ines)


@pytest.fixture
def case(board: Board, mo: User) -> Case:
    """The case about Nina's note, which Jan has reported."""
    board.pin("1", "They are all vermin.")
    found = reported("1").case
    assert found is not None
    return found


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


def test_the_decider_is_refused_as_reviewer_and_another_puts_it_back_exactly(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    mo.groups.set(person("Both", Role.MODERATOR, Role.APPEAL_REVIEWER).groups.all())
    mo = User.objects.get(pk=mo.pk)
    before = board.image("1")
    decision = decided(case, mo, "label", "seal")
    appeal = appealed(decision)
    assert (appeal.state, appeal.owner) == ("submitted", "reviewers")
    with pytest.raises(NotEligible, match="had a part in the decision"):
        actions.assign(appeal, to=mo, by=mo)

    outcome = heard(appeal, rosa, "reversed")
    assert board.image("1") == before
    assert all(effect.restored_exactly for effect in Effect.objects.all())
    assert outcome.supersedes == decision
    assert DecisionFact.objects.get(of=decision.pk).reversed == "reversed"
    assert AppealFact.objects.get().outcome == "reversed"
    assert Mark.objects.get().void
    for address in (NINA, JAN):
        assert "The decision is reversed" in mails_to(address)[-1]["Subject"]
        assert "byte for byte" in text_of(mails_to(address)[-1])


def test_only_what_this_decision_did_is_undone(board: Board, case: Case, mo: User, rosa: User) -> None:
    first = decided(case, mo, "seal")
    again = reported("1", address="pia@reader.example", name="Pia").case
    assert again is not None
    assert again != case
    second = decided(again, mo, "seal", "warn")
    heard(appealed(first), rosa, "reversed")
    assert board.is_hidden("1"), "the second decision still stands"
    heard(
        appealed(second), rosa, "partially_reversed", undone=frozenset({second.effects.get(kind="seal").pk})
    )
    assert not board.is_hidden("1")
    assert [order.kind for order in board.on_persons.values()] == ["warn"]


def test_a_reporter_appeals_against_no_action_and_the_author_against_what_follows(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    decision = decided(case, mo)
    appeal = appealed(decision, "reporter", "It does say that all of them are vermin.")
    with pytest.raises(BadDecision, match="what is restricted after all"):
        heard(appeal, rosa, "reversed")
    appeal.refresh_from_db()
    new = actions.hear(appeal, Finding("reversed", ruling("1", "seal")), by=rosa)
    assert board.is_hidden("1")

    second = appealed(new)
    assert second.state == "awaiting_reviewer", "Rosa decided this one"
    with pytest.raises(NotEligible):
        actions.assign(second, to=rosa, by=rosa)
    ruth = person("Ruth Reviewer", Role.APPEAL_REVIEWER)
    assert actions.look_for_reviewers() == 1
    second.refresh_from_db()
    assert second.state == "submitted"
    heard(second, ruth, "reversed")
    assert not board.is_hidden("1")


def test_with_nobody_eligible_it_waits_and_says_so(board: Board, case: Case, mo: User) -> None:
    appeal = appealed(decided(case, mo, "seal"))
    assert (appeal.state, appeal.owner) == ("awaiting_reviewer", "administrators")
    assert "nobody here may hear it" in text_of(mails_to(NINA)[-1])
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        actions.look_for_reviewers()
        actions.finish_cases()
        appeal.refresh_from_db()
        case.refresh_from_db()
        assert appeal.is_overdue
        assert appeal.state == "awaiting_reviewer", "the clock decides nothing"
        assert case.state != "final"


def test_the_reviewer_asks_and_the_party_answers_by_link(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    appeal = actions.assign(appealed(decided(case, mo, "seal")), to=rosa, by=rosa)
    actions.ask(appeal, "Whom did you mean by “they”?", by=rosa)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.owner) == ("question", "party")
    asked = text_of(mails_to(NINA)[-1])
    assert "Whom did you mean" in asked
    assert doors.notice_path(appeal.notice) in asked
    actions.answer(appeal, "The ants in my kitchen.")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.owner) == ("assigned", "reviewers")
    with pytest.raises(WrongState, match="Nothing is asked"):
        actions.answer(appeal, "Once more.")


def test_one_party_appeals_once_and_a_late_appeal_is_refused_by_a_person(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    decision = decided(case, mo, "seal")
    notice = actions.seen(Notice.objects.get(party="author"))
    with time_machine.travel(timezone.now() + timedelta(days=184), tick=False):
        assert not notice.may_appeal
        appeal = appealed(decision)
        with pytest.raises(WrongState, match="appealed already"):
            appealed(decision)
        actions.assign(appeal, to=rosa, by=rosa)
        appeal = actions.refuse_admission(appeal, "It came 184 days after you were told.", by=rosa)
    assert appeal.state == "inadmissible"
    assert "184 days" in text_of(mails_to(NINA)[-1])
    assert AppealFact.objects.get().outcome == "inadmissible"


def test_what_was_decided_about_an_appeal_is_not_appealed_again(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    outcome = heard(appealed(decided(case, mo, "seal")), rosa, "upheld")
    assert board.is_hidden("1")
    with pytest.raises(BadAppeal, match="last word"):
        appealed(outcome)


def test_time_to_appeal_runs_from_when_somebody_knows(board: Board, case: Case, mo: User) -> None:
    decided(case, mo, "seal")
    mine, theirs = Notice.objects.get(party="author"), Notice.objects.get(party="reporter")
    for row, state in ((theirs, "accepted"), (mine, "bounced")):
        letters = Delivery.objects.filter(distribution_id=row.distribution_id or 0)
        letters.update(state=state, settled_at=timezone.now())
    assert actions.follow_notices() == 2
    for row in (mine, theirs):
        row.refresh_from_db()
    assert (theirs.state, theirs.appeal_until is not None) == ("sent", True)
    assert (mine.state, mine.appeal_until, mine.may_appeal) == ("bounced", None, True)
    case.refresh_from_db()
    assert case.state == "decided"
    actions.seen(mine)
    case.refresh_from_db()
    assert case.state == "redress_open"
    with time_machine.travel(timezone.now() + timedelta(days=185), tick=False):
        assert actions.finish_cases() == 1
    case.refresh_from_db()
    assert (case.state, case.owner, case.deadline) == ("final", "", None)


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


def test_who_reports_without_ground_is_warned_first_and_then_not_heard_for_a_time(
    board: Board, case: Case, mo: User
) -> None:
    first = Report.objects.get()
    decided(case, mo, unfounded=frozenset({first.pk}))
    contact = first.contact
    assert contact is not None
    with pytest.raises(BadDecision, match="Warn first"):
        actions.suspend(contact, Conduct.REPORTS, days=30, reason="Ten in a row.", by=mo)
    actions.warn(contact, Conduct.REPORTS, reason="Ten in a row.", by=mo)
    with pytest.raises(BadDecision, match="since the warning"):
        actions.suspend(contact, Conduct.REPORTS, days=30, reason="Ten in a row.", by=mo)
    board.pin("2", "I disagree.")
    again = reported("2")
    assert again.case is not None
    decided(again.case, mo, unfounded=frozenset({again.pk}))
    actions.suspend(contact, Conduct.REPORTS, days=30, reason="Eleven of eleven.", by=mo)
    board.pin("3", "I disagree still.")
    with pytest.raises(TooOften, match="not looked at until"):
        reported("3")


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


def test_the_database_keeps_the_chain_of_an_appeal(board: Board, case: Case, mo: User, rosa: User) -> None:
    appeal = appealed(decided(case, mo, "seal"))
    assert Appeal.objects.get(pk=appeal.pk).decider == mo
    heard(appeal, rosa, "upheld")
    assert Case.objects.exclude(state="final", owner="").filter(deadline=None).count() == 0


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
