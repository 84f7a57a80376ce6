# SPDX-License-Identifier: Apache-2.0
"""Every step at the desk, through its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Locale

from onrecord.journal import reactions
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.models import Organisation, User
from onrecord.statements import actions
from onrecord.statements.models import Edition, Progress, State, Statement
from tests.statements.drafts import approved, corrected, released, write

SignIn = Callable[[User], Client]
STEPS = (
    "submit",
    "request_changes",
    "approve",
    "reopen",
    "schedule",
    "unschedule",
    "release",
    "publish_now",
    "review",
    "withdraw",
    "translate",
    "discard",
    "mark_current",
)
MORNING = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def url(step: str, statement: Statement) -> str:
    return reverse(f"statements:{step}", args=[statement.pk])


def state(statement: Statement) -> str:
    return Progress.objects.get(statement=statement).state


def text(answer: Any) -> str:
    return str(answer.content.decode())


def submitted(by: User) -> Statement:
    statement = write(by)
    actions.submit(statement, by=by)
    return statement


def test_a_text_is_submitted_by_its_writer(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    browser = sign_in(olga)
    page = browser.get(url("submit", statement))
    assert "The water in Elmford is safe to drink." in text(page), "what is submitted is shown"
    assert "Kind of change" not in text(page), "a first edition changes nothing"
    answer = browser.post(url("submit", statement), follow=True)
    assert "waits for approval" in text(answer)
    assert state(statement) == State.SUBMITTED


def test_a_look_at_a_step_changes_nothing(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    for step in STEPS:
        sign_in(olga).get(url(step, statement))
    assert state(statement) == State.DRAFT
    assert not Edition.objects.exists()


def test_an_incomplete_text_goes_back_to_its_writer_not_to_the_editors(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    Statement.objects.update(summary="")
    answer = sign_in(olga).post(url("submit", statement), follow=True)
    assert "has no summary yet" in text(answer)
    assert state(statement) == State.DRAFT


def test_the_second_edition_says_what_changes(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = released(olga, ines).statement
    statement.body = [("paragraph", "<p>The water is not safe.</p>")]
    actions.save_draft(statement, by=olga)
    browser = sign_in(olga)
    page = text(browser.get(url("submit", statement)))
    assert "What changes from edition 1" in page
    assert "<del>" in page
    assert "Say what changed" in text(browser.post(url("submit", statement), {"change": "correction"}))
    browser.post(url("submit", statement), {"change": "correction", "change_note": "The sample was bad."})
    assert state(statement) == State.SUBMITTED
    for step in ("approve", "release"):
        page = text(sign_in(ines).get(url(step, statement)))
        assert "Kind of change: Correction" in page, f"to {step} is to answer for what readers are told"
        assert "The sample was bad." in page
        if step == "approve":
            actions.approve(statement, by=ines)


def test_an_editor_asks_for_changes_and_the_writer_reads_them(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement = submitted(olga)
    answer = sign_in(ines).post(url("request_changes", statement), {"request": ""})
    assert "This field is required" in text(answer)
    sign_in(ines).post(url("request_changes", statement), {"request": "Name the spring."})
    assert state(statement) == State.CHANGES_REQUESTED
    opened = sign_in(olga).get(url("edit", statement))
    assert "Name the spring." in text(opened)
    assert [str(message) for message in opened.context["messages"]] == ["Changes asked for: Name the spring."]
    actions.submit(statement, by=olga)
    assert "Name the spring." not in text(sign_in(olga).get(url("edit", statement)))


def test_an_editor_approves_what_is_shown(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = submitted(olga)
    browser = sign_in(ines)
    assert "The water in Elmford is safe to drink." in text(browser.get(url("approve", statement)))
    browser.post(url("approve", statement))
    assert state(statement) == State.APPROVED


def test_an_editor_sees_pictures_and_files_before_they_are_public(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    body = BytesIO()
    Picture.new("RGB", (40, 30), "navy").save(body, "PNG")
    image = Image.objects.create(title="Spring", file=ContentFile(body.getvalue(), "spring.png"))
    file = Document.objects.create(title="Results", file=ContentFile(b"all fine", "results.txt"))
    statement = write(
        olga,
        body=[
            ("image", {"image": image, "alt": "The spring", "caption": "", "credit": ""}),
            ("file", {"file": file, "description": "Results"}),
        ],
    )
    actions.submit(statement, by=olga)
    browser = sign_in(ines)
    page = text(browser.get(url("approve", statement)))
    assert 'src="data:image/png;base64,' in page
    address = page.split('<a href="/desk/media/', 1)[1].split('"', 1)[0]
    assert b"".join(browser.get(f"/desk/media/{address}")) == b"all fine"


def test_an_editor_sees_where_the_text_will_stand_for_good(
    olga: User, ines: User, sign_in: SignIn, organisation: Organisation
) -> None:
    edition = released(olga, ines, title="Water")
    other = write(olga, title="Water")
    actions.submit(other, by=olga)
    browser = sign_in(ines)
    path = edition.statement.publication.path
    assert f">{organisation.address}{path[:-1]}-2/<" in text(browser.get(url("approve", other)))

    Locale.objects.get_or_create(language_code="fr")
    early = actions.translate(other, by=olga, language="fr")
    actions.submit(early, by=olga)
    assert "or-proof__address" not in text(browser.get(url("approve", early))), "nobody knows yet"


def test_an_editor_does_not_approve_her_own_text(ines: User, second_editor: User, sign_in: SignIn) -> None:
    statement = submitted(ines)
    answer = sign_in(ines).post(url("approve", statement), follow=True)
    assert "You wrote this yourself. Somebody else has to approve it." in text(answer)
    assert state(statement) == State.SUBMITTED


def test_a_submission_is_taken_back(olga: User, sign_in: SignIn) -> None:
    statement = submitted(olga)
    sign_in(olga).post(url("reopen", statement))
    assert state(statement) == State.DRAFT


def test_a_release_is_watched_until_it_can_be_read(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    browser = sign_in(olga)
    answer = browser.post(url("release", statement))
    going = reverse("statements:going_out", args=[statement.pk, 1])
    assert answer["Location"] == going
    assert "Who is told is being written down." in text(browser.get(going))
    reactions.drain()
    page = text(browser.get(going))
    assert "Leaf 0" in page
    assert 'href="/s/2026/water-is-safe-to-drink/1.tlog-proof"' in page
    assert "http-equiv" not in page, "there is nothing left to wait for"
    part = browser.get(going + "?part")
    assert "<html" not in text(part)
    assert "no-store" in part["Cache-Control"]


def test_an_edition_that_is_stuck_says_why_and_when_it_is_tried_again(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    edition = released(olga, ines)
    Edition.objects.filter(pk=edition.pk).update(published_at=None)
    entry = Entry.objects.get(event="statements.released")
    Reaction.objects.update_or_create(
        entry_id=entry.pk,
        name="a test",
        defaults={"state": ReactionState.WAITING, "last_error": "OSError: No space left on device"},
    )
    page = text(sign_in(olga).get(reverse("statements:going_out", args=[edition.statement_id, 1])))
    assert "No space left on device" in page
    assert "It is tried again at" in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page


def test_publishing_without_approval_has_to_be_understood(
    ines: User, second_editor: User, sign_in: SignIn
) -> None:
    statement = write(ines)
    browser = sign_in(ines)
    assert "This field is required" in text(browser.post(url("publish_now", statement)))
    assert not Edition.objects.exists()
    browser.post(url("publish_now", statement), {"understood": "on"})
    edition = Edition.objects.get()
    assert edition.review_due
    assert "to be reviewed" in text(browser.get(url("edit", statement)))
    browser.post(url("review", statement))
    assert Edition.objects.get().review_due, "not by the one who published it"
    sign_in(second_editor).post(url("review", statement))
    assert not Edition.objects.get().review_due


def test_a_withdrawal_needs_a_reason_and_an_approval(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = released(olga, ines).statement
    browser = sign_in(olga)
    assert "This field is required" in text(browser.post(url("withdraw", statement), {"reason": ""}))
    browser.post(url("withdraw", statement), {"reason": "The samples were mixed up."})
    assert "The withdrawal of this statement waits for approval." in text(browser.get(url("edit", statement)))
    assert state(statement) == State.SUBMITTED
    assert f"{statement.title}\u2069” (Withdrawal)" in text(sign_in(ines).get("/desk/"))
    assert "The samples were mixed up." in text(sign_in(ines).get(url("edit", statement)))
    asked = text(sign_in(ines).get(url("approve", statement)))
    assert "The samples were mixed up." in asked
    assert "You approve that this statement is withdrawn" in asked
    sign_in(ines).post(url("approve", statement))
    sign_in(ines).post(url("release", statement))
    assert state(statement) == State.WITHDRAWN
    assert "withdrew “" in text(sign_in(ines).get("/desk/"))
    assert "This statement is withdrawn." in text(browser.get(url("edit", statement)))


def test_a_withdrawal_that_cannot_wait_repeats_what_was_published_not_the_draft(
    ines: User, second_editor: User, sign_in: SignIn
) -> None:
    statement = released(second_editor, ines).statement
    statement.body = [("paragraph", "<p>Words nobody has approved.</p>")]
    actions.save_draft(statement, by=ines)
    actions.propose_withdrawal(statement, by=ines, reason="The samples were mixed up.")
    browser = sign_in(ines)
    page = text(browser.get(url("publish_now", statement)))
    assert "Words nobody has approved." not in page
    assert "Kind of change" not in page
    browser.post(url("publish_now", statement), {"understood": "on"})
    newest = Edition.objects.get(number=2)
    assert (newest.op, newest.change) == ("withdraw", "")
    assert "Words nobody has approved." not in newest.body_html


def test_a_translation_begins_and_falls_behind_its_original(olga: User, ines: User, sign_in: SignIn) -> None:
    Locale.objects.get_or_create(language_code="fr")
    edition = released(olga, ines)
    browser = sign_in(olga)
    answer = browser.post(url("translate", edition.statement), {"language": "fr"})
    translation = Statement.objects.get(original=edition.statement)
    assert answer["Location"] == url("edit", translation)
    assert "behind" not in text(browser.get(url("edit", edition.statement)))
    corrected(edition, olga, ines, "The water is not safe.")
    assert "behind its original" in text(browser.get(url("edit", translation)))
    assert "behind" in text(browser.get(url("edit", edition.statement)))
    browser.post(url("mark_current", translation))
    assert "behind" not in text(browser.get(url("edit", translation)))


def test_a_translation_that_is_still_right_is_called_current_in_public_by_a_minor_edition(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    Locale.objects.get_or_create(language_code="fr")
    edition = released(olga, ines)
    translation = actions.translate(edition.statement, by=olga, language="fr")
    actions.submit(translation, by=olga)
    actions.approve(translation, by=ines)
    actions.release(translation, by=olga)
    corrected(edition, olga, ines, "We tested it on Tuesday.")
    translation = Statement.objects.get(pk=translation.pk)
    actions.mark_translation_current(translation, by=olga)
    assert state(translation) == State.DRAFT, "there is something to publish"
    actions.save_draft(translation, by=olga)
    assert state(translation) == State.DRAFT

    actions.submit(translation, by=olga, change="minor")
    corrected(Edition.objects.get(statement=edition.statement, number=2), olga, ines, "It was on Friday.")
    answer = sign_in(olga).post(url("mark_current", translation))
    assert "so it cannot be called current now" in text(answer), "an editor judges what was submitted"
    actions.approve(translation, by=ines)
    assert actions.release(translation, by=olga).data["translation_of"]["edition"] == 2


def test_a_statement_is_translated_once_into_each_language(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    browser = sign_in(olga)
    for language in ("fr", "ar"):
        Locale.objects.get_or_create(language_code=language)
        browser.post(url("translate", statement), {"language": language})
    answer = browser.get(url("translate", statement), follow=True)
    assert "It exists in all languages of the newsroom already." in text(answer)


def test_a_draft_is_discarded(olga: User, sign_in: SignIn) -> None:
    statement = write(olga)
    assert sign_in(olga).post(url("discard", statement))["Location"] == reverse("statements:list")
    assert not Statement.objects.exists()


def test_another_press_officer_s_draft_is_not_discarded(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = write(ines)
    answer = sign_in(olga).post(url("discard", statement), follow=True)
    assert "Only its author or an editor may discard it." in text(answer)
    assert Statement.objects.exists()


def test_a_step_that_came_too_late_says_so(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    answer = sign_in(ines).post(url("approve", statement), follow=True)
    assert "is “Approved” now, so this step does not fit any more." in text(answer)


def test_steps_need_the_token_against_forgery(olga: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(olga, backend="allauth.account.auth_backends.AuthenticationBackend")
    statement = write(olga)
    for step in STEPS:
        assert browser.post(url(step, statement)).status_code == 403
    assert browser.post(url("remark", statement), {"text": "x"}).status_code == 403


WRITING = ("submit", "reopen", "schedule", "unschedule", "release", "withdraw", "translate", "discard")
EDITING = ("approve", "request_changes", "publish_now", "review")


def refused(answer: Any) -> bool:
    """Tell whether the desk sent somebody away: to its front page with a sentence, or to the sign-in."""
    return answer.status_code in {302, 403} and answer.get("Location", "/desk/") in {"/desk/", ""}


@pytest.mark.parametrize("name", ["mo", "rosa", "ada"])
def test_those_who_do_not_write_see_no_statement_and_take_no_step(
    request: pytest.FixtureRequest, olga: User, ines: User, sign_in: SignIn, name: str
) -> None:
    statement = approved(olga, ines)
    browser = sign_in(request.getfixturevalue(name))
    addresses = [url(step, statement) for step in (*STEPS, "edit", "history", "lock", "preview_on_edit")]
    addresses += [reverse("statements:list"), reverse("statements:add"), reverse("topics:list")]
    for address in addresses:
        assert refused(browser.get(address)) or browser.get(address).status_code == 405, address
        assert refused(browser.post(address)), address
    assert refused(browser.post(url("remark", statement), {"text": "x"}))
    assert state(statement) == State.APPROVED


def test_a_stranger_gets_no_further_than_the_sign_in(olga: User, max: User, sign_in: SignIn) -> None:
    statement = write(olga)
    for browser in (Client(), sign_in(max)):
        for step in (*STEPS, "edit"):
            answer = browser.post(url(step, statement))
            assert answer.status_code == 403 or answer["Location"].startswith("/accounts/login/")
    assert state(statement) == State.DRAFT


@pytest.mark.parametrize("step", EDITING)
def test_a_press_officer_takes_no_editor_s_step(olga: User, ines: User, sign_in: SignIn, step: str) -> None:
    statement = submitted(ines)
    assert refused(sign_in(olga).post(url(step, statement), {"request": "x", "understood": "on"}))
    assert state(statement) == State.SUBMITTED
