# SPDX-License-Identifier: Apache-2.0
"""What decisions do to comments, and that it is undone to the byte."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from onrecord.conversation import actions
from onrecord.conversation.errors import WrongState
from onrecord.conversation.models import Appearance, Comment, CommentVersion, Kind, Mode, Restriction
from onrecord.conversation.questions import content_of, image_of
from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.readers import KIM, commented, everything_baked, page, shown

WORDS = "You are all *fools*, and \u0645\u0631\u062d\u0628\u0627 https://example.org/?a=1&b=2"


@pytest.mark.parametrize("kind", [Kind.HOLD, Kind.SEAL])
def test_what_is_hidden_and_put_back_is_the_same_to_the_byte(
    water: Publication, mo: User, kind: Kind
) -> None:
    parent = shown(water, mo, "Parent")
    comment = shown(water, mo, WORDS, address=KIM, answers=parent)
    answer = shown(water, mo, "Answer", answers=comment)
    before, image, row = page(water), image_of(comment), Comment.objects.filter(pk=comment.pk).values().get()

    actions.restrict(comment, kind, reference="decision/1/effect/1", by=mo.as_actor())
    comment.refresh_from_db()
    assert comment.appearance == Appearance.MARK
    assert "fools" not in everything_baked()
    assert f'id="comment-{answer.pk}"' in page(water), "answers keep their place"
    assert image_of(comment) == image, "what is kept says the same while it is hidden"

    actions.lift("decision/1/effect/1", by=mo.as_actor())
    comment.refresh_from_db()
    assert Comment.objects.filter(pk=comment.pk).values().get() == row
    assert image_of(comment) == image
    assert page(water) == before


def test_a_sealed_text_stands_nowhere_in_the_database(water: Publication, mo: User) -> None:
    comment = shown(water, mo, WORDS)
    actions.restrict(comment, Kind.SEAL, reference="decision/1/effect/1", by=mo.as_actor())

    version = CommentVersion.objects.get()
    comment.refresh_from_db()
    assert (version.text, version.html, comment.fragment.count("fools")) == ("", "", 0)
    assert version.sealed is not None
    assert b"fools" not in bytes(version.sealed)
    assert content_of(comment).text == WORDS
    comment.commenter.key = None
    with pytest.raises(WrongState, match="erased"):
        content_of(comment)


def test_lifting_one_restriction_leaves_the_others(water: Publication, mo: User) -> None:
    comment = shown(water, mo, WORDS)
    by = mo.as_actor()
    actions.restrict(comment, Kind.HOLD, reference="decision/1/effect/1", by=by)
    actions.restrict(comment, Kind.SEAL, reference="decision/2/effect/1", by=by)
    actions.restrict(comment, Kind.SEAL, reference="decision/3/effect/1", by=by)

    actions.lift("decision/2/effect/1", by=by)
    assert CommentVersion.objects.get().sealed is not None
    actions.lift("decision/3/effect/1", by=by)
    assert CommentVersion.objects.get().text == WORDS
    assert "fools" not in page(water)
    actions.lift("decision/1/effect/1", by=by)
    assert "fools" in page(water)


def test_effects_are_carried_out_once(water: Publication, mo: User) -> None:
    comment, other, by = shown(water, mo), shown(water, mo, "Other", address=KIM), mo.as_actor()
    for _time in range(2):
        actions.restrict(comment, Kind.HOLD, reference="decision/1/effect/1", by=by)
        actions.restrict_commenter(comment.commenter, Mode.BEFORE, reference="decision/1/effect/2", by=by)
        actions.freeze_editing(comment, reference="report/1", by=by)
    for _time in range(2):
        actions.lift("decision/1/effect/1", by=by)
        actions.lift_commenter("decision/1/effect/2", by=by)
    assert actions.lift("decision/9/effect/9", by=by) is None
    assert actions.lift_commenter("decision/9/effect/9", by=by) is None

    for row, kind in ((other, Kind.HOLD), (comment, Kind.SEAL)):
        with pytest.raises(WrongState, match="restricts"):
            actions.restrict(row, kind, reference="decision/1/effect/1", by=by)
    told = Entry.objects.filter(event__startswith="conversation.").exclude(
        event__in=["conversation.submitted", "conversation.confirmed", "conversation.approved"]
    )
    assert [entry.event.partition(".")[2] for entry in told.order_by("pk")] == [
        "restricted",
        "commenter_restricted",
        "editing_frozen",
        "lifted",
        "commenter_lifted",
    ]


def test_a_label_stands_above_a_comment_and_a_limited_one_has_to_be_opened(
    water: Publication, mo: User
) -> None:
    comment, by = shown(water, mo, WORDS), mo.as_actor()
    actions.restrict(comment, Kind.LABEL, reference="decision/1/effect/1", label="<Rule> 3", by=by)
    actions.restrict(comment, Kind.LIMIT, reference="decision/1/effect/2", by=by)

    assert '<p class="comment-label" role="note" dir="auto">&lt;Rule&gt; 3</p>' in page(water)
    assert '<details class="comment-limited">' in page(water)
    comment.refresh_from_db()
    assert comment.is_readable


def test_what_was_restricted_for_a_time_comes_back_by_itself(water: Publication, mo: User) -> None:
    comment = shown(water, mo, WORDS)
    until = timezone.now() + timedelta(days=7)
    actions.restrict(comment, Kind.SEAL, reference="decision/1/effect/1", until=until, by=mo.as_actor())

    assert actions.lift_ended() == 0
    with time_machine.travel(until + timedelta(minutes=1)):
        assert actions.lift_ended() == 1
        assert actions.lift_ended() == 0
    assert "fools" in page(water)
    assert Restriction.objects.get().lifted_at is not None


def test_what_was_never_shown_leaves_no_mark(water: Publication, mo: User) -> None:
    comment = commented(water, WORDS)
    actions.restrict(comment, Kind.SEAL, reference="decision/1/effect/1", by=mo.as_actor())

    comment.refresh_from_db()
    assert comment.appearance == Appearance.ABSENT
    assert f"comment-{comment.pk}" not in everything_baked()
    actions.lift("decision/1/effect/1", by=mo.as_actor())
    comment.refresh_from_db()
    assert (comment.state, content_of(comment).text) == ("held", WORDS)


def test_only_moderators_approve(water: Publication, olga: User, rosa: User, ada: User, max: User) -> None:
    comment = commented(water)

    for person in (olga, rosa, ada, max):
        with pytest.raises(NotAllowed, match="moderate comments"):
            actions.approve(comment, by=person)
    comment.refresh_from_db()
    assert comment.state == "held"
