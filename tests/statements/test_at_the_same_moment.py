# SPDX-License-Identifier: Apache-2.0
"""Two people at one text: nobody decides about what they have not read, nobody's hand in it is forgotten."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from onrecord.journal.models import Entry
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Role
from onrecord.statements import actions
from onrecord.statements.actions import writing
from onrecord.statements.errors import OwnStatement, TextChanged, WrongState
from onrecord.statements.models import Edition, Progress, Seal, State, Statement
from onrecord.statements.steps import steps_for
from tests.conftest import person
from tests.meanwhile import SEVERAL_WRITERS, Meanwhile
from tests.statements.drafts import approved, released, write
from tests.statements.test_desk_steps import MORNING, SignIn, state, submitted, text, url

CHANGED = "Somebody has changed this since you opened the page. Read it again, then decide."
UNDERSTOOD = {"understood": "on"}


def seen(answer: Any) -> dict[str, str]:
    """Return what a page puts into its form to say what it shows."""
    found = re.search(r'name="seen" value="([^"]+)"', text(answer))
    assert found is not None
    return {"seen": found[1]}


def change(statement: Statement, *, by: User, words: str = "The water is not safe at all.") -> None:
    statement.body = [("paragraph", f"<p>{words}</p>")]
    actions.save_draft(statement, by=by)


def test_nobody_approves_a_text_that_was_put_in_the_place_of_the_one_they_read(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement, browser = submitted(olga), sign_in(ines)
    read = seen(browser.get(url("approve", statement)))
    actions.reopen(statement, by=olga)
    change(statement, by=olga)
    actions.submit(statement, by=olga)
    answer = browser.post(url("approve", statement), read)
    assert CHANGED in text(answer)
    assert "The water is not safe at all." in text(answer), "it is shown for another decision"
    assert state(statement) == State.SUBMITTED
    browser.post(url("approve", statement), seen(answer))
    assert state(statement) == State.APPROVED


def test_nobody_approves_another_note_or_reason_than_they_read(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement, browser = Statement.objects.get(pk=released(olga, ines).statement_id), sign_in(ines)
    change(statement, by=olga)
    actions.submit(statement, by=olga, change="correction", change_note="The day was wrong.")
    read = seen(browser.get(url("approve", statement)))
    actions.reopen(statement, by=olga)
    actions.submit(statement, by=olga, change="correction", change_note="The laboratory was wrong.")
    assert CHANGED in text(browser.post(url("approve", statement), read))

    actions.reopen(statement, by=olga)
    actions.propose_withdrawal(statement, by=olga, reason="A mistake.")
    read = seen(browser.get(url("approve", statement)))
    actions.reopen(statement, by=olga)
    actions.propose_withdrawal(statement, by=olga, reason="The mayor is to blame.")
    assert CHANGED in text(browser.post(url("approve", statement), read))
    assert state(statement) == State.SUBMITTED


def test_nobody_releases_a_withdrawal_in_the_place_of_the_text_they_read(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement, browser = Statement.objects.get(pk=released(olga, ines).statement_id), sign_in(olga)
    change(statement, by=olga)
    actions.submit(statement, by=olga, change="minor")
    actions.approve(statement, by=ines)
    read = seen(browser.get(url("release", statement)))
    actions.reopen(statement, by=olga)
    actions.propose_withdrawal(statement, by=olga, reason="A mistake.")
    actions.approve(statement, by=ines)
    assert CHANGED in text(browser.post(url("release", statement), read))
    assert Edition.objects.count() == 1
    browser.post(url("release", statement), seen(browser.get(url("release", statement))))
    assert state(statement) == State.WITHDRAWN


def test_nobody_publishes_now_what_they_have_not_read(olga: User, ines: User, sign_in: SignIn) -> None:
    statement, browser = write(olga), sign_in(ines)
    read = seen(browser.get(url("publish_now", statement)))
    change(statement, by=olga)
    assert CHANGED in text(browser.post(url("publish_now", statement), UNDERSTOOD | read))
    assert not Edition.objects.exists()
    browser.post(url("publish_now", statement), UNDERSTOOD | seen(browser.get(url("publish_now", statement))))
    assert Edition.objects.get().approved_by == ines


def test_nobody_reviews_another_edition_than_they_read(
    ines: User, second_editor: User, sign_in: SignIn
) -> None:
    statement, browser = write(ines), sign_in(second_editor)
    actions.publish_now_review_after(statement, by=ines)
    read = seen(browser.get(url("review", statement)))
    change(statement, by=ines)
    actions.publish_now_review_after(statement, by=ines, change="minor")
    assert CHANGED in text(browser.post(url("review", statement), read))
    assert Edition.objects.filter(review_due=True).count() == 2


def test_what_was_saved_while_it_was_published_is_not_taken_for_published(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(olga)
    as_read = Statement.objects.get(pk=statement.pk)
    change(statement, by=second_editor)
    with pytest.raises(TextChanged, match="Somebody has changed this"):
        actions.publish_now_review_after(as_read, by=ines)
    assert state(statement) == State.DRAFT
    actions.submit(statement, by=olga)
    with pytest.raises(OwnStatement, match="You wrote"):
        actions.approve(statement, by=second_editor)


def test_a_proposed_withdrawal_waits_although_the_draft_is_saved(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = Statement.objects.get(pk=released(olga, ines).statement_id)
    actions.propose_withdrawal(statement, by=olga, reason="A mistake.")
    change(statement, by=second_editor)
    progress = Progress.objects.get(statement=statement)
    assert (progress.state, progress.withdrawing) == (State.SUBMITTED, True)
    actions.approve(statement, by=second_editor)
    assert actions.release(statement, by=olga).op == "withdraw"


def test_what_was_published_now_is_reviewed_although_the_next_edition_is_begun(
    olga: User, ines: User, second_editor: User
) -> None:
    statement = write(ines)
    edition = actions.publish_now_review_after(statement, by=ines)
    change(statement, by=olga)
    steps = {step.name: step for step in steps_for(statement, second_editor)}
    assert steps["review"].why_not == ""
    assert not steps["review"].primary
    assert not actions.review(edition, by=second_editor).review_due


def test_what_is_only_a_draft_is_discarded(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    with pytest.raises(WrongState, match="so it cannot be discarded now"):
        actions.discard(statement, by=olga)


@time_machine.travel(MORNING, tick=False)
def test_a_button_that_is_pressed_twice_seals_once_and_gives_nothing_up(olga: User, ines: User) -> None:
    statement = approved(olga, ines)
    for _press in range(2):
        actions.schedule(
            statement, by=olga, at=MORNING + timedelta(days=1), zone="UTC", embargoed=True, seal=True
        )
    assert Progress.objects.get(statement=statement).seal == Seal.objects.get()
    assert not Entry.objects.filter(event="statements.seal_let_go").exists()


@pytest.mark.django_db(transaction=True)
@SEVERAL_WRITERS
def test_whoever_publishes_waits_for_whoever_is_saving(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, ines = person("Olga Writer", Role.PRESS_OFFICER), person("Ines Editor", Role.EDITOR)
    statement = write(olga)
    as_read = Statement.objects.get(pk=statement.pk)
    other = Meanwhile(
        monkeypatch,
        Statement,
        "_differs_from_newest_edition",
        lambda: actions.publish_now_review_after(as_read, by=ines),
    )
    change(statement, by=olga)
    assert [type(refusal) for refusal in other.ended()] == [TextChanged]
    progress = Progress.objects.get(statement=statement)
    assert (progress.state, list(progress.writers.all())) == (State.DRAFT, [olga])


@pytest.mark.django_db(transaction=True)
@SEVERAL_WRITERS
def test_two_who_begin_the_same_translation_get_one(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = person("Olga Writer", Role.PRESS_OFFICER)
    statement = write(olga)
    other = Meanwhile(
        monkeypatch, writing, "_check_language", lambda: actions.translate(statement, by=olga, language="fr")
    )
    actions.translate(statement, by=olga, language="fr")
    assert ["exists in “fr” already" in str(refusal) for refusal in other.ended()] == [True]
    assert statement.translations.count() == 1
