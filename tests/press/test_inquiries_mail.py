# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import base64
import time
from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from onrecord.config import returned
from onrecord.delivery.errors import NotYet
from onrecord.delivery.inbound.actions import Outcome, take_in
from onrecord.delivery.models import Delivery
from onrecord.people.models import User
from onrecord.press.inquiries import doors
from onrecord.press.inquiries.actions import answering, keeping, receiving, working
from onrecord.press.inquiries.errors import WrongState
from onrecord.press.inquiries.reading import read, text_of_html, without_quotes
from onrecord.press.models import Inquiry, InquiryFile, InquiryState, Origin
from tests.delivery.mailboxes import MailboxServer, serving
from tests.delivery.returned import dsn
from tests.followers.readers import text_of
from tests.press.inquiring import (
    BOX,
    JAN,
    QUESTION,
    answered,
    arrives,
    asked,
    letter,
    link_in,
    mails_to,
    only,
    words_of,
)
from tests.press.people import journalist
from tests.trees import measured, never_closed

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.usefixtures("organisation")


@pytest.fixture(autouse=True)
def a_press_mailbox(settings: Settings, a_relay: None) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, press_mailbox=BOX)


def reply_to(message: EmailMessage) -> str:
    return str(message["Reply-To"]).strip("<>")


def test_mail_of_somebody_unknown_is_held_until_it_is_confirmed(olga: User, client: Client) -> None:
    assert arrives(letter()) == Outcome.TAKEN

    row = only()
    assert (row.state, row.origin, row.name, row.subject_line) == ("held", "mail", "Jan Reporter", "Wells")
    assert words_of(row) == [("asked", QUESTION)]
    [receipt] = mails_to(JAN)
    assert "confirm that it is yours" in text_of(receipt)
    assert receipt["In-Reply-To"] == "<one@paper.example>"
    assert receipt["Subject"] == f"Re: Wells [{row.reference}]"
    client.post(link_in(receipt), {"deed": "confirm"})
    row.refresh_from_db()
    assert row.state == InquiryState.NEW
    arrives(letter(message_id="<two@paper.example>"))
    assert Inquiry.objects.get(messages__message_id="two@paper.example").state == InquiryState.NEW


def test_mail_of_somebody_on_the_press_list_is_new_at_once(olga: User) -> None:
    journalist(olga, address=JAN, outlet="Radio Elm", language="fr", languages=("fr",))
    arrives(letter())
    row = only()
    assert (row.state, row.outlet, row.language) == ("new", "Radio Elm", "fr")


def test_an_officer_may_take_what_nobody_confirmed(olga: User) -> None:
    arrives(letter())
    assert working.take(only(), by=olga).state == InquiryState.TAKEN


def test_the_answer_is_threaded_and_its_answer_finds_the_inquiry(olga: User, ines: User) -> None:
    arrives(letter())
    row = only()
    working.take(row, by=olga)
    working.save_draft(row, "Forty wells.", seen=0, by=olga)
    working.sign_off(row, seen=1, by=ines)

    answering.send_answer(row, seen=1, by=olga)
    receipt, answer = mails_to(JAN)
    assert answer["In-Reply-To"] == str(receipt["Message-ID"])
    assert str(answer["References"]).split() == ["<one@paper.example>", str(receipt["Message-ID"])]
    assert str(answer["From"]) == "Town of Elmford <news@elmford.example>"
    assert answer["Auto-Submitted"] == "no"
    assert len(answer.get_all("Auto-Submitted", [])) == 1
    assert reply_to(answer).startswith("press+i")
    assert reply_to(answer) == doors.reply_address(row)
    assert "Forty wells." in text_of(answer)
    assert "Olga Writer" in text_of(answer, "html")

    quoted = "And where?\r\n\r\nOn 27 Nov 2026 at 10:00, Town of Elmford wrote:\r\n> Forty wells."
    reply = letter(quoted, subject="Something else", message_id="<3@paper.example>", to=reply_to(answer))
    assert arrives(reply, to=reply_to(answer)) == Outcome.TAKEN
    row.refresh_from_db()
    assert (row.state, row.owner, row.confirmed_at is not None) == ("taken", olga, True)
    assert words_of(row)[-1] == ("asked", "And where?")
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_without_the_token_the_message_it_answers_says_which_inquiry_it_is(
    header: str, olga: User, ines: User
) -> None:
    row = answered(olga, ines)
    ours = str(mails_to(JAN)[-1]["Message-ID"])
    raw = letter("And where?", message_id="<9@paper.example>", extra=f"{header}: {ours}\r\n")
    for door in ("news@elmford.example", BOX):
        take_in(raw.replace(b"<9@", f"<{door[:4]}@".encode()), door="lmtp", recipients=[door], sender=JAN)
    assert [text for kind, text in words_of(row) if kind == "asked"] == [QUESTION, "And where?", "And where?"]
    assert Inquiry.objects.count() == 1


def test_the_subject_alone_finds_nothing(olga: User, ines: User) -> None:
    row = answered(olga, ines)
    arrives(letter("Me too.", sender="max@else.example", subject=f"Re: Your inquiry {row.reference}"))
    assert Inquiry.objects.count() == 2
    assert len(words_of(row)) == 2


def test_somebody_else_in_the_thread_adds_a_message_that_is_marked_and_confirms_nothing() -> None:
    row = asked()
    to = doors.reply_address(row)
    arrives(
        letter("I am his editor.", sender="boss@paper.example", to=to), to=to, sender="boss@paper.example"
    )
    row.refresh_from_db()
    assert row.confirmed_at is None
    assert row.messages.latest("pk").from_elsewhere
    assert row.address == JAN, "answers go on to whoever asked"


def test_a_known_message_id_of_the_journalist_opens_nothing_to_others() -> None:
    arrives(letter())
    extra = "In-Reply-To: <one@paper.example>\r\n"
    arrives(letter("Mine.", sender="max@else.example", message_id="<m@else.example>", extra=extra))
    assert Inquiry.objects.count() == 2
    arrives(letter("More.", message_id="<4@paper.example>", extra=extra))
    assert Inquiry.objects.count() == 2
    assert Inquiry.objects.get(contact__address=JAN).confirmed_at is None, "anybody can write his name"


@pytest.mark.parametrize(
    "extra",
    [
        "Auto-Submitted: auto-replied\r\n",
        "Precedence: bulk\r\n",
        "List-Id: <news.else.example>\r\n",
        "X-Autoreply: yes\r\n",
    ],
)
def test_machines_open_no_inquiry_and_are_not_answered(extra: str) -> None:
    assert arrives(letter(extra=extra)) != Outcome.TAKEN
    assert not Inquiry.objects.exists()
    assert not Delivery.objects.exists()


def test_bounces_and_our_own_mail_open_no_inquiry(olga: User, ines: User) -> None:
    answered(olga, ines)
    delivery = Delivery.objects.latest("pk")
    before = Inquiry.objects.count(), Delivery.objects.count()
    arrives(dsn(to=BOX), sender="")
    own = letter("Round and round.", message_id=f"<{delivery.message_id}>", sender="max@else.example")
    assert arrives(own) != Outcome.TAKEN
    assert arrives(letter("From us.", sender="news@elmford.example")) != Outcome.TAKEN
    assert arrives(letter("From the box.", sender=BOX)) != Outcome.TAKEN
    assert (Inquiry.objects.count(), Delivery.objects.count()) == before


@pytest.mark.usefixtures("stopped_clock")
def test_one_address_gets_three_receipts_a_day_and_is_put_off_after_twenty_mails_an_hour() -> None:
    for number in range(20):
        assert (
            arrives(letter(f"Question number {number}?", message_id=f"<{number}@p.example>")) == Outcome.TAKEN
        )
    assert len(mails_to(JAN)) == 3
    with pytest.raises(NotYet):
        arrives(letter("Once more?", message_id="<21@p.example>"))
    assert arrives(letter("Somebody else?", sender="bo@radio.example")) == Outcome.TAKEN


def test_an_empty_envelope_sender_gets_no_receipt() -> None:
    assert arrives(letter("Who is there?"), sender="") == Outcome.TAKEN
    assert not Delivery.objects.exists()


def test_the_same_mail_counts_once() -> None:
    assert [arrives(letter()) for _ in range(2)] == [Outcome.TAKEN] * 2
    assert len(words_of(only())) == 1


def test_a_mail_that_comes_once_for_each_address_of_ours_is_one_inquiry() -> None:
    for address in (BOX, "+desk@".join(BOX.split("@"))):
        assert arrives(f"Delivered-To: {address}\r\n".encode() + letter(), to=address) == Outcome.TAKEN
    assert words_of(only()) == [("asked", QUESTION)]


def test_other_mail_stays_what_it_was(settings: Settings) -> None:
    assert arrives(letter(to="news@elmford.example"), to="news@elmford.example") == Outcome.UNKNOWN
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, press_mailbox="")
    assert arrives(letter(message_id="<5@p.example>")) == Outcome.UNKNOWN
    assert not Inquiry.objects.exists()


def test_a_forgotten_inquiry_is_not_opened_again_by_an_old_token(olga: User) -> None:

    row = asked()
    to = doors.reply_address(row)
    keeping.erase(row)
    arrives(letter("Still there?", to=to), to=to)
    assert Inquiry.objects.exclude(pk=row.pk).get().state == "held"
    with pytest.raises(WrongState, match="was forgotten"):
        receiving.go_on(row, "Hello?", Origin.PAGE)


MIXED = """\
From: Jan Reporter <jan@paper.example>
To: press@elmford.example
Subject: =?utf-8?q?Caf=C3=A9?=
Message-ID: <mixed@paper.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: text/html; charset=utf-8

<html><head><style>p {color: red}</style><title>no</title></head><body><p>Dear&nbsp;all,</p>
<script>alert(1)</script><p>is it <b>true</b>?<br>Jan</p></body></html>
--B
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="../../etc/plan.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--B
Content-Type: text/html
Content-Disposition: attachment; filename="page.html"

<script>alert(2)</script>
--B
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="run.exe"

MZ
--B--
"""


def test_html_becomes_text_and_files_are_kept_apart() -> None:
    arrives(MIXED.replace("\n", "\r\n").encode())
    row = only()
    assert row.subject_line == "Café"
    [(_kind, text)] = words_of(row)
    assert text.startswith("Dear all,\n")
    assert "is it true?\nJan" in text
    assert "alert" not in text
    assert "color" not in text
    assert "[Files that are not kept: page.html, run.exe]" in text
    file = InquiryFile.objects.get()
    assert (file.name, bytes(file.body), file.size) == ("plan.pdf", b"%PDF-1.4\n", 9)


def test_a_file_that_came_into_the_mailbox_is_whole(settings: Settings) -> None:
    body = bytes(range(256)) * 2000
    raw = MIXED.replace("JVBERi0xLjQK\n", base64.encodebytes(body).decode()).replace("\n", "\r\n").encode()
    with serving(MailboxServer({1: raw, 2: letter(to="news@elmford.example")})) as server:
        inbox = f"imap://news:p%20w@127.0.0.1:{server.port}/?tls=none"
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_inbox=inbox)
        returned.look()
        assert server.unseen() == [2], "what is none of ours stays unread"
    assert bytes(InquiryFile.objects.get().body) == body


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Yes.\n\nOn Monday 3 May 2026 at 9:00, Olga\n<press@x.example> wrote:\n> What?\n>\n> Really?\n",
            "Yes.",
        ),
        ("> Who?\nMe.\n> When?\nNow.", "> Who?\nMe.\n> When?\nNow."),
        ("I asked three things:\n> a\n> b\n", "I asked three things:"),
        ("> only quoted", "> only quoted"),
    ],
)
def test_what_is_quoted_at_the_end_is_left_out(text: str, left: str) -> None:
    assert without_quotes(text) == left


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff",
        b"From: nobody\r\n\r\nhello",
        b"From: a@b.example\r\nSubject: =?x?q?=ff?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nhi",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 500,
        b"From: a@b.example\r\n" + b"Content-Type: text/plain\r\n" * 100 + b"\r\nhi",
        b"From: =?utf-8?b?////?= <a@b.example>\r\nReferences: "
        + b"<x@y> " * 9000
        + b"\r\n\r\n"
        + b"x" * 300_000,
    ],
)
def test_anything_at_all_can_be_read(raw: bytes) -> None:
    found = read(raw)
    if found is not None:
        assert found.address == "a@b.example"
        assert len(found.text) < 20_100
        assert len(found.answers) <= 30


def test_markup_in_plain_text_stays_text() -> None:
    assert text_of_html("<p>a &lt;b&gt; c</p><ul><li>one</li><li>two</li></ul>") == "a <b> c\n\none\n\ntwo"


def test_a_name_whose_encoding_has_no_name_is_read_as_it_stands() -> None:
    found = read(
        b"From: =?utf-8\xff?q?Jan?= <jan@paper.example>\nSubject: =?utf-8\xff?q?Water?=\n\nAre you well?\n"
    )
    assert found is not None
    assert (found.address, found.text) == (JAN, "Are you well?")
    assert "Water" in found.subject


@pytest.mark.parametrize(
    "raw",
    [
        b'Content-Type: text/plain; a="' + b";" * 200_000 + b"\n\nWhere are the wells?",
        b'Content-Type: text/plain; a="' + b"\n ;;;;;;;;;;" * 30_000 + b"\n\nWhere are the wells?",
        b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 150_000 + b"-" + b"a" * 150_000,
        b"Content-Type: text/html\n\nWells" + b"<div>" * 30_000 + b"<p>x" * 40_000,
    ],
    ids=["parameters", "folded parameters", "punycode", "deep"],
)
def test_no_mail_keeps_the_post_busy_for_long(raw: bytes) -> None:
    began = time.process_time()
    found = read(b"From: jan@paper.example\n" + raw)
    assert time.process_time() - began < 4
    assert found is not None
    assert found.text


def test_a_small_mail_whose_bold_is_never_closed_is_no_huge_tree() -> None:
    with measured() as sizes:
        assert text_of_html(never_closed(300)).startswith("word\nword")
    assert 300 <= max(sizes) < 1000


@pytest.mark.parametrize("charset", ["ks_c_5601-1987", "tis-620", "gb2312", "latin1", "utf-8"])
def test_mail_is_read_in_whatever_it_is_written(charset: str) -> None:
    words = {"ks_c_5601-1987": "우물", "tis-620": "บ่อน้ำ", "gb2312": "水井"}.get(charset, "Brünnen")
    head = f"From: jan@paper.example\nContent-Type: text/plain; charset={charset}\n\n".encode()
    found = read(head + words.encode(charset))
    assert found is not None
    assert found.text == words
