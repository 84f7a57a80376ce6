# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.delivery.inbound.addresses import (
    Listener,
    read_listener,
    read_mailbox,
    read_pattern,
    token_of,
)
from onrecord.delivery.inbound.reading import Kind, of_status, read
from onrecord.delivery.models import Delivery
from tests.delivery.returned import absent, complaint, dsn, qmail, reply

TOKEN = f"12.{'a1' * 12}"
ONE = Delivery(message_id=f"{TOKEN}@elmford.example", recipient="reader0@loft.example")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("5.1.1", Kind.HARD),
        ("5.1.8", Kind.REFUSED),
        ("5.2.1", Kind.HARD),
        ("5.2.2", Kind.SOFT),
        ("5.2.3", Kind.REFUSED),
        ("5.4.4", Kind.HARD),
        ("5.4.6", Kind.SOFT),
        ("5.3.4", Kind.REFUSED),
        ("5.7.1", Kind.REFUSED),
        ("5.6.0", Kind.REFUSED),
        ("5.0.0", Kind.HARD),
        ("5.9.9", Kind.REFUSED),
        ("4.4.7", Kind.SOFT),
        ("4.7.0", Kind.REFUSED),
    ],
)
def test_a_status_says_whether_it_is_the_address_that_fails(status: str, kind: Kind) -> None:
    assert of_status(status) == kind


def test_a_report_is_read() -> None:
    report = read(dsn(ONE))
    assert (report.kind, report.status) == (Kind.HARD, "5.1.1")
    assert report.diagnostic == "550 5.1.1 <address>: Recipient address rejected: User unknown"
    assert report.tokens == (TOKEN,)
    assert report.message_ids == (f"{TOKEN}@elmford.example",)
    assert report.addresses == {"reader0@loft.example"}
    assert report.has_null_sender


def test_a_status_that_says_nothing_is_read_from_what_the_server_said() -> None:
    full = read(dsn(ONE, status="5.0.0", diagnostic="smtp; 552 5.2.2 The mailbox is full"))
    assert (full.kind, full.status) == (Kind.SOFT, "5.2.2")


def test_a_mail_that_is_still_on_its_way_is_delayed() -> None:
    assert read(dsn(ONE, action="delayed", status="4.4.1")).kind == Kind.DELAYED


def test_a_mail_that_arrived_is_no_bounce() -> None:
    assert read(dsn(ONE, action="relayed", status="2.0.0")).kind == Kind.AUTOMATIC


def test_an_address_of_several_people_some_of_whom_got_it_is_not_dead() -> None:
    after = b"\n--B\nContent-Type: message/rfc822"
    eva = b"\nFinal-Recipient: rfc822; eva@loft.example\nAction: delivered\nStatus: 2.0.0\n"
    report = read(dsn(ONE).replace(after, eva + after))
    assert report.kind == Kind.SOFT


def test_a_bounce_in_words_is_read() -> None:
    report = read(qmail(ONE))
    assert report.kind == Kind.HARD
    assert report.tokens[0] == TOKEN


def test_a_complaint_is_read_and_praise_is_not_one() -> None:
    report = read(complaint(ONE))
    assert (report.kind, report.message_ids) == (Kind.COMPLAINT, (f"{TOKEN}@elmford.example",))
    assert report.diagnostic == "abuse: SomeGenerator/1.0"
    assert read(complaint(ONE, feedback="not-spam")).kind == Kind.AUTOMATIC


def test_who_is_away_has_not_bounced_whatever_the_words() -> None:
    assert read(absent(ONE)).kind == Kind.AUTOMATIC


def test_what_a_person_writes_is_a_reply() -> None:
    report = read(reply("news@elmford.example"))
    assert (report.kind, report.sender, report.has_null_sender) == (Kind.REPLY, "jan@reader.example", False)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 20_000,
        b"From: mailer-daemon@x\n\n" + b"a\n" * 500_000,
        b"From: mailer-daemon@x\n\n" + b"<" * 5_000_000,
        b"From: mailer-daemon@x\nSubject: " + b"=?utf-8?q?" * 100_000,
        b"To: " + b"(" * 200_000 + b"\n\n",
        dsn(ONE).replace(b"5.1.1", b"5.1.1" * 10_000),
        dsn(ONE).replace(b"message/delivery-status", b"message/delivery-status; charset=\xff\xfe"),
    ],
    ids=["nothing", "zeros", "nested", "lines", "one line", "words", "comments", "status", "bytes"],
)  # fmt: skip
def test_hostile_messages_are_read_within_a_second(raw: bytes) -> None:
    begun = time.perf_counter()
    report = read(raw)
    assert time.perf_counter() - begun < 1
    assert len(report.diagnostic) <= 400
    assert len(report.status) <= 12


@given(st.binary(max_size=2_000), st.integers(0, 1_500))
def test_no_bytes_in_a_report_make_reading_fail(noise: bytes, at: int) -> None:
    raw = dsn(ONE)
    read(noise)
    read(raw[:at] + noise + raw[at + len(noise) :])


@pytest.mark.parametrize(
    ("address", "token"),
    [
        (f"news+{TOKEN}@elmford.example", TOKEN),
        (f"<NEWS+{TOKEN.upper()}@elmford.example>", TOKEN),
        (f"{TOKEN}@bounces.elmford.example", TOKEN),
        (f"bounce-{TOKEN}@elmford.example", TOKEN),
        (f"news1{TOKEN}@elmford.example", ""),
        (f"news+{TOKEN}0@elmford.example", ""),
        ("news@elmford.example", ""),
        ("", ""),
    ],
)
def test_the_mark_of_a_delivery_is_found_in_an_address(address: str, token: str) -> None:
    assert token_of(address) == token


def test_places_are_read() -> None:
    assert read_pattern("bounces+*@example.org") == ("bounces+", "@example.org")
    assert read_pattern("*@bounces.example.org") == ("", "@bounces.example.org")
    assert read_listener("127.0.0.1:8024") == Listener(host="127.0.0.1", port=8024)
    assert read_listener("[::1]:8024").host == "::1"
    assert read_listener("unix:/run/x").path == "/run/x"
    box = read_mailbox("imaps://news%40example.org:p%2Fw@imap.example.org/Bounces?done=Old")
    assert (box.user, box.password, box.folder, box.done) == ("news@example.org", "p/w", "Bounces", "Old")
    assert (box.place, box.security) == ("imap.example.org:993", "implicit")
    assert "p/w" not in repr(box)


@pytest.mark.parametrize("text", ["b@example.org", "b*@example.org", "b+*x@example.org", "*@x", "+*"])
def test_a_pattern_without_a_place_for_the_mark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="star right before the @"):
        read_pattern(text)


@pytest.mark.parametrize("text", ["0.0.0.0:24", "mail.example.org:24", "127.0.0.1", "127.0.0.1:0"])
def test_lmtp_is_spoken_on_this_machine_alone(text: str) -> None:
    with pytest.raises(ValueError, match="whoever reaches it is"):
        read_listener(text)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("imap://u:p@imap.example.org/?tls=none", "in the clear"),
        ("imaps://imap.example.org/", "Use imaps"),
        ("imaps://u:p@imap.example.org/?port=1", "Use imaps"),
        ('imaps://u:p@imap.example.org/a"b', "ASCII letters"),
        ("imaps://u:p@imap.example.org:x/", "Use imaps"),
    ],
)
def test_a_mailbox_that_cannot_be_used_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_mailbox(url)
