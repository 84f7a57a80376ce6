# SPDX-License-Identifier: Apache-2.0
"""The screens about comments: a moderator approves, opens and closes; nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from onrecord.conversation import actions, keeping
from onrecord.conversation.actions import Circumstances
from onrecord.conversation.keeping import Keep
from onrecord.conversation.models import Comment, HoldWord, Mode, Policy, State, StatementPolicy
from onrecord.conversation.questions import content_of
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.readers import KIM, commented, page, said, work

SignIn = Callable[[User], Client]


def test_a_moderator_reads_and_approves_what_waits(water: Publication, mo: User, sign_in: SignIn) -> None:
    comment = commented(water, "Is it *really* safe? https://a.example https://b.example https://c.example")
    desk = sign_in(mo)
    screen = desk.get(reverse("comments"), {"statement": water.statement_id}).content.decode()

    assert "Is it <em>really</em> safe?" in screen
    assert "It holds 3 links." in screen
    assert "Every comment is looked at first." in screen
    assert "@reader.example" not in screen
    answer = desk.post(reverse("comments_approve", args=[comment.pk]), {"statement": "1"})
    assert answer["Location"].endswith(f"?statement={water.statement_id}")
    comment.refresh_from_db()
    assert comment.state == State.SHOWN
    assert "really" in page(water)
    assert "Nobody has commented yet." not in desk.get(reverse("comments")).content.decode()


def test_what_nobody_confirmed_is_read_by_nobody(water: Publication, mo: User, sign_in: SignIn) -> None:
    actions.submit(water, said("Perhaps in another's name"), Circumstances(language="en"))
    screen = sign_in(mo).get(reverse("comments")).content.decode()

    assert "in another" not in screen
    assert "Nobody has commented yet." in screen


def test_what_an_open_case_keeps_of_somebody_erased_stands_on_no_list(
    water: Publication, mo: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = commented(water, "Needed as evidence alone")
    monkeypatch.setattr(keeping, "_keepers", {"test": lambda _pk: Keep("A case is open.")})
    actions.erase(comment.commenter)
    assert content_of(Comment.objects.get()).text == "Needed as evidence alone"

    screen = sign_in(mo).get(reverse("comments")).content.decode()
    assert "Erased" in screen
    assert "Needed as evidence" not in screen


def test_comments_are_listed_fifty_at_a_time(water: Publication, mo: User, sign_in: SignIn) -> None:
    last = commented(water, "The first of all")
    for number in range(50):
        commented(water, f"Comment number {number}", address=KIM)
    desk = sign_in(mo)

    first = desk.get(reverse("comments")).content.decode()
    assert "The first of all" not in first
    before = last.pk + 1
    assert f"before={before}" in first
    assert "The first of all" in desk.get(reverse("comments"), {"before": before}).content.decode()


def test_a_moderator_says_how_comments_are_taken(water: Publication, mo: User, sign_in: SignIn) -> None:
    desk, address = sign_in(mo), reverse("comments_policy")
    words = "Viagra\nget rich quick\nVIAGRA"
    desk.post(address, {"mode": "after", "close_after_days": "30", "hold_words": words})

    policy = Policy.objects.get()
    assert (policy.mode, policy.close_after_days) == (Mode.AFTER, 30)
    assert sorted(HoldWord.objects.values_list("folded", flat=True)) == ["get rich quick", "viagra"]
    comment = commented(water, "This v\u0456agra helps")
    assert ["word", "viagra"] in comment.doubts
    desk.post(address, {"mode": "after", "close_after_days": "30", "hold_words": "get rich quick"})
    assert HoldWord.objects.get().folded == "get rich quick"
    refused = desk.post(address, {"mode": "whenever", "close_after_days": "-1"})
    assert refused.status_code == 200
    assert Policy.objects.get().mode == Mode.AFTER


def test_a_statement_is_closed_and_opened_again(water: Publication, mo: User, sign_in: SignIn) -> None:
    desk, address = sign_in(mo), reverse("comments_statement_policy", args=[water.statement_id])
    assert "comment-form" in page(water)
    desk.post(address, {"mode": "closed"})
    work()
    assert "comment-form" not in page(water)
    assert "comments-heading" not in page(water), "nothing is said where nobody commented"

    desk.post(address, {"mode": ""})
    work()
    assert "comment-form" in page(water)
    assert not StatementPolicy.objects.exists()
    assert Entry.objects.filter(event="conversation.policy_changed").count() == 2
