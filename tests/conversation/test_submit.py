# SPDX-License-Identifier: Apache-2.0
"""Saying something: what is taken, what waits, what is shown, and what nobody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from onrecord.conversation import actions
from onrecord.conversation.actions import Circumstances
from onrecord.conversation.actions.taking import MOST_UNCONFIRMED
from onrecord.conversation.errors import BadComment, Closed, NoRelay, SaidAlready, WrongState
from onrecord.conversation.models import (
    Comment,
    Commenter,
    Mode,
    Policy,
    State,
    StatementPolicy,
)
from onrecord.conversation.models.comments import DEEPEST
from onrecord.conversation.trust import Level, mode_for, trust_of
from onrecord.delivery.models import Delivery, Distribution, Lane
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.readers import JAN, KIM, commented, page, said, shown, somebody_known, work

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

FORM = Circumstances(language="en")


def test_a_first_comment_is_confirmed_by_mail_approved_and_baked(water: Publication, mo: User) -> None:
    comment = actions.submit(water, said("It is *very* good water."), FORM)
    assert comment is not None
    assert comment.state == State.UNCONFIRMED
    asked = Distribution.objects.get()
    assert asked.lane == Lane.TRANSACTIONAL
    assert asked.deliveries.get().recipient == JAN
    assert "good water" not in str(asked.body), "the address may be somebody else's"

    comment = actions.confirm(comment)
    assert (comment.state, [kind for kind, _detail in comment.doubts]) == (State.HELD, ["before"])
    work()
    assert "good water" not in page(water)

    actions.approve(comment, by=mo)
    assert "It is <em>very</em> good water." in page(water)
    assert "1 comment<" in page(water)
    told = Entry.objects.filter(event__startswith="conversation.").order_by("pk")
    assert list(told.values_list("event", flat=True)) == [
        "conversation.submitted",
        "conversation.confirmed",
        "conversation.approved",
    ]


def test_who_is_known_appears_at_once_where_the_newsroom_looks_after(water: Publication, mo: User) -> None:
    known = somebody_known(water, mo)

    comment = actions.submit(water, said("And another thing."), FORM, known=known)

    assert comment is not None
    assert comment.state == State.SHOWN
    assert Delivery.objects.count() == 1, "no second mail"
    assert "And another thing." not in page(water), "the worker bakes it, not the request"
    work()
    assert "And another thing." in page(water)


def test_a_first_comment_waits_in_any_mode(water: Publication) -> None:
    Policy.objects.create(pk=Policy.ONLY, mode=Mode.AFTER)

    comment = commented(water)

    assert (comment.state, comment.doubts) == (State.HELD, [["new", ""]])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("See https://a.example https://b.example https://c.example", "links"),
        ("Write to me: somebody@reader.example", "personal"),
        ("Call +32 470 12 34 56", "personal"),
        ("This is а раypal offer", "lookalike"),
    ],
)
def test_what_is_doubtful_waits_though_its_author_is_known(
    water: Publication, mo: User, text: str, kind: str
) -> None:
    comment = actions.submit(water, said(text), FORM, known=somebody_known(water, mo))

    assert comment is not None
    assert comment.state == State.HELD
    assert kind in [found for found, _detail in comment.doubts]


def test_when_many_forms_come_who_is_known_waits_and_who_is_trusted_does_not(
    water: Publication, mo: User
) -> None:
    known = somebody_known(water, mo)
    crowded = replace(FORM, crowded=True)
    held = actions.submit(water, said("First while it is crowded"), crowded, known=known)
    assert held is not None
    assert held.state == State.HELD
    for number in range(4):
        actions.submit(water, said(f"A quiet word, number {number * 'very '}"), FORM, known=known)
    assert trust_of(known).level == Level.TRUSTED

    comment = actions.submit(water, said("Second while there is a crowd"), crowded, known=known)

    assert comment is not None
    assert comment.state == State.SHOWN


def test_the_same_text_by_others_waits_and_by_the_same_person_is_not_taken_twice(
    water: Publication, mo: User
) -> None:
    known, kim = somebody_known(water, mo), somebody_known(water, mo, KIM)
    text = "Buy the best water filters of the whole wide world today, they are cheap and good for everybody."
    actions.submit(water, said(text), FORM, known=known)

    with pytest.raises(SaidAlready):
        actions.submit(water, said(text + " "), FORM, known=known)
    same = actions.submit(water, said(text.upper(), address=KIM), FORM, known=kim)
    alike = actions.submit(water, said(text.replace("cheap", "cheep"), address=KIM), FORM, known=kim)

    assert same is not None
    assert alike is not None
    assert ["repeated", ""] in same.doubts
    assert "alike" in [kind for kind, _detail in alike.doubts]


def test_strangers_are_told_nothing_of_an_address(water: Publication, mo: User) -> None:
    shown(water, mo, "What I said before.")

    assert actions.submit(water, said("What I said before."), FORM) is None
    for number in range(MOST_UNCONFIRMED):
        assert actions.submit(water, said(f"In Jan's name, {number}"), FORM) is not None
    assert actions.submit(water, said("In Jan's name, once more"), FORM) is None
    assert Delivery.objects.filter(recipient=JAN).count() == 2, "nor is its owner mailed again and again"
    assert Comment.objects.filter(state=State.SHOWN).get().name == "Jan", "and nothing of theirs changes"


def test_comments_may_be_closed_for_the_newsroom_a_statement_a_person_and_after_a_time(
    water: Publication, mo: User
) -> None:
    known = somebody_known(water, mo)
    actions.restrict_commenter(known, Mode.CLOSED, reference="decision/1/effect/1", by=mo.as_actor())
    with pytest.raises(Closed):
        actions.submit(water, said("Let me in"), FORM, known=known)
    assert actions.submit(water, said("Let me in"), FORM) is not None, "strangers are not told"
    with pytest.raises(Closed):
        actions.confirm(Comment.objects.get(state=State.UNCONFIRMED))
    actions.lift_commenter("decision/1/effect/1", by=mo.as_actor())
    assert actions.submit(water, said("I am back"), FORM, known=known) is not None

    Policy.objects.update(close_after_days=30)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert mode_for(water.statement_id) == Mode.CLOSED
        own = StatementPolicy.objects.create(statement=water.statement, mode=Mode.AFTER, stays_open=True)
        assert mode_for(water.statement_id) == Mode.AFTER
    own.mode = Mode.CLOSED
    own.save()
    assert mode_for(water.statement_id) == Mode.CLOSED
    own.delete()
    Policy.objects.update(mode=Mode.CLOSED)
    with pytest.raises(Closed, match="Comments are closed here"):
        actions.submit(water, said("Anybody?", address=KIM), FORM)


def test_without_a_relay_nobody_new_can_comment(water: Publication, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")

    with pytest.raises(NoRelay):
        actions.submit(water, said(), FORM)
    assert not Commenter.objects.exists()


@pytest.mark.parametrize(
    ("field", "entered"),
    [
        ("name", {"name": " \u200b "}),
        ("name", {"name": "jan@reader.example"}),
        ("address", {"address": "jan"}),
        ("link", {"link": "javascript:alert(1)"}),
        ("link", {"link": 'https://x.example/"onmouseover="alert(1)'}),
        ("link", {"link": "https://user:secret@x.example/"}),
        ("text", {"text": "\u202e \u200b"}),
        ("text", {"text": "x" * 5001}),
        ("text", {"text": "\n".join("x" * 201)}),
    ],
)
def test_what_cannot_be_a_comment_is_refused_with_the_field(field: str, entered: dict[str, str]) -> None:
    form = {"name": "Jan", "address": JAN, "link": "", "text": "Good."} | entered

    with pytest.raises(BadComment) as refused:
        actions.Said.entered(**form)
    assert refused.value.field == field


def test_answers_stand_below_what_they_answer_in_order(water: Publication, mo: User) -> None:
    first = shown(water, mo, "First")
    second = shown(water, mo, "Second", address=KIM)
    answer = shown(water, mo, "Answer to the first", answers=first)
    deeper = shown(water, mo, "Answer to the answer", address=KIM, answers=answer)
    late = shown(water, mo, "Late answer to the first", answers=first)

    in_order = Comment.objects.order_by("path").values_list("pk", "depth")
    assert list(in_order) == [(first.pk, 0), (answer.pk, 1), (deeper.pk, 2), (late.pk, 1), (second.pk, 0)]
    places = [page(water).index(f'id="comment-{pk}"') for pk, _depth in in_order]
    assert places == sorted(places)


def test_a_thread_is_only_so_deep(water: Publication, mo: User) -> None:
    comment = shown(water, mo, "Ground")
    for number in range(DEEPEST + 3):
        comment = shown(water, mo, f"Deeper by {number}", answers=comment)

    assert comment.depth == DEEPEST
    assert len(comment.path) == 16 * (DEEPEST + 1)


def test_what_cannot_be_read_cannot_be_answered(water: Publication, mo: User) -> None:
    waiting = commented(water)
    sealed = shown(water, mo, "Bad words", address=KIM)
    actions.restrict(sealed, "seal", reference="decision/1/effect/1", by=mo.as_actor())  # type: ignore[arg-type]

    for comment in (waiting, sealed):
        comment.refresh_from_db()
        with pytest.raises(BadComment):
            actions.submit(water, said("I answer"), FORM, answers=comment)


def test_a_comment_counts_once_however_often_it_is_confirmed(water: Publication, mo: User) -> None:
    comment = commented(water)
    assert actions.confirm(comment).state == State.HELD
    assert Entry.objects.filter(event="conversation.confirmed").count() == 1

    comment.state = State.WITHDRAWN
    comment.save()
    with pytest.raises(WrongState):
        actions.confirm(comment)
    with pytest.raises(WrongState):
        actions.approve(comment, by=mo)
