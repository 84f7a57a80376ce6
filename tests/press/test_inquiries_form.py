# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

from onrecord.bakery import actions as bakery
from onrecord.delivery.models import Delivery, Suppression
from onrecord.delivery.suppression import hash_of
from onrecord.journal.models import Entry
from onrecord.people.models import Contact, User
from onrecord.press.inquiries.actions import answering, working
from onrecord.press.inquiries.views import MESSAGES
from onrecord.press.models import Inquiry, InquiryState, Outcome
from onrecord.press.room import pages as room
from tests.followers.readers import text_of
from tests.people.forms import read_ticket, ticket_in
from tests.press.desks import tell
from tests.press.inquiring import (
    BOX,
    JAN,
    QUESTION,
    answered,
    asked,
    drafted,
    fields,
    link_in,
    mails_to,
    only,
    path_of,
    send_form,
    words_of,
)
from tests.statements.drafts import released, write

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("organisation")
REFERENCE = re.compile(r"[A-Z]{2}-[2-9]{4}")


def test_a_journalist_asks_and_gets_a_receipt_with_reference_and_link(client: Client) -> None:
    answer = send_form(deadline_date="2027-01-15")

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.cookies == {}
    row = only()
    assert (row.state, row.kind, row.outlet, row.phone) == (
        "new",
        "question",
        "The Elm Post",
        "+32 2 555 01 02",
    )
    assert row.deadline_at == datetime(2027, 1, 15, 22, 30, tzinfo=UTC)
    assert row.deadline_zone == "America/New_York"
    assert REFERENCE.fullmatch(row.reference)
    assert row.reference in answer.content.decode()
    [mail] = mails_to(JAN)
    text = text_of(mail)
    assert row.reference in str(mail["Subject"])
    assert "15 January 2027, 17:30 (New York) = 15 January 2027, 23:30 (Brussels)" in text
    assert QUESTION not in text, "the address may be somebody else's"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert link_in(mail) == path_of(row)
    assert row.reference not in path_of(row)
    page = client.get(link_in(mail)).content.decode()
    assert "Received. Nobody has taken it yet." in page
    assert QUESTION in page
    delivery = Delivery.objects.get()
    assert delivery.distribution.lane == "a-transactional"
    assert delivery.distribution.label == f"{row.reference}: inquiry-receipt"


def test_nothing_personal_is_journalled() -> None:
    send_form()
    told = json.dumps([[one.event, one.subject, one.data, one.actor_name] for one in Entry.objects.all()])
    assert "press.inquiry_received" in told
    for personal in (JAN, "Jan", "Elm Post", "wells", "555 01"):
        assert personal not in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "gossip"}, "Choose what you need."),
        ({"text": "Why?"}, "in a sentence at least"),
        ({"name": " "}, "Say who you are."),
        ({"outlet": ""}, "for which outlet"),
        ({"address": "jan at paper"}, "is no e-mail address"),
        ({"deadline_date": ""}, "Give the day"),
        ({"deadline_time": ""}, "Give the time"),
        ({"deadline_zone": "Mars/Crater"}, "Choose the time zone"),
        ({"deadline_date": "2020-01-01"}, "This deadline has passed."),
        ({"deadline_date": "2036-01-01"}, "more than two years ahead"),
        ({"deadline_date": "tomorrow"}, "Write the day as"),
        ({"text": "a" * 8001}, "at most 8000"),
        (
            {"deadline_date": "2027-03-28", "deadline_time": "02:30", "deadline_zone": "Europe/Brussels"},
            "does not exist on that day",
        ),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(changes: dict[str, str], sentence: str) -> None:
    answer = send_form(**changes)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode() or "kind" in changes
    assert not Inquiry.objects.exists()
    assert not Contact.objects.exists()


def test_without_a_script_the_form_is_shown_once_more_and_then_taken(client: Client) -> None:
    first = client.post("/inquiries/", fields(ticket=""))
    assert "Read once more what you send" in first.content.decode()
    assert not Inquiry.objects.exists()
    with time_machine.travel(datetime.now(UTC).timestamp() + 5, tick=False):
        second = client.post("/inquiries/", fields(ticket=ticket_in(first)))
    assert "Thank you" in second.content.decode()
    assert Inquiry.objects.count() == 1


def test_the_same_form_counts_once_and_programs_fill_in_the_trap(client: Client) -> None:
    sent = fields()
    assert client.post("/inquiries/", sent).status_code == 200
    assert client.post("/inquiries/", sent).status_code == 409
    assert "Thank you" in send_form(website="https://spam.example").content.decode()
    assert Inquiry.objects.count() == 1


@pytest.mark.usefixtures("stopped_clock")
def test_who_sends_too_many_is_asked_to_wait() -> None:
    answers = [send_form(address=f"jan{number}@paper.example").status_code for number in range(21)]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429


def test_no_deadline_is_fine_and_the_zone_is_the_newsrooms_until_a_script_knows_better(
    client: Client,
) -> None:
    page = client.get("/inquiries/").content.decode()
    assert "<option selected>Europe/Brussels</option>" in page
    assert "data-own-zone" in page
    assert send_form(deadline_date="", deadline_time="").status_code == 200
    assert only().deadline_at is None
    assert "data-own-zone" not in client.get("/inquiries/?deadline_zone=Asia/Tokyo").content.decode()


def test_the_form_speaks_the_languages_of_the_newsroom_and_is_reached_from_baked_pages(
    olga: User, ines: User, own_home: Path, client: Client
) -> None:
    edition = released(olga, ines)
    tell()
    bakery.bake(room.room_keys())
    path = edition.statement.publication.path
    site = own_home / "site"
    assert f"/inquiries/?language=en&amp;about={path}" in (site / path[1:] / "index.html").read_text()
    assert "/inquiries/?language=ar" in (site / "ar/press/index.html").read_text()
    page = client.get(f"/inquiries/?language=ar&about={path}").content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "Water is safe to drink" in page
    send_form(about=path, language="ar")
    assert only().about_id == edition.statement_id
    assert only().language == "ar"


def test_drafts_are_not_found_by_asking_about_them(olga: User, client: Client) -> None:
    statement = write(olga, title="A secret plan")
    for path in ("/s/2026/a-secret-plan/", f"statement/{statement.pk}", str(statement.pk)):
        assert "A secret plan" not in client.get("/inquiries/", {"about": path}).content.decode()
        send_form(about=path)
    assert not Inquiry.objects.exclude(about=None).exists()


def test_a_stranger_opens_nothing_by_guessing(client: Client) -> None:
    row = asked()
    for guess in (row.reference, row.door_hash, row.door_number, "x" * 43, str(row.pk)):
        assert client.get(f"/inquiries/{guess}/").status_code == 404
        assert client.post(f"/inquiries/{guess}/", {"deed": "erase", "sure": "yes"}).status_code == 404
        assert client.get(f"/inquiries/{guess}/data.json").status_code == 404
    assert path_of(row).strip("/").rpartition("/")[2] not in json.dumps(
        list(Inquiry.objects.values()), default=str
    ), "the database alone opens nothing"


def test_looking_changes_nothing_and_buttons_do(client: Client) -> None:
    row = asked()
    path = path_of(row)
    for query in ("?deed=withdraw", "?deed=erase&sure=yes", ""):
        client.get(path + query)
    row.refresh_from_db()
    assert (row.state, row.confirmed_at) == ("new", None)
    assert "Confirmed." in client.post(path, {"deed": "confirm"}).content.decode()
    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert "Withdrawn." in client.post(path, {"deed": "withdraw"}).content.decode()
    row.refresh_from_db()
    assert (row.state, row.outcome) == ("closed", "withdrawn")
    assert client.post(path, {"deed": "withdraw"}).status_code == 409


def test_a_journalist_adds_something_and_a_closed_inquiry_goes_on(
    olga: User, ines: User, client: Client
) -> None:
    row = answered(olga, ines)
    answering.close(row, Outcome.ANSWERED, by=olga)
    path = path_of(row)
    page = client.get(path).content.decode()
    assert "Forty wells" in page
    assert "Olga Writer" in page
    sent = {
        "deed": "say",
        "text": "And in which streets?",
        "website": "",
        "ticket": read_ticket(MESSAGES, row.reference),
    }
    assert "Sent." in client.post(path, sent).content.decode()
    assert client.post(path, sent).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.owner, row.closed_at) == (InquiryState.TAKEN, olga, None)
    assert words_of(row)[-1] == ("asked", "And in which streets?")


def test_notes_and_drafts_are_on_no_page_of_the_journalist(olga: User, client: Client) -> None:
    row = drafted(olga, "A draft that nobody has signed off.")
    working.note(row, "Careful: he misquoted us.", by=olga)
    path = path_of(row)
    for shown in (client.get(path).content.decode(), client.get(f"{path}data.json").content.decode()):
        assert "misquoted" not in shown
        assert "nobody has signed off" not in shown
        assert QUESTION in shown


def test_a_journalist_has_everything_erased(olga: User, ines: User, client: Client) -> None:
    row = answered(olga, ines, text="Forty, as we said to Jan.")
    path = path_of(row)
    kept = json.loads(client.get(f"{path}data.json").content)
    assert kept["address"] == JAN
    assert kept["said"][1]["text"] == "Forty, as we said to Jan."
    assert client.post(path, {"deed": "erase"}).status_code == 200
    assert Contact.objects.filter(address=JAN).exists(), "nobody said that they are sure"

    assert "Erased" in client.post(path, {"deed": "erase", "sure": "yes"}).content.decode()
    assert client.get(path).status_code == 404
    row.refresh_from_db()
    assert (row.name, row.outlet, row.phone, row.contact, row.subject_line) == ("", "", "", None, "")
    assert row.answered_at is not None
    assert not words_of(row)
    assert not Contact.objects.filter(address=JAN).exists()
    left = json.dumps(list(Delivery.objects.values("recipient", "data", "reply")), default=str)
    left += json.dumps(list(Delivery.objects.values_list("distribution__body", flat=True)), default=str)
    assert JAN not in left
    assert "Forty" not in left


def test_who_complained_gets_no_receipt_but_the_answer_they_ask_for(olga: User, ines: User) -> None:
    Suppression.objects.create(address_hash=hash_of(JAN), reason="complaint")
    row = answered(olga, ines)
    states = dict(Delivery.objects.values_list("distribution__purpose", "state"))
    assert states == {"inquiry-receipt": "suppressed", "inquiry-answer": "queued"}
    Suppression.objects.update(reason="manual")
    answered(olga, ines, address=JAN)
    newest = Delivery.objects.filter(distribution__purpose="inquiry-answer").latest("pk")
    assert newest.state == "suppressed"
    assert row.address == JAN


def test_without_a_relay_the_link_is_shown_at_once(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="", press_mailbox=BOX)
    answer = send_form()
    assert path_of(only()) in answer.content.decode()
    assert not Delivery.objects.exists()
