# SPDX-License-Identifier: Apache-2.0
"""Appeals: heard by somebody else, and what was wrong put back exactly."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from onrecord.delivery.models import Delivery
from onrecord.moderation import actions, doors
from onrecord.moderation.actions import Finding
from onrecord.moderation.errors import (
    BadAppeal,
    BadDecision,
    NotEligible,
    WrongState,
)
from onrecord.moderation.files import FOLDER, UNNAMED_FOR, Sent, check, keep, path_of
from onrecord.moderation.models import (
    Appeal,
    AppealFact,
    Case,
    DecisionFact,
    Effect,
    Mark,
    Notice,
    Remark,
)
from onrecord.people.models import Contact, User
from onrecord.people.roles import Role
from tests.conftest import person
from tests.moderation.judging import (
    JAN,
    appealed,
    decided,
    heard,
    mails_to,
    reported,
    ruling,
    text_of,
)
from tests.moderation.things import Board

NINA = "reader-1@reader.example"

pytestmark = pytest.mark.usefixtures("rules_in_force")


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


def test_the_database_keeps_the_chain_of_an_appeal(board: Board, case: Case, mo: User, rosa: User) -> None:
    appeal = appealed(decided(case, mo, "seal"))
    assert Appeal.objects.get(pk=appeal.pk).decider == mo
    heard(appeal, rosa, "upheld")
    assert Case.objects.exclude(state="final", owner="").filter(deadline=None).count() == 0


def test_a_file_of_an_appeal_or_answer_that_is_refused_is_not_kept(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    appeal = appealed(decided(case, mo, "seal"))
    sent = [Sent("again.txt", b"It was about the ants.")]
    with pytest.raises(WrongState, match="appealed already"):
        actions.appeal(appeal.notice, "I appeal once more.", language="en", sent=sent)
    actions.assign(appeal, to=rosa, by=rosa)
    with pytest.raises(WrongState, match="Nothing is asked"):
        actions.answer(appeal, "I answer nonetheless.", sent=sent)
    assert not path_of(hashlib.sha256(sent[0].body).hexdigest()).exists()


def test_notices_that_never_leave_hold_up_no_others(board: Board, case: Case, mo: User) -> None:
    decided(case, mo, "seal")
    first, second = Notice.objects.order_by("pk")
    letters = Delivery.objects.filter(distribution_id=second.distribution_id or 0)
    letters.update(state="accepted", settled_at=timezone.now())
    assert actions.follow_notices(limit=1) == 1, "the first one waits for its host"
    letters = Delivery.objects.filter(distribution_id=first.distribution_id or 0)
    letters.update(state="cancelled", settled_at=timezone.now())
    assert actions.follow_notices(limit=1) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.may_appeal, second.state) == ("bounced", True, "sent")
    Notice.objects.filter(pk=first.pk).update(state="queued")
    letters.update(state="unknown")
    assert actions.follow_notices() == 1
    first.refresh_from_db()
    assert (first.state, first.informed_at) == ("sent", None), "time runs from when the page is opened"


def test_cases_with_an_open_appeal_keep_no_others_open(board: Board, case: Case, mo: User) -> None:
    appealed(decided(case, mo, "seal"))
    board.pin("2", "They are all rats.")
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        other = reported("2").case
        assert other is not None
        decided(other, mo, "seal")
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        assert actions.finish_cases(limit=1) == 1
    other.refresh_from_db()
    case.refresh_from_db()
    assert (other.state, case.state) == ("final", "decided")


def test_who_reported_hears_no_appeal_about_what_is_gone_by_now(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    case.reports.update(contact=Contact.objects.create(address=rosa.email))
    ruth = person("Ruth Reviewer", Role.APPEAL_REVIEWER)
    appeal = appealed(decided(case, mo, "seal"))
    del board.notes["1"]
    with pytest.raises(NotEligible, match="is concerned by the case"):
        actions.assign(appeal, to=rosa, by=rosa)
    board.people["reader/1"] = replace(board.people["reader/1"], address=ruth.email)
    with pytest.raises(NotEligible, match="is concerned by the case"):
        actions.assign(appeal, to=ruth, by=ruth)


def test_what_an_erased_author_wrote_and_sent_in_an_appeal_goes_and_what_others_sent_stays(
    board: Board, case: Case, mo: User, rosa: User
) -> None:
    decision = decided(case, mo, "seal")
    mine, theirs = (Sent(f"{name}.txt", f"It was {name}.".encode()) for name in ("mine", "theirs"))
    notices = {notice.party: notice for notice in Notice.objects.filter(decision=decision)}

    def kept() -> set[str]:
        return {path.name for path in (Path(settings.HOME) / FOLDER).glob("??/*")}

    with time_machine.travel(timezone.now(), tick=False) as clock:
        first = actions.appeal(notices["author"], "I am Jan, and was ill.", language="en", sent=[mine])
        second = actions.appeal(notices["reporter"], "Too little.", language="en", sent=[theirs, mine])
        keep(check([Sent("unnamed.txt", b"Its appeal came to nothing.")]))
        actions.assign(first, to=rosa, by=rosa)
        actions.ask(first, "Can you prove it?", by=rosa)
        actions.answer(first, "Ask my doctor.", sent=[])
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Remark.objects.update(text="")  # while somebody may have to read it
        Case.objects.filter(pk=case.pk).update(state="final", deadline=None, owner="", forget=True)
        actions.forget_words()
        assert len(kept()) == 3, "somebody may be about to name them"
        clock.shift(UNNAMED_FOR + 60)
        actions.forget_words()
    assert [(appeal.text, appeal.attachments.count()) for appeal in Appeal.objects.order_by("pk")] == [
        ("", 0),
        ("Too little.", 2),
    ]
    assert set(Remark.objects.values_list("text", flat=True)) == {""}
    assert kept() == set(second.attachments.values_list("sha256", flat=True))
