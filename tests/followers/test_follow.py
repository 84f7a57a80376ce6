# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.conversation.actions.taking import new_commenter
from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery, Distribution, Lane, Suppression
from onrecord.followers import actions, doors
from onrecord.followers.choices import Choices
from onrecord.followers.errors import BadChoice, NoSuchDoor
from onrecord.followers.models import Reason, Subscription
from onrecord.followers.views import GUARD
from onrecord.journal.events import CLOCK, Actor
from onrecord.journal.models import Entry
from onrecord.people.addresses import normalised
from onrecord.people.errors import BadAddress
from onrecord.people.models import Contact, Organisation
from tests.followers.readers import JAN, follower, link_in, path_of, sent, text_of
from tests.people.forms import ticket_in

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("organisation")

FORM = {"address": JAN, "language": "en", "speaks": ["en", "fr"], "topics": "all", "frequency": "each"}


def _send_form(client: Client, **changes: object) -> str:
    """Fill in the form as a person does: the baked one, then the one that knows when it was shown."""
    fields = FORM | changes
    first = client.post("/following/ask", fields)
    ticket = ticket_in(first)
    assert ticket
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=False):
        answer = client.post("/following/ask", fields | {"ticket": ticket})
    return answer.content.decode()


def test_who_confirms_follows(client: Client) -> None:
    _send_form(client)
    row = Subscription.objects.get()
    assert row.state == "unconfirmed"
    distribution = Distribution.objects.get()
    assert distribution.lane == Lane.TRANSACTIONAL
    link = link_in(sent(distribution)[JAN])

    assert "Confirm" in client.get(link).content.decode()
    assert Subscription.objects.get().state == "unconfirmed", "mail programs open links by themselves"
    client.post(link, {"deed": "confirm"})

    row = Subscription.objects.get()
    assert (row.state, Choices.of(row)) == ("confirmed", Choices(("en", "fr"), None, "each"))
    assert row.contact.confirmed_at is not None
    assert client.cookies == {}


def test_the_answer_is_the_same_whether_an_address_is_known_or_not(client: Client) -> None:
    unknown = _send_form(client)
    again_at_once = _send_form(client)
    actions.confirm(Subscription.objects.get())
    Subscription.objects.update(mailed_at=timezone.now() - timedelta(hours=25))
    known = _send_form(client, speaks=["fr"])

    assert unknown == again_at_once == known
    assert Choices.of(Subscription.objects.get()).languages == ("en", "fr"), "nobody changes it with a form"
    subjects = [one.label for one in Distribution.objects.order_by("pk")]
    assert subjects == ["Do you want to follow Town of Elmford?", "You already follow Town of Elmford"]


def test_programs_that_fill_in_every_field_or_send_at_once_get_nowhere(client: Client) -> None:
    client.post("/following/ask", FORM | {"website": "https://spam.example"})
    ticket = ticket_in(client.post("/following/ask", FORM))
    client.post("/following/ask", FORM | {"ticket": ticket})
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=False):
        client.post("/following/ask", FORM | {"ticket": ticket[:-1] + "x"})
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        client.post("/following/ask", FORM | {"ticket": ticket})

    assert not Contact.objects.exists()


@pytest.mark.usefixtures("stopped_clock")
def test_the_form_cannot_be_sent_without_end(client: Client) -> None:
    def send(address: str, **network: Any) -> int:
        with time_machine.travel(timezone.now() - timedelta(seconds=5), tick=False):
            ticket = GUARD.ticket()
        return client.post(
            "/following/ask", FORM | {"address": address, "ticket": ticket}, **network
        ).status_code

    answers = [send(f"jan{number}@reader.example") for number in range(21)]

    assert answers[0] == 200
    assert answers[-1] == 429
    assert send(JAN, REMOTE_ADDR="192.0.2.7") == 200
    others = [send(JAN, REMOTE_ADDR=f"192.0.{number}.7") for number in range(10, 15)]
    assert others[-1] == 429, "nor with one address from everywhere"


def test_nobody_is_mailed_again_and_again_by_others() -> None:
    for hour in range(9):
        with time_machine.travel(timezone.now() + timedelta(hours=hour), tick=False):
            actions.follow(JAN, Choices(("en",)), language="en")
            actions.follow(JAN, Choices(("en",)), language="en")

    assert Delivery.objects.count() == 5


def test_who_follows_already_is_told_so_once_a_day_at_most() -> None:
    follower()
    for hour in range(1, 50):
        with time_machine.travel(timezone.now() + timedelta(hours=hour), tick=False):
            actions.follow(JAN, Choices(("en",)), language="en")

    assert Distribution.objects.filter(purpose="known").count() == 2


@pytest.mark.parametrize(
    "address", ["", "jan", "jan@", "@x.example", "a b@x.example", "j@x.example\nBcc: k@x.example"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress, match=r"Write it as name@example\.org"):
        normalised(address)


def test_addresses_are_kept_in_one_spelling() -> None:
    assert normalised(" Jan@Bücher.Example ") == "jan@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "choices",
    [
        Choices(()),
        Choices(("de",)),
        Choices(("en",), ("no-such",)),
        Choices(("en",), ()),
        Choices(("en",), None, "hourly"),
    ],
)
def test_what_is_not_offered_cannot_be_chosen(choices: Choices) -> None:
    with pytest.raises(BadChoice):
        actions.follow(JAN, choices, language="en")
    assert not Contact.objects.exists()


def test_without_a_relay_the_form_says_that_there_is_no_mail(client: Client, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="")

    assert "sends no mail" in _send_form(client)
    assert not Contact.objects.exists()


def test_the_database_holds_no_link() -> None:
    row = follower()
    secret = path_of(row).split("/")[2]

    kept = str([list(model.objects.values_list()) for model in (Subscription, Delivery, Distribution, Entry)])
    assert secret not in kept
    assert JAN not in str(list(Entry.objects.values_list()))


def test_a_link_that_was_guessed_opens_nothing(client: Client) -> None:
    row = follower()
    for guess in ("x" * 43, row.door_hash, row.door_number, doors.address_of(row).split("/")[2][:-1]):
        assert client.get(f"/following/{guess}/").status_code == 404
        assert client.post(f"/following/{guess}/unsubscribe").status_code == 404
    with pytest.raises(NoSuchDoor):
        doors.behind("")
    assert Subscription.objects.get().state == "confirmed"


def test_a_follower_changes_what_they_get(client: Client) -> None:
    row = follower()
    fields = {"deed": "change", "speaks": ["fr"], "topics": "all", "frequency": "weekly"}

    answer = client.post(path_of(row), fields)
    refused = client.post(path_of(row), fields | {"speaks": []})

    assert "Saved." in answer.content.decode()
    assert refused.status_code == 422
    assert Choices.of(Subscription.objects.get()) == Choices(("fr",), None, "weekly")
    assert Entry.objects.filter(event="followers.changed").count() == 1


def test_one_click_ends_a_subscription_without_a_session(client: Client) -> None:
    row = follower()
    strict = Client(enforce_csrf_checks=True)

    shown = strict.get(path_of(row) + "unsubscribe")
    assert Subscription.objects.get().state == "confirmed", "GET only shows a page"
    assert shown["Referrer-Policy"] == "no-referrer"
    assert shown["Cache-Control"] == "no-store"

    answer = strict.post(path_of(row) + "unsubscribe", {"List-Unsubscribe": "One-Click"})
    again = strict.post(path_of(row) + "unsubscribe", {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, again.status_code) == (200, 200)
    row = Subscription.objects.get()
    assert (row.state, row.reason) == ("ended", "one_click")
    assert Entry.objects.filter(event="followers.ended").count() == 1


def test_somebody_sees_why_nothing_is_sent_to_their_address(client: Client) -> None:
    row = follower()
    told = "550 5.1.1 No such user"
    delivery.suppress(JAN, reason="hard_bounce", evidence=told, by=Actor(id=None, name="the post"))

    silence = json.loads(client.get(path_of(row) + "data.json").content)["nothing_is_sent"]

    assert (silence["reason"], silence["evidence"]) == ("hard_bounce", told)


def test_somebody_sees_and_erases_all_that_is_kept(client: Client) -> None:
    row = follower()
    link = path_of(row)
    answer = client.get(link + "data.json")
    kept = json.loads(answer.content)

    assert kept["address"] == JAN
    assert kept["subscriptions"][0]["languages"] == ["en"]
    assert kept["mails"][0]["about"] == "Do you want to follow Town of Elmford?"
    assert kept["nothing_is_sent"] is None

    client.post(link, {"deed": "erase"})
    assert Contact.objects.exists(), "not without having said so"
    client.post(link, {"deed": "erase", "sure": "yes"})

    assert client.get(link).status_code == 404
    everything = str(
        [list(m.objects.values_list()) for m in (Contact, Subscription, Delivery, Entry, Suppression)]
    )
    assert JAN not in everything
    assert Delivery.objects.get().state == "suppressed"


def test_addresses_are_forgotten_when_nobody_needs_them() -> None:
    actions.follow("never@reader.example", Choices(("en",)), language="en")
    actions.end(follower("gone@reader.example"), Reason.REQUEST)
    follower("stays@reader.example")

    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert (actions.forget_unconfirmed(), actions.reduce_ended()) == (1, 0)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        assert (actions.forget_unconfirmed(), actions.reduce_ended()) == (0, 1)

    assert [contact.address for contact in Contact.objects.all()] == ["stays@reader.example"]
    assert set(Delivery.objects.values_list("recipient", flat=True)) == {"forgotten", "stays@reader.example"}
    assert [row.reason for row in Suppression.objects.all()] == ["request"]


def test_forgetting_a_follower_takes_nothing_from_somebody_else_with_that_address() -> None:
    actions.follow(JAN, Choices(("en",)), language="en")
    commenter = new_commenter(contact=Contact.objects.get(address=JAN), name="Jan", link="", language="en")
    commenter.save()
    delivery.freeze(
        transport="smtp",
        object_key="comment/1",
        version=1,
        purpose="answered",
        label="Kim answered your comment",
        body={},
        recipients=[delivery.Recipient("commenter/1", JAN, "reader.example")],
        host="news.elmford.example",
        by=CLOCK,
    )

    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert actions.forget_unconfirmed() == 1

    left = Delivery.objects.order_by("pk").values_list("recipient_key", "recipient", "state")
    assert [(key.partition("/")[0], address, state) for key, address, state in left] == [
        ("subscription", "forgotten", "suppressed"),
        ("commenter", JAN, "queued"),
    ]


def test_who_left_because_mail_came_back_is_not_said_to_have_wanted_it() -> None:
    row = follower()
    delivery.suppress(JAN, reason="hard_bounce", evidence="5.1.1", by=CLOCK)
    actions.end(row, Reason.BOUNCE)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        assert actions.reduce_ended() == 1
    assert Suppression.objects.get().reason == "hard_bounce"


def test_who_left_long_ago_may_come_back() -> None:
    actions.end(follower(), Reason.REQUEST)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        actions.reduce_ended()
        actions.follow(JAN, Choices(("en",)), language="en")
        delivery = Delivery.objects.get(recipient=JAN)
        assert delivery.state == "queued", "the mail that asks goes out"
        actions.confirm(Subscription.objects.get())

    assert not Suppression.objects.exists()


def test_mails_about_the_subscription_say_the_same_in_both_forms(organisation: Organisation) -> None:
    organisation.name = "Town of <Elmford> ⟦to⟧"
    organisation.save()
    actions.follow(JAN, Choices(("en",)), language="ar")
    message = sent(Distribution.objects.get())[JAN]

    assert 'dir="rtl"' in text_of(message, "html")
    assert "&lt;Elmford&gt;" in text_of(message, "html")
    assert JAN not in text_of(message)
    assert link_in(message) in text_of(message, "html")
    assert "<img" not in text_of(message, "html")
