# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import date

import pytest

from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.desk.needs import needing
from onrecord.statements.errors import Incomplete, OwnStatement, TextChanged, WrongState
from onrecord.statements.models import State, Statement
from onrecord.statements.steps import steps_for
from tests.statements.drafts import approved, corrected, released, write


def state(statement: Statement) -> str:
    statement.progress.refresh_from_db()
    return str(statement.progress.state)


def test_a_statement_goes_from_draft_to_approved_by_two_people(olga: User, ines: User) -> None:
    statement = write(olga)
    assert state(statement) == State.DRAFT
    actions.submit(statement, by=olga)
    assert state(statement) == State.SUBMITTED
    actions.approve(statement, by=ines)
    assert state(statement) == State.APPROVED
    names = list(
        Entry.objects.filter(subject=statement.subject).order_by("pk").values_list("event", flat=True)
    )
    assert names == ["statements.begun", "statements.submitted", "statements.approved"]


def test_a_press_officer_may_not_approve(olga: User, ines: User) -> None:
    statement = write(ines)
    actions.submit(statement, by=ines)
    with pytest.raises(NotAllowed, match=r"Olga Writer may not approve statements: .* role “Editor”"):
        actions.approve(statement, by=olga)


@pytest.mark.parametrize("who", ["mo", "rosa", "ada", "max"])
def test_only_writers_write(who: str, olga: User, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(who)
    statement = write(olga)
    for refuse in (
        lambda: write(person),
        lambda: actions.submit(statement, by=person),
        lambda: actions.remark(statement, by=person, text="Hello"),
        lambda: actions.discard(statement, by=person),
        lambda: actions.release(statement, by=person),
    ):
        with pytest.raises(NotAllowed):
            refuse()
    assert state(statement) == State.DRAFT


def test_an_editor_does_not_approve_what_they_wrote(ines: User, olga: User, second_editor: User) -> None:
    statement = write(ines)
    actions.submit(statement, by=ines)
    with pytest.raises(OwnStatement, match="You wrote “Water is safe to drink” yourself"):
        actions.approve(statement, by=ines)
    actions.approve(statement, by=second_editor)


def test_an_editor_who_touched_a_colleague_s_text_has_become_its_writer(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(olga)
    statement.title = "Water is safe again"
    actions.save_draft(statement, by=ines)
    actions.submit(statement, by=olga)
    with pytest.raises(OwnStatement):
        actions.approve(statement, by=ines)


def test_the_only_editor_may_approve_their_own_and_the_journal_says_so(ines: User) -> None:
    statement = write(ines)
    actions.submit(statement, by=ines)
    actions.approve(statement, by=ines)
    assert Entry.objects.get(event="statements.approved").data["sole_editor"] is True


def test_a_submitted_text_that_is_changed_is_a_draft_again(olga: User, ines: User) -> None:
    statement = write(olga)
    actions.submit(statement, by=olga)
    statement.title = "Water is not safe"
    actions.save_draft(statement, by=olga)
    assert state(statement) == State.DRAFT
    with pytest.raises(WrongState, match="is “Draft”, so it cannot be approved now"):
        actions.approve(statement, by=ines)


def test_an_approved_text_that_is_changed_loses_its_approval(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    statement.body = [("paragraph", "<p>Something else altogether.</p>")]
    actions.save_draft(statement, by=olga)
    progress = statement.progress
    progress.refresh_from_db()
    assert (progress.state, progress.approved_by, progress.digest) == (State.DRAFT, None, "")


def test_saving_without_a_change_keeps_the_approval(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    actions.save_draft(statement, by=olga)
    assert state(statement) == State.APPROVED


def test_a_change_behind_the_desk_s_back_is_noticed_at_approval(olga: User, ines: User) -> None:
    statement = write(olga)
    actions.submit(statement, by=olga)
    Statement.objects.filter(pk=statement.pk).update(summary="Somebody edited the table.")
    with pytest.raises(TextChanged, match="has changed since it was submitted"):
        actions.approve(Statement.objects.get(pk=statement.pk), by=ines)


def test_changes_are_requested_with_a_reason(olga: User, ines: User) -> None:
    statement = write(olga)
    actions.submit(statement, by=olga)
    with pytest.raises(Incomplete, match="Say what should change"):
        actions.request_changes(statement, by=ines, request="  ")
    actions.request_changes(statement, by=ines, request="Name the laboratory.")
    statement.progress.refresh_from_db()
    assert statement.progress.state == State.CHANGES_REQUESTED
    assert statement.progress.request == "Name the laboratory."
    actions.submit(statement, by=olga)
    assert state(statement) == State.SUBMITTED


def test_a_text_without_body_or_summary_is_not_submitted(olga: User) -> None:
    statement = write(olga, body=[("paragraph", "<p>x</p>")])
    statement.body = []
    actions.save_draft(statement, by=olga)
    with pytest.raises(Incomplete, match="has no text yet") as refusal:
        actions.submit(statement, by=olga)
    assert refusal.value.field == "body"


def test_a_second_edition_says_what_changed(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    statement = Statement.objects.get(pk=edition.statement_id)
    statement.title = "Water was tested on Tuesday"
    actions.save_draft(statement, by=olga)
    with pytest.raises(Incomplete, match="is no kind of change"):
        actions.submit(statement, by=olga)
    with pytest.raises(Incomplete, match="Say what changed"):
        actions.submit(statement, by=olga, change="correction")
    actions.submit(statement, by=olga, change="minor")
    assert state(statement) == State.SUBMITTED


def test_a_withdrawal_needs_a_reason_and_an_approval(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    statement = Statement.objects.get(pk=edition.statement_id)
    with pytest.raises(Incomplete, match="needs a reason"):
        actions.propose_withdrawal(statement, by=olga, reason="")
    actions.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    assert state(statement) == State.SUBMITTED
    actions.approve(statement, by=ines)
    withdrawal = actions.release(statement, by=olga)
    assert (withdrawal.op, withdrawal.number) == ("withdraw", 2)
    assert withdrawal.data["reason"] == "The samples were mixed up."
    assert withdrawal.data["blocks"] == edition.data["blocks"], "the text stays readable"
    assert state(statement) == State.WITHDRAWN


def test_a_withdrawal_that_was_sent_back_can_be_proposed_again_or_given_up(olga: User, ines: User) -> None:
    statement = released(olga, ines).statement
    actions.propose_withdrawal(statement, by=olga, reason="A mistake.")
    actions.request_changes(statement, by=ines, request="Say which.")
    assert state(statement) == State.CHANGES_REQUESTED
    assert statement.progress.withdrawal_reason == "A mistake.", "it is not to be written a second time"
    steps = {step.name: step for step in steps_for(statement, olga)}
    assert steps["withdraw"].primary
    assert not steps["reopen"].why_not
    actions.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    actions.request_changes(statement, by=ines, request="It stands.")
    actions.reopen(statement, by=olga)
    assert state(statement) == State.PUBLISHED
    assert not statement.progress.withdrawal_reason
    assert not statement.progress.request


def test_a_change_that_was_undone_leaves_nothing_to_submit(olga: User, ines: User) -> None:
    statement = Statement.objects.get(pk=released(olga, ines).statement_id)
    title = statement.title
    statement.title = "Water is safe"
    actions.save_draft(statement, by=olga)
    assert state(statement) == State.DRAFT
    statement.title = title
    actions.save_draft(statement, by=olga)
    assert state(statement) == State.PUBLISHED


def test_who_changed_a_text_does_not_approve_it_because_its_withdrawal_was_proposed_meanwhile(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = Statement.objects.get(pk=released(olga, ines).statement_id)
    statement.title = "The water is safe again"
    actions.save_draft(statement, by=ines)
    actions.propose_withdrawal(statement, by=olga, reason="A mistake.")
    assert list(needing("approval", ines)) == [statement]
    assert {step.name: step.why_not for step in steps_for(statement, ines)}["approve"] == ""
    actions.request_changes(statement, by=ines, request="Correct it instead.")
    assert list(needing("changes", olga)) == [statement]
    actions.submit(statement, by=olga, change="correction", change_note="It is safe again.")
    with pytest.raises(OwnStatement, match="You wrote"):
        actions.approve(statement, by=ines)


def test_a_withdrawal_that_is_taken_back_leaves_the_statement_published(olga: User, ines: User) -> None:
    statement = Statement.objects.get(pk=released(olga, ines).statement_id)
    actions.propose_withdrawal(statement, by=olga, reason="A mistake.")
    actions.reopen(statement, by=olga)
    assert state(statement) == State.PUBLISHED
    assert not statement.progress.withdrawing


def test_published_now_is_marked_until_somebody_else_has_reviewed(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(ines)
    with pytest.raises(NotAllowed):
        actions.publish_now_review_after(statement, by=olga)
    edition = actions.publish_now_review_after(statement, by=ines)
    assert edition.review_due
    with pytest.raises(OwnStatement, match="You published this yourself"):
        actions.review(edition, by=ines)
    reviewed = actions.review(edition, by=second_editor)
    assert not reviewed.review_due
    assert reviewed.reviewed_by == second_editor
    with pytest.raises(WrongState, match="does not wait for a review"):
        actions.review(edition, by=second_editor)


def test_an_editor_who_publishes_the_text_of_others_has_approved_it(olga: User, ines: User) -> None:
    statement = write(olga)
    edition = actions.publish_now_review_after(statement, by=ines)

    assert not edition.review_due
    assert edition.approved_by == ines
    assert set(edition.writers.all()) == {olga}
    told = Entry.objects.get(event="statements.approved", subject=statement.subject)
    assert told.actor_id == ines.pk
    assert told.data["sole_editor"] is False


def test_an_editor_who_wrote_part_of_it_does_not_approve_it_after_the_fact(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(olga)
    statement.body = [("paragraph", "<p>The water in Elmford is safe to drink.</p>")]
    actions.save_draft(statement, by=second_editor)
    actions.save_draft(statement, by=ines)
    edition = actions.publish_now_review_after(statement, by=ines)

    with pytest.raises(OwnStatement, match="You wrote or submitted this yourself"):
        actions.review(edition, by=second_editor)

    edition.refresh_from_db()
    assert edition.review_due
    assert set(edition.writers.all()) == {olga, ines, second_editor}
    step = next(step for step in steps_for(statement, second_editor) if step.name == "review")
    assert step.why_not == "You wrote or submitted this yourself. Somebody else has to review it."
    assert not needing("review", second_editor).exists()


def test_an_editor_who_submitted_it_does_not_approve_it_after_the_fact(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(olga)
    actions.save_draft(statement, by=ines)
    actions.submit(statement, by=second_editor)
    edition = actions.publish_now_review_after(statement, by=ines)

    with pytest.raises(OwnStatement, match="You wrote or submitted this yourself"):
        actions.review(edition, by=second_editor)


def test_the_writers_of_one_edition_may_approve_the_next_after_the_fact(
    olga: User, ines: User, second_editor: User
) -> None:
    first = released(second_editor, ines)
    statement = Statement.objects.get(pk=first.statement_id)
    statement.body = [("paragraph", "<p>We tested it on Tuesday.</p>")]
    actions.save_draft(statement, by=ines)
    edition = actions.publish_now_review_after(
        statement, by=ines, change="correction", change_note="The day was wrong."
    )

    assert needing("review", second_editor).exists()
    assert not actions.review(edition, by=second_editor).review_due


def test_a_correction_supersedes_and_names_what_it_corrects(olga: User, ines: User) -> None:
    first = released(olga, ines)
    second = corrected(first, olga, ines, "We tested it on Tuesday.")
    assert (second.number, second.op, second.change) == (2, "correct", "correction")
    assert second.data["prev"]["index"] == first.leaf_index
    assert second.data["reason"] == "The day was wrong."


def test_a_draft_is_discarded_by_its_author_or_an_editor(olga: User, ines: User) -> None:
    statement = write(ines)
    with pytest.raises(NotAllowed):
        actions.discard(statement, by=olga)
    actions.discard(statement, by=ines)
    assert not Statement.objects.exists()


def test_what_was_published_is_never_discarded(olga: User, ines: User) -> None:
    statement = Statement.objects.get(pk=released(olga, ines).statement_id)
    with pytest.raises(WrongState, match="It can be withdrawn, never deleted"):
        actions.discard(statement, by=ines)


def test_whoever_wrote_what_waits_is_offered_to_take_it_back_before_anything_else(
    ines: User, second_editor: User
) -> None:
    statement = write(ines)
    actions.submit(statement, by=ines)
    possible = [step.name for step in steps_for(statement, ines) if not step.why_not]
    assert possible[0] == "reopen"
    assert next(step.name for step in steps_for(statement, second_editor)) == "approve"


def test_what_a_colleague_has_locked_is_neither_submitted_nor_published_nor_discarded(
    olga: User, ines: User
) -> None:
    statement = write(olga)
    Statement.objects.update(locked=True, locked_by=olga)
    for refuse in (actions.submit, actions.publish_now_review_after, actions.discard):
        with pytest.raises(WrongState, match=r"Olga Writer has locked this text\. They can unlock it"):
            refuse(statement, by=ines)
    why_not = {step.name: step.why_not for step in steps_for(statement, ines)}
    assert all("Olga Writer has locked" in why_not[name] for name in ("submit", "publish_now", "discard"))
    assert why_not["translate"] == ""

    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    assert actions.release(statement, by=ines).number == 1


def test_a_year_that_no_address_can_have_is_refused_before_it_is_there_for_good(olga: User) -> None:
    statement = write(olga, dated=date(26, 11, 24))
    with pytest.raises(Incomplete, match=r"is in the year 26\. Write the year with four digits"):
        actions.submit(statement, by=olga)


def test_what_a_later_edition_has_replaced_waits_for_no_review(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(ines)
    actions.publish_now_review_after(statement, by=ines)
    assert needing("review", second_editor).exists()
    statement.title = "The water is safe to drink"
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="minor")
    actions.approve(statement, by=second_editor)
    actions.release(statement, by=olga)
    assert not needing("review", second_editor).exists()
