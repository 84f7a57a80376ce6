# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import asyncio
import email
import email.policy
import re
from collections.abc import Callable
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
from onrecord.delivery.transports import Limits, Outgoing, Result, Settled
from onrecord.delivery.transports.smtp import SmtpTransport
from onrecord.delivery.transports.smtp.client import _dotted
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


def readers(count: int, name: str = "Zoë <Reader> & Co", to: str = "reader") -> list[Recipient]:
    return [
        Recipient(
            f"subscription/{number}",
            f"{to}{number}@loft.example",
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


def mail(server: MailServer, count: int, to: str = "reader", **relay: Any) -> Distribution:
    """Freeze a letter for some readers and carry it to a mail server."""
    distribution = send(readers(count, to=to), transport="smtp", body=letter().to_json())

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


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("Zoë <Reader> & Co", "Dear Zoë <Reader> & Co,"),
        (".hidden", "Dear .hidden,"),
        ("a=b ", "Dear a=b ,"),
        ("", "Dear ,"),
        ("x" * 72 + ".y" * 60, "Dear " + "x" * 72 + ".y" * 60 + ","),
        ("two\r\n.\r\nlines", "Dear two  .  lines,"),
    ],
)
def test_no_name_can_end_a_message_or_change_it_on_the_line(name: str, stays: str) -> None:
    outgoing = Outgoing(
        1, 1, "reader0@loft.example", "loft.example", "1@x", dict(readers(1, name)[0].data), 1
    )
    envelope = letter().envelope(outgoing)
    line = _dotted(envelope)

    assert b"\r\n.\r\n" not in line
    assert not [one for one in line.split(b"\r\n") if one.startswith(b".") and not one.startswith(b"..")]
    assert re.sub(rb"(?m)^\.\.", b".", line) == envelope.message
    assert line == _dotted(Envelope(envelope.sender, envelope.recipient, envelope.message))
    text, _ = email.message_from_bytes(envelope.message, policy=email.policy.default).iter_parts()
    assert text.get_content().startswith(stays)


def test_a_message_of_somebody_elses_making_keeps_its_dots() -> None:
    message = b"Subject: Dots\r\n\r\n.\r\n..two\r\nend."
    line = _dotted(Envelope("news@elmford.example", "ada@elmford.example", message))
    assert line == b"Subject: Dots\r\n\r\n..\r\n...two\r\nend.\r\n"
    assert _dotted(Envelope("news@elmford.example", "ada@elmford.example", b".\r\n")) == b"..\r\n"


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


@mails
def test_what_a_relay_took_before_it_says_421_is_not_sent_again() -> None:
    server = MailServer(answers={"MAIL FROM:<bounce+t1@": "421 4.7.0 too many messages"})
    distribution = mail(server, 3)

    assert states(distribution) == {"accepted": 1, "deferred": 2}
    assert [to for _, to, _ in server.taken] == ["reader0@loft.example"]


@mails
def test_a_reply_is_kept_whatever_it_holds() -> None:
    distribution = mail(MailServer(answers={"RCPT": "550 no\x00such \udcff reader"}), 1)
    assert states(distribution) == {"failed": 1}
    assert Delivery.objects.get().reply.startswith("550 no\N{REPLACEMENT CHARACTER}such")


@mails
def test_a_connection_is_closed_after_a_hundred_messages_and_another_opened() -> None:
    server = MailServer()
    assert states(mail(server, 205)) == {"accepted": 205}
    assert [sum(line.startswith(word) for line in server.commands) for word in ("EHLO", "QUIT")] == [3, 3]


@mails
@pytest.mark.parametrize("extensions", [("8BITMIME", "SMTPUTF8"), ("PIPELINING", "8BITMIME", "SMTPUTF8")])
def test_an_address_in_other_letters_goes_where_the_relay_takes_it(extensions: tuple[str, ...]) -> None:
    server = MailServer(extensions=extensions)
    assert states(mail(server, 2, to="grüße")) == {"accepted": 2}

    assert "MAIL FROM:<bounce+t0@elmford.example> BODY=8BITMIME SMTPUTF8" in server.commands
    assert "To: <grüße0@loft.example>" in server.taken[0][2].decode()


@mails
def test_an_address_in_other_letters_fails_where_it_cannot_go() -> None:
    server = MailServer(extensions=("PIPELINING", "8BITMIME"))
    assert states(mail(server, 2, to="grüße")) == {"failed": 2}
    assert Delivery.objects.values_list("reply", flat=True)[0].startswith("553 The mail server takes no")


def test_nothing_more_can_be_accepted_before_the_last_message_is_in_the_ledger() -> None:
    asyncio.run(_hold_the_ledger_back())


async def _hold_the_ledger_back() -> None:
    server = MailServer()
    waiting = [
        Outgoing(n, 1, reader.address, "loft.example", f"1.{n}@x", dict(reader.data), 1)
        for n, reader in enumerate(readers(3))
    ]
    written: list[asyncio.Future[None]] = []

    async def next_one(*, wait: bool = True) -> Outgoing | None:
        return waiting.pop(0) if waiting else None

    def report(settled: Settled) -> asyncio.Future[None]:
        written.append(asyncio.get_running_loop().create_future())
        return written[-1]

    class Shelf:
        async def of(self, distribution: int) -> dict[str, Any]:
            return letter().to_json()

        async def ask(self, question: Callable[[], Result]) -> Result:
            return question()

    async with serving(server):
        transport = SmtpTransport(Relay("127.0.0.1", server.port, security="none"), "news.elmford.example")
        async with transport.courier(transport.only_route, Shelf()) as courier:
            carrying = asyncio.create_task(courier.carry(next_one, report))
            for taken in (1, 2, 3):
                while len(written) < taken:
                    await asyncio.sleep(0.001)
                # The next one is offered and its body written, all but the line that ends it.
                while taken < 3 and len([line for line in server.commands if line == "DATA"]) <= taken:
                    await asyncio.sleep(0.001)
                await asyncio.sleep(0.02)
                assert len(server.taken) == taken
                written[-1].set_result(None)
            await carrying


def test_what_would_make_a_line_too_long_is_refused() -> None:
    data = dict(readers(1)[0].data)
    data["fields"] = {**data["fields"], "stop": "https://x/" + "y" * 900}
    with pytest.raises(ValueError, match="cannot stand in a header"):
        letter().envelope(Outgoing(1, 1, "reader0@loft.example", "loft.example", "1@x", data, 1))
    with pytest.raises(ValueError, match="The header X-Note is too long"):
        write(
            sender_name="Town",
            sender="news@elmford.example",
            envelope_sender="",
            texts={"en": Text("Water", "", "", "en", {"X-Note": "y" * 1000})},
            at=AT,
        )


def test_the_address_of_a_relay_says_how_it_is_reached_and_errors_say_how_to_write_it() -> None:
    slow = read_relay("smtp://mail.example?rate=840&per_domain=60&warm_up=14")
    assert SmtpTransport(slow, "news.elmford.example").limits == Limits(840, 60, 14)
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
        ("smtp://mail.example?rate=much", "rate is 'much'"),
        ("smtp://mail.example?warm_up=14", "Give rate or per_domain too"),
    ):
        with pytest.raises(ValueError, match=told):
            read_relay(wrong)
