# SPDX-License-Identifier: Apache-2.0
"""The form with which anybody asks to follow: nothing typed is lost, nobody is found out or floods it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import altcha
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery
from onrecord.followers import actions, pages
from onrecord.followers.choices import Choices
from onrecord.followers.models import Reason, Subscription
from onrecord.followers.views import GUARD
from onrecord.journal.events import CLOCK
from onrecord.people.models import FormCount
from onrecord.people.strangers import work
from onrecord.statements.models import Topic
from tests.followers.readers import JAN, follower, path_of
from tests.people.forms import read_ticket, ticket_in

pytestmark = pytest.mark.usefixtures("organisation")

TYPED = {
    "address": JAN,
    "language": "fr",
    "speaks": ["en", "ar"],
    "topics": "some",
    "topic": ["water"],
    "frequency": "weekly",
}


class Form(HTMLParser):
    """The fields of the first form on a page as a browser without scripts would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and given.get("data-guard"):
            self._inside = True
        if not self._inside or tag != "input" or not given.get("name"):
            return
        if given.get("type") in ("radio", "checkbox") and "checked" not in given:
            return
        self.fields.setdefault(str(given["name"]), []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


@pytest.fixture(autouse=True)
def water() -> None:
    """Offer a topic that can be chosen."""
    Topic.objects.create(slug="water", name="Water")


def send(client: Client, **changes: Any) -> HttpResponse:
    """Send the form with a ticket that was read, unless `changes` say otherwise."""
    fields = TYPED | {"ticket": read_ticket(GUARD)} | changes
    return client.post("/following/ask", fields)  # type: ignore[return-value]  # the client's own class


def assert_nothing_is_lost(answer: HttpResponse) -> None:
    shown = Form(answer.content.decode()).fields
    assert {name: shown[name] for name in ("address", "language", "topics", "topic", "frequency")} == {
        name: [value] if isinstance(value, str) else value
        for name, value in TYPED.items()
        if name != "speaks"
    }
    assert sorted(shown["speaks"]) == ["ar", "en"]
    assert ticket_in(answer), "it can be sent as it stands"


@pytest.mark.parametrize("ticket", ["", "forged", "too new", "too old", "of another form"])
def test_a_form_without_a_good_ticket_is_shown_again_as_it_was_typed(client: Client, ticket: str) -> None:
    made: dict[str, Callable[[], str]] = {
        "too new": GUARD.ticket,
        "too old": lambda: read_ticket(GUARD, seconds=3 * 3600),
        "of another form": lambda: read_ticket(GUARD, "something else"),
    }
    answer = send(client, ticket=made[ticket]() if ticket in made else ticket)

    assert answer.status_code == 200
    assert_nothing_is_lost(answer)
    assert not Subscription.objects.exists()


def test_a_form_that_was_sent_already_is_shown_again_as_it_was_typed(client: Client) -> None:
    ticket = read_ticket(GUARD)
    send(client, ticket=ticket)

    assert_nothing_is_lost(send(client, ticket=ticket))


@pytest.mark.parametrize(
    "wrong",
    [{"address": "jan at reader.example"}, {"speaks": []}, {"topic": []}, {"frequency": "hourly"}],
    ids=["address", "languages", "topics", "frequency"],
)
def test_a_mistake_costs_nothing_else_of_what_was_typed(client: Client, wrong: dict[str, Any]) -> None:
    answer = send(client, **wrong)

    assert answer.status_code == 422
    shown = Form(answer.content.decode()).fields
    for name in {"address", "topics"} - wrong.keys():
        assert shown[name] == [TYPED[name]]
    assert 'role="alert"' in answer.content.decode()
    assert ('aria-invalid="true"' in answer.content.decode()) is ("address" in wrong)
    assert not Subscription.objects.exists()


@pytest.mark.usefixtures("stopped_clock")
def test_who_sends_too_often_is_told_so_kindly_and_loses_nothing(client: Client) -> None:
    answers = [send(client) for _time in range(5)]

    refused = answers[-1]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "Réessayez dans une heure" in refused.content.decode()
    assert_nothing_is_lost(refused)
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=5), tick=False):
        later = client.post("/following/ask", Form(refused.content.decode()).fields)
    assert later.status_code == 200
    assert not ticket_in(later), "an hour later the same page can be sent"


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("work_done", ["", "nonsense", "for another ticket"])
def test_work_that_is_missing_or_wrong_counts_as_none_and_costs_the_reader_nothing(
    client: Client, work_done: str
) -> None:
    ticket = read_ticket(GUARD)
    if work_done == "for another ticket":
        work_done = solved(read_ticket(GUARD, "other"))
    answer = send(client, ticket=ticket, work=work_done)

    assert answer.status_code == 200
    assert Subscription.objects.get().state == "unconfirmed"
    assert set(FormCount.objects.values_list("count", flat=True)) == {3}


@pytest.mark.usefixtures("stopped_clock")
def test_who_has_done_the_work_may_send_three_times_as_many(client: Client) -> None:
    ticket = read_ticket(GUARD)
    send(client, ticket=ticket, work=solved(ticket))

    assert set(FormCount.objects.values_list("count", flat=True)) == {1}


def test_known_unknown_ended_and_silent_addresses_get_the_same_answer(client: Client) -> None:
    follower("follows@reader.example")
    actions.follow("asked@reader.example", Choices(("en",)), language="en")
    actions.end(follower("left@reader.example"), Reason.REQUEST)
    delivery.suppress("bounced@reader.example", reason="hard_bounce", by=CLOCK)
    delivery.suppress("complained@reader.example", reason="complaint", by=CLOCK)

    answers: set[tuple[int, str]] = set()
    for name in ("new", "follows", "asked", "left", "bounced", "complained"):
        answer = send(client, address=f"{name}@reader.example", REMOTE_ADDR=f"192.0.2.{len(answers)}")
        told = answer.content.decode().replace(f"{name}@reader.example", "the address that was typed")
        answers.add((answer.status_code, told))
    assert len(answers) == 1


def test_the_answer_shows_the_address_as_it_was_typed_and_nothing_more(client: Client) -> None:
    page = send(client, address='Jan"<b>@Reader.example').content.decode()
    assert "Jan&#34;&lt;b&gt;@Reader.example" in page
    page = send(client, address="Jan@Readr.example").content.decode()
    assert "Jan@Readr.example" in page


def test_the_baked_form_can_be_sent_without_a_script(client: Client, own_home: Path) -> None:
    bakery.bake(pages.all_keys())
    baked = (own_home / "site" / "fr" / "follow" / "index.html").read_text(encoding="utf-8")
    first = Form(baked).fields | {"address": [JAN]}
    assert re.search(r'<form[^>]+action="/following/ask"[^>]+method="post"', baked)

    asked = client.post("/following/ask", first)
    with time_machine.travel(timezone.now() + timedelta(seconds=5), tick=False):
        done = client.post("/following/ask", Form(asked.content.decode()).fields)

    assert not ticket_in(done)
    row = Subscription.objects.get()
    assert (row.language, Choices.of(row)) == ("fr", Choices(("fr",), None, "each"))
    assert Delivery.objects.count() == 1


def test_who_opens_the_way_out_after_leaving_is_told_that_it_is_done(client: Client) -> None:
    row = follower()
    shown = client.get(path_of(row) + "unsubscribe").content.decode()
    assert "Press the button" in shown
    actions.end(row, Reason.REQUEST)

    shown = client.get(path_of(row) + "unsubscribe").content.decode()
    assert "You no longer follow" in shown
    assert "Press the button" not in shown


def test_a_follower_sees_since_when_and_where_the_address_came_from(client: Client) -> None:
    row = follower()
    late_in_brussels = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    Subscription.objects.update(confirmed_at=late_in_brussels)
    assert "You have followed since 2 March 2026." in _text(client, row)
    Subscription.objects.update(source="import", origin="old newsletter", legal_basis="consent, 2024")
    assert "Your address came with a list: old newsletter. Legal basis: consent, 2024." in _text(client, row)


def _text(client: Client, row: Subscription) -> str:
    return client.get(path_of(row)).content.decode()


def solved(ticket: str) -> str:
    """Do the work that goes with a ticket."""
    challenge = altcha.Challenge.from_dict(work.challenge(ticket))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return str(altcha.Payload(challenge, solution).to_base64())
