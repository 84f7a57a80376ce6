# SPDX-License-Identifier: Apache-2.0
"""What is somebody's own: they see, change, take along and erase it, and nobody else does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.utils import timezone

from onrecord.conversation import actions, doors, keeping
from onrecord.conversation.actions import Circumstances
from onrecord.conversation.errors import TooLate, WrongState
from onrecord.conversation.keeping import Keep
from onrecord.conversation.models import (
    Comment,
    Commenter,
    CommentVersion,
    Kind,
    Mode,
    State,
    WordCount,
)
from onrecord.conversation.questions import content_of
from onrecord.delivery.models import Delivery
from onrecord.people.models import Contact, User
from onrecord.statements.models import Publication
from tests.conversation.readers import (
    JAN,
    KIM,
    commented,
    everything_baked,
    page,
    said,
    shown,
    somebody_known,
    work,
)
from tests.followers.readers import follower


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_opening_the_link_confirms_nothing_and_the_button_does(client: Client, water: Publication) -> None:
    comment = actions.submit(water, said("Is it <safe>?"), Circumstances(language="en"))
    assert comment is not None
    link = doors.address_of(comment.commenter)
    seen = client.get(link)

    assert "Is it &lt;safe&gt;?" in _text(seen)
    assert (seen["Cache-Control"], seen["Referrer-Policy"]) == ("no-store", "no-referrer")
    comment.refresh_from_db()
    assert comment.state == State.UNCONFIRMED
    client.post(link, {"deed": "confirm", "comment": comment.pk})
    comment.refresh_from_db()
    assert comment.state == State.HELD
    assert client.cookies == {}, "no cookie unless it is asked for"


def test_what_others_wrote_in_somebodys_name_is_deleted(client: Client, water: Publication) -> None:
    comment = actions.submit(water, said("Not me"), Circumstances(language="en"))
    assert comment is not None
    client.post(doors.address_of(comment.commenter), {"deed": "disown", "comment": comment.pk})

    assert not Comment.objects.exists()
    mine = commented(water, "That is me")
    client.post(doors.address_of(mine.commenter), {"deed": "disown", "comment": mine.pk})
    assert Comment.objects.exists(), "what was confirmed is withdrawn instead"


def test_a_link_opens_nothing_of_others(client: Client, water: Publication, mo: User) -> None:
    mine, other = shown(water, mo, "Mine"), shown(water, mo, "Other", address=KIM)
    link = doors.address_of(mine.commenter)

    for deed in ("confirm", "withdraw", "disown"):
        assert client.post(link, {"deed": deed, "comment": other.pk}).status_code == 409
    assert client.get(f"{link}edit/{other.pk}").status_code == 404
    other.refresh_from_db()
    assert other.state == State.SHOWN
    secret = link.split("/")[3]
    for guess in ("x" * 43, secret[:-1], mine.commenter.door_hash, mine.commenter.door_number):
        for rest in ("", "data.json", "replies", f"edit/{mine.pk}"):
            assert client.get(f"/comments/mine/{guess}/{rest}").status_code == 404


def test_a_comment_is_edited_for_a_quarter_of_an_hour_and_what_it_said_is_kept(
    client: Client, water: Publication, mo: User
) -> None:
    known = somebody_known(water, mo)
    comment = actions.submit(water, said("It is save"), Circumstances(language="en"), known=known)
    assert comment is not None
    work()
    link = f"{doors.address_of(known)}edit/{comment.pk}"
    assert "It is save" in _text(client.get(link))

    client.post(link, {"text": "It is safe"})
    work()
    assert "It is safe" in page(water)
    assert "(edited)" in page(water)
    assert [version.text for version in comment.versions.order_by("number")] == ["It is save", "It is safe"]
    actions.edit(comment, "It is safe")
    assert comment.versions.count() == 2, "the same text is no edit"
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=16)),
        pytest.raises(TooLate, match="quarter of an hour"),
    ):
        actions.edit(comment, "It was safe")


def test_an_edit_that_is_doubtful_waits(water: Publication, mo: User) -> None:
    comment = shown(water, mo, "Innocent")
    edited = actions.edit(comment, "Buy at https://a.example https://b.example https://c.example")
    work()

    assert edited.state == State.HELD
    assert "https://a.example" not in everything_baked()
    assert "waits for a moderator" in page(water)
    actions.approve(edited, by=mo)
    assert "https://a.example" in page(water)


def test_where_a_moderator_looks_first_an_edit_waits_too(water: Publication, mo: User) -> None:
    comment = shown(water, mo, "Thank you all.")
    edited = actions.edit(comment, "You are all liars.")
    work()

    assert edited.state == State.HELD
    assert "You are all liars." not in everything_baked()
    actions.approve(edited, by=mo)
    assert "You are all liars." in page(water)


def test_who_is_held_to_a_look_first_edits_nothing_past_it(water: Publication, mo: User) -> None:
    known = somebody_known(water, mo)
    comment = known.comments.get()
    actions.restrict_commenter(known, Mode.BEFORE, reference="decision/1/effect/1", by=mo.as_actor())

    assert actions.edit(comment, "You are all liars.").state == State.HELD


def test_nothing_is_edited_once_it_was_reported_or_decided(water: Publication, mo: User) -> None:
    reported, decided = shown(water, mo, "Reported"), shown(water, mo, "Decided", address=KIM)
    actions.freeze_editing(reported, reference="report/1", by=mo.as_actor())
    actions.restrict(decided, Kind.HOLD, reference="decision/1/effect/1", by=mo.as_actor())

    for comment in (reported, decided):
        with pytest.raises(TooLate):
            actions.edit(comment, "Never said it")


def test_a_withdrawn_comment_leaves_its_place_and_no_words(
    client: Client, water: Publication, mo: User
) -> None:
    comment = shown(water, mo, "I regret this")
    answer = shown(water, mo, "An answer", address=KIM, answers=comment)
    client.post(doors.address_of(comment.commenter), {"deed": "withdraw", "comment": comment.pk})

    html = page(water)
    assert "I regret this" not in everything_baked()
    assert "Its author withdrew this comment." in html
    assert html.index(f'id="comment-{comment.pk}"') < html.index(f'id="comment-{answer.pk}"')
    assert not CommentVersion.objects.filter(comment=comment).exists()
    assert client.get(f"/comments/{comment.pk}/answer").status_code == 404


def test_somebody_takes_along_all_that_is_kept_also_what_is_sealed(
    client: Client, water: Publication, mo: User
) -> None:
    comment = shown(water, mo, "Sealed *words*")
    actions.restrict(comment, Kind.SEAL, reference="decision/1/effect/1", by=mo.as_actor())
    kept = json.loads(client.get(doors.address_of(comment.commenter) + "data.json").content)

    assert kept["address"] == JAN
    assert kept["comments"][0]["text"] == "Sealed *words*"
    assert kept["comments"][0]["restrictions"][0]["reference"] == "decision/1/effect/1"
    assert kept["mails"][0]["about"] == "Is this comment yours?"


def test_erasing_somebody_leaves_marks_and_nothing_else(client: Client, water: Publication, mo: User) -> None:
    comment = shown(water, mo, "Unforgettable words", link="https://jan.example/", name="Janneke Peel")
    shown(water, mo, "An answer", address=KIM, answers=comment)
    link = doors.address_of(comment.commenter)
    assert WordCount.objects.filter(word="unforgettable", wanted=1).exists()

    client.post(link, {"deed": "erase"})
    assert Contact.objects.filter(address=JAN).exists(), "not without having said so"
    answer = client.post(link, {"deed": "erase", "sure": "yes"})

    assert "Erased" in _text(answer)
    assert client.get(link).status_code == 404
    everything = (
        str([list(model._default_manager.values_list()) for model in apps.get_models()]) + everything_baked()
    )
    for gone in (JAN, "Unforgettable words", "jan.example", "Janneke"):
        assert gone not in everything
    assert "erased at its author’s wish" in page(water)
    assert WordCount.objects.get(word="unforgettable").wanted == 0
    commenter = Commenter.objects.get(pk=comment.commenter_id)
    assert (commenter.key, commenter.contact) == (None, None)
    with pytest.raises(WrongState):
        actions.erase(commenter)


def test_what_an_open_case_needs_is_kept_sealed_until_it_is_closed(
    client: Client, water: Publication, mo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment, other = shown(water, mo, "Needed as evidence"), shown(water, mo, "Not needed")
    open_cases = {comment.pk: Keep("A case about one of your comments is open until then.")}
    monkeypatch.setattr(keeping, "_keepers", {"test": open_cases.get})

    answer = client.post(doors.address_of(comment.commenter), {"deed": "erase", "sure": "yes"})
    assert "A case about one of your comments is open" in _text(answer)
    comment.refresh_from_db()
    assert "Needed as evidence" not in str(list(CommentVersion.objects.values_list()))
    assert content_of(comment).text == "Needed as evidence"
    assert content_of(Comment.objects.get(pk=other.pk)).text == ""
    assert actions.forget_evidence() == 0

    open_cases.clear()
    assert actions.forget_evidence() == 1
    assert not CommentVersion.objects.exists()
    assert Commenter.objects.get().key is None


def test_a_browser_is_told_who_somebody_is_only_if_they_ask(
    client: Client, water: Publication, mo: User
) -> None:
    known = somebody_known(water, mo)
    link = doors.address_of(known)
    client.post(link, {"deed": "remember"})
    cookie = client.cookies[doors.COOKIE]

    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/comments/", "Strict", True)
    assert doors.known_by(cookie.value, JAN) == known
    assert doors.known_by(cookie.value, KIM) is None
    assert doors.known_by(cookie.value[:-1] + "x", JAN) is None
    with time_machine.travel(timezone.now() + timedelta(days=181)):
        assert doors.known_by(cookie.value, JAN) is None
    client.post(link, {"deed": "forget"})
    assert doors.known_by(cookie.value, JAN) is None


def test_what_nobody_confirms_is_forgotten_after_a_week(water: Publication) -> None:
    actions.submit(water, said("Never confirmed", address=KIM), Circumstances(language="en"))
    commented(water, "Confirmed")
    actions.submit(water, said("Second, unconfirmed"), Circumstances(language="en"))

    assert actions.forget_unconfirmed() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert actions.forget_unconfirmed() == 2
    assert [contact.address for contact in Contact.objects.all()] == [JAN]
    assert Comment.objects.get().state == State.HELD


@pytest.mark.parametrize("ending", ["nobody confirms", "somebody is erased"])
def test_forgetting_a_commenter_takes_nothing_from_a_follower_with_that_address(
    water: Publication, ending: str
) -> None:
    follower(KIM)
    waiting = Delivery.objects.filter(recipient=KIM)
    before = list(waiting.values_list("pk", "state", "recipient_key"))
    assert [state for _pk, state, _key in before] == ["queued"]

    comment = actions.submit(water, said("Not by Kim", address=KIM), Circumstances(language="en"))
    assert comment is not None
    if ending == "nobody confirms":
        with time_machine.travel(timezone.now() + timedelta(days=8)):
            assert actions.forget_unconfirmed() == 1
    else:
        actions.erase(comment.commenter)

    assert list(waiting.values_list("pk", "state", "recipient_key")) == before
    assert not Commenter.objects.exclude(contact=None).exists()
