# SPDX-License-Identifier: Apache-2.0
"""Comments are judged: held ones in the same queue; sealed, labelled, and put back to the byte."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.conversation.models import Comment, CommenterRestriction, Lesson, Mode
from onrecord.conversation.pages import threads
from onrecord.moderation import actions, items, reasons
from onrecord.moderation.actions import Finding, Notification, Ruling, Wanted
from onrecord.moderation.kinds import comments
from onrecord.moderation.models import Case, Effect, Notice, Rule
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.conftest import water
from tests.conversation.readers import KIM, commented, page, shown, work
from tests.moderation.judging import JAN, RUDE, rules

__all__ = ["water"]


@pytest.fixture(autouse=True)
def _rules(ines: User) -> None:
    rules(ines)


def _report(comment: Comment, url: str = "") -> Case:
    said = Notification(
        url=url or f"/comments/{comment.pk}",
        explanation="This insults my neighbours.",
        category=RUDE,
        name="Jan",
        address=JAN,
        good_faith=True,
    )
    case = actions.confirm(actions.report(said, language="en")).case
    assert case is not None
    return case


def _ruling(comment: Comment, *kinds: str, **more: object) -> Ruling:
    until = timezone.now() + timedelta(days=7)
    given = {
        "item_version": items.find("comment", str(comment.pk)).version,
        "facts": "It calls all neighbours vermin.",
        "effects": tuple(Wanted(kind, until if kind == "suspend" else None) for kind in kinds),
        "rule": Rule.objects.get(number="2") if kinds else None,
    } | more
    return Ruling(**given)  # type: ignore[arg-type]  # as each test says


def test_a_held_comment_is_a_case_and_approving_shows_it(water: Publication, mo: User) -> None:
    comment = commented(water, "Is the water safe?", address=KIM)
    work()
    case = Case.objects.get()
    assert (case.held, case.item_key, case.owner) == (True, str(comment.pk), "moderators")
    assert "Is the water safe?" not in page(water)
    actions.approve(case, by=mo, revision=case.revision)
    work()
    assert "Is the water safe?" in page(water)
    case.refresh_from_db()
    assert case.state == "final"


def test_a_comment_is_sealed_with_reasons_and_put_back_to_the_byte(
    water: Publication, mo: User, rosa: User, client: Client
) -> None:
    comment = shown(water, mo, "They are all vermin.", address=KIM)
    answer = shown(water, mo, "No, they are not.", answers=comment)
    before = page(water)
    assert f"/report?url=/comments/{comment.pk}" in before
    form = client.get("/report", {"url": f"/comments/{comment.pk}"}).content.decode()
    assert "They are all vermin." in form

    case = _report(comment, f"https://news.elmford.example{water.path}#comment-{comment.pk}")
    decision = actions.decide(case, _ruling(comment, "label", "seal"), by=mo, revision=case.revision)
    work()
    sealed = page(water)
    assert "They are all vermin." not in sealed
    assert f"Not shown under rule 2. Case {case.number}." in sealed
    assert "No, they are not." in sealed
    assert Comment.objects.get(pk=comment.pk).versions.get().text == "", "it is locked while it is sealed"

    appeal = actions.appeal(Notice.objects.get(party="author"), "I meant the ants.", language="en")
    actions.assign(appeal, to=rosa, by=rosa)
    actions.hear(appeal, Finding("reversed", _ruling(comment)), by=rosa)
    work()
    assert page(water) == before
    assert all(effect.restored_exactly for effect in decision.effects.all())
    assert Comment.objects.get(pk=answer.pk).parent_id == comment.pk


def test_an_author_is_warned_limited_suspended_and_free_again(water: Publication, mo: User) -> None:
    comment = shown(water, mo, "They are all vermin.", address=KIM)
    case = _report(comment)
    actions.decide(case, _ruling(comment, "warn", "limit"), by=mo, revision=case.revision)
    assert [row.mode for row in CommenterRestriction.objects.all()] == [Mode.BEFORE]
    again = shown(water, mo, "Vermin, I say.", address=KIM)
    case = _report(again)
    actions.decide(case, _ruling(again, "seal", "suspend"), by=mo, revision=case.revision)
    assert CommenterRestriction.objects.filter(mode=Mode.CLOSED, lifted_at=None).exists()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert actions.expire() == 1
    assert not CommenterRestriction.objects.filter(mode=Mode.CLOSED, lifted_at=None).exists()
    assert Effect.objects.filter(kind="seal", state="applied").exists()


def test_a_report_keeps_the_author_from_editing_away_what_was_reported(water: Publication, mo: User) -> None:
    comment = shown(water, mo, "They are all vermin.", address=KIM)
    _report(comment)
    assert comment.freezes.exists()


def test_what_is_not_shown_cannot_be_found_by_reporting(water: Publication, client: Client) -> None:
    comment = commented(water, "Something private.", address=KIM)
    assert comments.CommentKind().at(f"/comments/{comment.pk}") is None
    form = client.get("/report", {"url": f"/comments/{comment.pk}"}).content.decode()
    assert "Something private." not in form


def test_the_classifier_learns_from_spam_and_unlearns_what_was_wrong(
    water: Publication, mo: User, rosa: User
) -> None:
    comment = shown(water, mo, "Buy cheap watches here", address=KIM)
    case = _report(comment)
    actions.decide(case, _ruling(comment, "seal", spam=True), by=mo, revision=case.revision)
    work()
    assert Lesson.objects.get(comment=comment).unwanted
    appeal = actions.appeal(Notice.objects.get(party="author"), "I repair watches.", language="en")
    actions.assign(appeal, to=rosa, by=rosa)
    actions.hear(appeal, Finding("reversed", _ruling(comment)), by=rosa)
    work()
    assert "Buy cheap watches here" in page(water)
    assert not Lesson.objects.filter(comment=comment, unwanted=True).exists()


def test_a_notice_leads_to_the_comment_on_whichever_page_of_a_long_thread_it_stands(
    water: Publication, mo: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PER_PAGE", 1)
    shown(water, mo, "Thank you for testing it.", address=KIM)
    second = shown(water, mo, "They are all vermin.", address=KIM)
    case = _report(second, f"/comments/{second.pk}")
    actions.decide(case, _ruling(second, "label"), by=mo, revision=case.revision)
    notice = Notice.objects.get(party="author")
    assert f"https://news.elmford.example/comments/{second.pk}" in [one.url for one in reasons.points(notice)]
    assert client.get(f"/comments/{second.pk}")["Location"] == f"{water.path}comments/2/#comment-{second.pk}"
