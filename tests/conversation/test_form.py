# SPDX-License-Identifier: Apache-2.0
"""The form as strangers send it: what comes of it, and what nobody gets out of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from onrecord.conversation import actions, doors
from onrecord.conversation.models import Comment, Mode, Policy, State
from onrecord.conversation.views.sending import GUARD
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.readers import (
    JAN,
    KIM,
    commented,
    everything_baked,
    page,
    shown,
    somebody_known,
    work,
)
from tests.followers.readers import message_of, text_of
from tests.people.forms import read_ticket, ticket_in

SEND = "/comments/send"


def _fields(about: Publication, **changes: object) -> dict[str, Any]:
    return {
        "publication": about.pk,
        "name": "Jan",
        "address": JAN,
        "link": "",
        "text": "Thank *you*.",
        "ticket": read_ticket(GUARD, str(about.pk)),
        **changes,
    }


def _sent(client: Client, fields: dict[str, Any]) -> Any:
    answer = client.post(SEND, fields)
    actions.take_arrivals()
    return answer


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_baked_form_says_what_is_required_and_what_is_not_published(water: Publication) -> None:
    html = page(water)

    assert "Your e-mail address will not be published." in html
    for name in ("text", "name", "address"):
        assert f'name="{name}"' in html
    assert html.count(" required") == 3
    assert 'action="/comments/send" method="post" data-guard="comment"' in html
    assert 'name="ticket" value=""' in html, "a baked page holds nothing that works once"
    assert "/assets/form." in html


def test_without_scripts_the_form_is_shown_once_more_with_what_it_will_look_like(
    client: Client, water: Publication
) -> None:
    first = client.post(SEND, _fields(water, ticket=""))

    assert first.status_code == 200
    assert "Thank <em>you</em>." in _text(first)
    assert ticket_in(first)
    assert not Comment.objects.exists()
    again = _sent(client, _fields(water))
    assert "Look into your mailbox" in _text(again)
    assert Comment.objects.get().state == State.UNCONFIRMED
    assert client.cookies == {}


def test_a_preview_keeps_nothing_and_uses_no_ticket_up(client: Client, water: Publication) -> None:
    fields = _fields(water, deed="preview")
    answer = client.post(SEND, fields)

    assert "So it will look" in _text(answer)
    assert not Comment.objects.exists()
    assert _sent(client, fields | {"deed": ""}).status_code == 200
    assert Comment.objects.count() == 1


def test_a_form_counts_once(client: Client, water: Publication) -> None:
    fields = _fields(water)
    _sent(client, fields)
    again = _sent(client, fields | {"text": "Something else"})

    assert "Is this right?" in _text(again)
    assert Comment.objects.count() == 1


def test_a_ticket_for_another_statement_is_none(client: Client, water: Publication) -> None:
    _sent(client, _fields(water, ticket=read_ticket(GUARD, str(water.pk + 1))))
    _sent(client, _fields(water, website="https://spam.example"))

    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "Give a name."),
        ({"address": "jan"}, "is no e-mail address"),
        ({"link": "javascript:alert(1)"}, "whole address of a page"),
        ({"text": " "}, "Write something."),
        ({"text": "x" * 5001}, "5001 characters long"),
        ({"text": "x" * 3_000_000}, None),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    client: Client, water: Publication, changes: dict[str, str], told: str | None
) -> None:
    answer = _sent(client, _fields(water, **changes))

    assert answer.status_code == (422 if told else 400)
    if told:
        assert told in _text(answer)
        assert 'aria-invalid="true"' in _text(answer)
        assert ticket_in(answer)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("publication", ["", "0", "x", "9" * 30, "-1", "٣"])
def test_what_names_no_statement_is_not_found(client: Client, water: Publication, publication: str) -> None:
    assert client.post(SEND, _fields(water, publication=publication)).status_code == 404
    assert client.post(SEND, _fields(water, answers="99999999")).status_code == 404
    assert client.get(SEND).status_code == 405


def test_the_answer_is_the_same_whoever_has_the_address(client: Client, water: Publication, mo: User) -> None:
    somebody_known(water, mo)
    kim = somebody_known(water, mo, KIM)
    actions.restrict_commenter(kim, Mode.CLOSED, reference="decision/1/effect/1", by=mo.as_actor())
    said_before = "My first comment, by jan@reader.example."
    answers = {
        _text(_sent(client, _fields(water, address=address, text=text)))
        for address, text in [
            (JAN, "Something new"),
            (JAN, said_before),
            (KIM, "Something new"),
            ("new@reader.example", "Something new"),
            ("new@reader.example", said_before),
        ]
    }

    assert len(answers) == 1


def test_who_is_known_to_the_browser_needs_no_mail_with_their_own_address_alone(
    client: Client, water: Publication, mo: User
) -> None:
    known = somebody_known(water, mo)
    client.cookies[doors.COOKIE] = doors.cookie_for(known)

    own = client.post(SEND, _fields(water, text="From my browser"))
    other = client.post(SEND, _fields(water, text="From my browser too", address=KIM))
    forged = client.post(
        SEND, _fields(water, text="From elsewhere"), headers={"Sec-Fetch-Site": "cross-site"}
    )
    actions.take_arrivals()

    assert "It can be read within seconds." in _text(own)
    assert "Look into your mailbox" in _text(other)
    assert "Look into your mailbox" in _text(forged)
    states = dict(Comment.objects.values_list("versions__text", "state"))
    assert states["From my browser"] == "shown"
    assert {states["From my browser too"], states["From elsewhere"]} == {"unconfirmed"}
    actions.forget_browsers(known)
    late = client.post(SEND, _fields(water, text="From an old browser"))
    assert "Look into your mailbox" in _text(late)


def test_an_answer_is_written_on_a_page_of_its_own(client: Client, water: Publication, mo: User) -> None:
    comment = shown(water, mo, "Who *tested* it?")
    answer = client.get(f"/comments/{comment.pk}/answer")

    assert "Who <em>tested</em> it?" in _text(answer)
    assert f'name="answers" value="{comment.pk}"' in _text(answer)
    _sent(client, _fields(water, answers=comment.pk, text="A laboratory.", address=KIM))
    assert Comment.objects.get(state=State.UNCONFIRMED).parent == comment
    waiting = commented(water, "Not yet", address="new@reader.example")
    assert client.get(f"/comments/{waiting.pk}/answer").status_code == 404
    Policy.objects.update_or_create(pk=Policy.ONLY, defaults={"mode": Mode.CLOSED})
    assert "Comments are closed here." in _text(client.get(f"/comments/{comment.pk}/answer"))


def test_a_permalink_finds_its_page_and_tells_nothing_of_what_is_not_public(
    client: Client, water: Publication, mo: User
) -> None:
    comment, waiting = shown(water, mo, "Here"), commented(water, "Not yet", address=KIM)

    answer = client.get(f"/comments/{comment.pk}")
    assert (answer.status_code, answer["Location"]) == (302, f"{water.path}#comment-{comment.pk}")
    assert client.get(f"/comments/{waiting.pk}").status_code == 404
    assert client.get("/comments/99999").status_code == 404


def test_who_asked_for_it_is_told_of_an_answer_and_stops_that_with_one_click(
    client: Client, water: Publication, mo: User
) -> None:
    comment = shown(water, mo, "Who tested it?")
    Comment.objects.filter(pk=comment.pk).update(wants_replies=True)
    shown(water, mo, "A laboratory.", address=KIM, answers=comment, name="Kim")
    work()

    mail = comment.commenter.contact
    assert mail is not None
    told = [message_of(row) for row in _mails_to(JAN)][-1]
    assert told["Subject"] == "Kim answered your comment"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "A laboratory." not in text_of(told)
    stop = str(told["List-Unsubscribe"]).strip("<>").replace("https://news.elmford.example", "")
    client.get(stop)
    comment.commenter.refresh_from_db()
    assert comment.commenter.replies_stopped_at is None, "GET only shows a page"
    assert Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    shown(water, mo, "Another answer", address=KIM, answers=comment)
    work()
    assert len([row for row in _mails_to(JAN) if row.distribution.purpose == "answered"]) == 1


def test_nobody_is_told_who_did_not_ask_or_answered_themselves(water: Publication, mo: User) -> None:
    comment = shown(water, mo, "Who tested it?")
    shown(water, mo, "A laboratory.", address=KIM, answers=comment)
    Comment.objects.filter(pk=comment.pk).update(wants_replies=True)
    shown(water, mo, "I found out myself.", answers=comment)
    work()

    assert [row for row in _mails_to(JAN) if row.distribution.purpose == "answered"] == []


def test_no_address_and_nothing_unseen_is_on_the_site(client: Client, water: Publication, mo: User) -> None:
    shown(water, mo, "Seen", link="https://jan.example/")
    commented(water, "Waits unseen", address=KIM)
    client.post(SEND, _fields(water, text="Unconfirmed and unseen", address="new@reader.example"))
    work()
    baked = everything_baked()

    assert "Seen" in baked
    for hidden in ("@reader.example", "Waits unseen", "Unconfirmed and unseen"):
        assert hidden not in baked


def _mails_to(address: str) -> list[Any]:
    from onrecord.delivery.models import Delivery

    return list(Delivery.objects.filter(recipient=address).select_related("distribution").order_by("pk"))
