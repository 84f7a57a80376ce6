# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, datetime
from typing import Any

import pytest

from onrecord.delivery import transports
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.mail.message import Letter, Text, write
from onrecord.delivery.mail.relay import Relay, read_relay
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.sender import Sender
from onrecord.delivery.transports import Outgoing
from onrecord.delivery.transports.smtp import SmtpTransport
from tests.delivery.pigeons import send, states
from tests.delivery.relays import MailServer, serving

mails = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def letter() -> Letter:
    english = Text(
        subject="Water in Elmford is safe – نعم",
        text="Dear ⟦name⟧,\n\nthe water is safe.\n.\nStop: ⟦stop⟧\n",
        html='<p>Dear ⟦name⟧,</p><p>the water is safe.</p><a href="⟦stop⟧">Stop</a>',
        language="en",
        headers={"List-Unsubscribe": "<⟦stop⟧>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    return write(
        sender_name="Town of Elmford",
        sender="news@elmford.example",
        envelope_sender="bounce+⟦token⟧@elmford.example",
        texts={"en": english},
        at=AT,
    )


def readers(count: int, name: str = "Zoë <Reader> & Co") -> list[Recipient]:
    return [
        Recipient(
            f"subscription/{number}",
            f"reader{number}@loft.example",
            "loft.example",
            {
                "variant": "en",
                "fields": {
                    "name": name,
                    "stop": f"https://news.elmford.example/f/{'x' * 80}={number}",
                    "token": f"t{number}",
                },
            },
        )
        for number in range(count)
    ]


def mail(server: MailServer, count: int, **relay: Any) -> Distribution:
    """Freeze a letter for some readers and carry it to a mail server."""
    distribution = send(readers(count), transport="smtp", body=letter().to_json())

    async def carry() -> None:
        async with serving(server):
            where = Relay("127.0.0.1", server.port, security="none", **{"connections": 1, **relay})
            transports.register(SmtpTransport(where, "news.elmford.example"))
            try:
                await Sender("sender 1").run(until_idle=True)
            finally:
                transports.forget("smtp")

    asyncio.run(carry())
    return distribution


def test_a_letter_is_filled_in_for_each_reader_and_reads_as_it_was_written() -> None:
    (reader,) = readers(1)
    outgoing = Outgoing(1, 1, reader.address, "loft.example", "1.ab@elmford.example", dict(reader.data), 1)
    envelope = Letter.from_json(letter().to_json()).envelope(outgoing)
    read = email.message_from_bytes(envelope.message, policy=email.policy.default)

    assert envelope.sender == "bounce+t0@elmford.example"
    assert (read["To"], read["Message-ID"]) == ("reader0@loft.example", "<1.ab@elmford.example>")
    assert read["Subject"] == "Water in Elmford is safe – نعم"
    assert read["List-Unsubscribe"] == f"<https://news.elmford.example/f/{'x' * 80}=0>"
    text, page = read.iter_parts()
    plain = text.get_content().replace("\r\n", "\n")
    assert plain.startswith("Dear Zoë <Reader> & Co,\n\nthe water is safe.\n.\nStop: https://")
    assert "Dear Zoë &lt;Reader&gt; &amp; Co," in page.get_content()
    body = envelope.message.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert b"\n" not in envelope.message.replace(b"\r\n", b"")


def test_what_cannot_stand_in_a_header_or_an_envelope_is_refused() -> None:
    data = dict(readers(1)[0].data)
    data["fields"] = {**data["fields"], "stop": "https://x\r\nBcc: everybody@example.org"}
    outgoing = Outgoing(1, 1, "reader0@loft.example", "loft.example", "1@x", data, 1)
    with pytest.raises(ValueError, match="cannot stand in a header"):
        letter().envelope(outgoing)
    with pytest.raises(ValueError, match="is no mail address"):
        Envelope("news@elmford.example", "a@b.example>\r\nDATA", b"")


@mails
def test_every_reader_gets_one_mail_and_each_costs_one_round_trip() -> None:
    server = MailServer()
    distribution = mail(server, 20)

    assert states(distribution) == {"accepted": 20}
    assert sorted(to for _, to, _ in server.taken) == sorted(f"reader{n}@loft.example" for n in range(20))
    assert {sender for sender, _, _ in server.taken} == {f"bounce+t{n}@elmford.example" for n in range(20)}
    assert server.reads <= 20 + 6


@mails
def test_a_relay_without_pipelining_is_asked_one_thing_at_a_time() -> None:
    server = MailServer(extensions=("8BITMIME",))
    assert states(mail(server, 5)) == {"accepted": 5}
    assert server.reads > 5 * 3


@mails
def test_a_refused_reader_does_not_spoil_the_mail_of_the_next() -> None:
    server = MailServer(
        answers={"RCPT TO:<reader1@": "550 5.1.1 no such reader", "RCPT TO:<reader3@": "450 later"}
    )
    distribution = mail(server, 6)

    assert states(distribution) == {"accepted": 4, "failed": 1, "deferred": 1}
    assert Delivery.objects.get(state="failed").reply == "550 5.1.1 no such reader"
    assert "RSET" in server.commands
    assert len(server.taken) == 4


@mails
@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "body"])
def test_a_relay_that_hangs_up_loses_nobody(moment: str) -> None:
    distribution = mail(MailServer(close_at=moment), 3)

    assert states(distribution) == {"deferred": 3}
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert set(Delivery.objects.values_list("reply", flat=True)) == {"The mail server hung up."}


@mails
def test_a_relay_that_says_421_is_left_alone() -> None:
    distribution = mail(MailServer(answers={"MAIL": "421 shutting down"}), 3)
    assert states(distribution) == {"deferred": 3}


def test_the_address_of_a_relay_says_how_it_is_reached_and_errors_say_how_to_write_it() -> None:
    relay = read_relay("smtp://news%40elmford.example:s3cret@mail.example?connections=4")
    assert (relay.host, relay.port, relay.user, relay.security) == (
        "mail.example",
        587,
        "news@elmford.example",
        "starttls",
    )
    assert "s3cret" not in repr(relay)
    for wrong, told in (
        ("mail.example", "Use smtp://"),
        ("smtp://a:b@mail.example?tls=none", "travel in the clear"),
        ("smtp://mail.example?connections=many", "number from 1 to 100"),
        ("smtp://mail.example?colour=red", "Use smtp://"),
    ):
        with pytest.raises(ValueError, match=told):
            read_relay(wrong)
