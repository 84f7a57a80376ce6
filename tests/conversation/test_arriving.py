# SPDX-License-Identifier: Apache-2.0
"""What strangers send is kept at once and becomes a comment a moment later: once, in order, never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone

from onrecord.conversation import actions, language
from onrecord.conversation.actions import Circumstances, Said, arriving, taking
from onrecord.conversation.errors import BadComment, Closed
from onrecord.conversation.models import Arrival, Comment, Mode, Policy, State
from onrecord.conversation.views.sending import GUARD
from onrecord.delivery.models import Delivery, Distribution
from onrecord.journal.models import Entry, Reaction
from onrecord.people.models import Contact, User
from onrecord.people.strangers.errors import SentAlready
from onrecord.people.strangers.guard import Admission
from onrecord.statements.models import Publication
from tests.conversation.readers import JAN, KIM, commented, said, shown
from tests.moderation.judging import mails_to
from tests.people.forms import read_ticket

IN_ENGLISH = Circumstances(language="en")


def _admission(publication: Publication) -> Admission:
    about = str(publication.pk)
    return GUARD.look({"ticket": read_ticket(GUARD, about)}, reader="192.0.2.1", about=about, address=JAN)


def _arrived(publication: Publication, text: str = "Thank you.", **more: Any) -> None:
    entered = said(text, address=more.pop("address", JAN))
    actions.receive(publication, entered, IN_ENGLISH, _admission(publication), **more)


def _sent_ago(address: str, *, seconds: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds)
    Arrival.objects.filter(address=address).update(at=at, due_at=at)


def test_what_arrives_becomes_a_comment_of_the_moment_at_which_it_was_sent(water: Publication) -> None:
    _arrived(water, "First.")
    _arrived(water, "Second.", address=KIM, wants_replies=True)
    assert not Comment.objects.exists()
    assert not Delivery.objects.exists(), "no mail is written while a form is answered"
    sent = timezone.now() - timedelta(minutes=5)
    Arrival.objects.filter(address=JAN).update(at=sent)

    assert actions.take_arrivals() == 2
    first, second = Comment.objects.order_by("path")
    assert (first.created_at, first.state) == (sent, State.UNCONFIRMED)
    assert (first.wants_replies, second.wants_replies) == (False, True)
    assert Delivery.objects.filter(distribution__purpose="confirm").count() == 2
    assert not Arrival.objects.exists(), "nothing of a form is kept twice"
    assert actions.take_arrivals() == 0


def test_while_forms_come_in_they_are_only_kept_but_not_for_long(
    water: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "AT_ONCE", 1)
    _arrived(water, "First.")
    assert not actions.may_take(), "the next one may be on its way"
    assert actions.take_some_arrivals() == 0
    _sent_ago(JAN, seconds=1)
    assert actions.may_take()
    _arrived(water, "Second.", address=KIM)
    assert not actions.may_take()
    _sent_ago(JAN, seconds=11)
    assert actions.may_take(), "somebody has waited for ten seconds"

    assert actions.take_some_arrivals() == 1
    assert Arrival.objects.get().address == KIM
    _sent_ago(KIM, seconds=1)
    assert actions.take_some_arrivals() == 1
    assert not actions.may_take()


def test_what_is_being_tried_again_later_is_no_rush(water: Publication) -> None:
    _arrived(water)
    Arrival.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    assert not actions.may_take()


def test_a_form_that_is_sent_twice_arrives_once(water: Publication) -> None:
    admission = _admission(water)
    actions.receive(water, said(), IN_ENGLISH, admission)
    with pytest.raises(SentAlready):
        actions.receive(water, said(), IN_ENGLISH, admission)

    assert Arrival.objects.count() == 1


def test_nothing_arrives_where_comments_are_closed_or_what_is_answered_is_gone(
    water: Publication, mo: User
) -> None:
    with pytest.raises(BadComment, match="not there any more"):
        _arrived(water, answers=commented(water))
    Policy.objects.update_or_create(pk=Policy.ONLY, defaults={"mode": Mode.CLOSED})
    with pytest.raises(Closed):
        _arrived(water)

    assert not Arrival.objects.exists()


def test_what_came_before_comments_were_closed_mails_nobody(water: Publication) -> None:
    _arrived(water)
    Policy.objects.update_or_create(pk=Policy.ONLY, defaults={"mode": Mode.CLOSED})

    actions.take_arrivals()
    assert not Comment.objects.exists()
    assert not Arrival.objects.exists()


def test_an_answer_stays_one_though_what_it_answers_is_withdrawn_meanwhile(
    water: Publication, mo: User
) -> None:
    question = shown(water, mo, "Who tested it?", address=KIM)
    _arrived(water, "A laboratory.", answers=question)
    actions.withdraw(question)

    actions.take_arrivals()
    assert Comment.objects.get(commenter__contact__address=JAN).parent == question


def test_what_fails_is_tried_again_and_keeps_nobody_else_waiting(
    water: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    detected = language.detected

    def fail_for_one(text: str, otherwise: str) -> str:
        if "poison" in text:
            raise RuntimeError("cannot be read")
        return detected(text, otherwise)

    monkeypatch.setattr(language, "detected", fail_for_one)
    _arrived(water, "This is poison.")
    _arrived(water, "This is not.", address=KIM)
    actions.take_arrivals()
    assert Comment.objects.get().commenter.contact == _contact(KIM)
    for _again in range(3):
        Arrival.objects.update(due_at=timezone.now())
        actions.take_arrivals()
    row = Arrival.objects.get()
    assert (row.due_at, row.tries) == (None, 4)

    assert actions.forget_arrivals() == 0
    Arrival.objects.update(at=timezone.now() - timedelta(days=8))
    assert actions.forget_arrivals() == 1


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def _contact(address: str) -> Contact:
    return Contact.objects.get(address=address)


def test_what_comes_together_is_looked_at_in_its_order(water: Publication) -> None:
    for text in ("First.", "Second.", "First.", "Third.", "Fourth."):
        _arrived(water, text)
    _arrived(water, "First.", address=KIM)

    assert actions.take_arrivals() == 6
    mine = Comment.objects.filter(commenter__contact__address=JAN).order_by("path")
    texts = list(mine.values_list("versions__text", flat=True))
    assert texts == ["First.", "Second.", "Third."], "said once, and no more than may wait"
    assert Delivery.objects.filter(recipient=JAN).count() == 1, "one mail asks about all of them"
    assert ["repeated", ""] in Comment.objects.get(commenter__contact__address=KIM).doubts
    assert ["repeated", ""] not in mine[0].doubts
    submitted = Entry.objects.filter(event="conversation.submitted").values("id")
    assert not Reaction.objects.filter(entry_id__in=submitted), "nothing follows before it is confirmed"


def test_the_name_that_was_given_stands_in_each_mail_as_it_was_given(water: Publication) -> None:
    for address, name in ((JAN, "Jan <b>⟦door⟧</b>"), (KIM, "김 " + "ж" * 70)):
        entered = Said.entered(name=name, address=address, link="", text="Thank you.")
        actions.receive(water, entered, IN_ENGLISH, _admission(water))
    actions.take_arrivals()

    jan, kim = (mails_to(address)[0] for address in (JAN, KIM))
    assert "commented as “Jan <b>⟦door⟧</b>” on" in _part(jan, "plain")
    assert "Jan &lt;b&gt;⟦door⟧&lt;/b&gt;" in _part(jan, "html")
    assert "김 " + "ж" * 70 in _part(kim, "plain")
    stored = str(list(Distribution.objects.values_list("body", flat=True)))
    assert "Jan" not in stored, "a letter names nobody, so that all get the same"


def test_one_that_cannot_be_kept_with_others_is_kept_by_itself_later(
    water: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = taking.place

    def fail_once(parent: Comment | None, at: datetime) -> tuple[str, int]:
        if at == poisoned:
            raise RuntimeError("no place")
        return place(parent, at)

    _arrived(water, "One.")
    _arrived(water, "Two.", address=KIM)
    poisoned = Arrival.objects.get(address=JAN).at
    monkeypatch.setattr(taking, "place", fail_once)

    actions.take_arrivals()
    assert Comment.objects.get().commenter.contact == _contact(KIM)
    assert Contact.objects.count() == 1, "what failed left nothing behind"
    assert Delivery.objects.get().recipient == KIM
    assert Arrival.objects.get().tries == 1
