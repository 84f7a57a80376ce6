# SPDX-License-Identifier: Apache-2.0
"""Messages as they come back: what mail servers, providers, programs and people write."""

from __future__ import annotations

from onrecord.delivery.models import Delivery, State
from tests.delivery.pigeons import recipients, send

HOST = "elmford.example"


def accepted(count: int = 1, **fields: object) -> list[Delivery]:
    """Return deliveries that a relay took."""
    distribution = send(recipients(count), **fields)  # type: ignore[arg-type]  # as the tests give them
    for row in distribution.deliveries.all():
        token = row.message_id.partition("@")[0]
        Delivery.objects.filter(pk=row.pk).update(state=State.ACCEPTED, message_id=f"{token}@{HOST}")
    return list(distribution.deliveries.order_by("pk"))


def mark_of(delivery: Delivery) -> str:
    """Return the address that a delivery comes back to."""
    return f"news+{delivery.message_id.partition('@')[0]}@{HOST}"


def dsn(
    delivery: Delivery | None = None,
    *,
    to: str = "",
    status: str = "5.1.1",
    action: str = "failed",
    about: str = "reader0@loft.example",
    diagnostic: str = "smtp; 550 5.1.1 <reader0@loft.example>: Recipient address rejected: User unknown",
    original_id: str = "",
) -> bytes:
    """Return a report as Postfix writes it (RFC 3464)."""
    to = to or (mark_of(delivery) if delivery else f"news@{HOST}")
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.loft.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.loft.example.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.loft.example
Arrival-Date: Thu, 26 Nov 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; {about}
Original-Recipient: rfc822;{about}
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--B
Content-Type: message/rfc822

From: news@{HOST}
To: {about}
Message-ID: <{original_id or (delivery.message_id if delivery else "other@elsewhere.example")}>
Subject: Water is safe

Water is safe.

--B--
""".encode()


def complaint(delivery: Delivery, *, feedback: str = "abuse") -> bytes:
    """Return a report as a provider's feedback loop sends it (RFC 5965), without the address."""
    return f"""\
From: <feedback@provider.example>
To: <abuse@{HOST}>
Subject: FW: Water is safe
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B"

--B
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--B
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeGenerator/1.0
Version: 1
Source-IP: 192.0.2.1

--B
Content-Type: message/rfc822
Content-Disposition: inline

Return-Path: <{mark_of(delivery)}>
From: <news@{HOST}>
To: <undisclosed recipient>
Subject: Water is safe
Message-ID: <{delivery.message_id}>

Water is safe.
--B--
""".encode()


def qmail(delivery: Delivery) -> bytes:
    """Return a bounce in words alone, as qmail writes it."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@loft.example
To: {mark_of(delivery)}
Subject: failure notice

Hi. This is the qmail-send program at loft.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<reader0@loft.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <{mark_of(delivery)}>
Message-ID: <{delivery.message_id}>

Water is safe.
""".encode()


def absent(delivery: Delivery) -> bytes:
    """Return what a program answers for somebody who is away."""
    return f"""\
Return-Path: <>
From: Jan <reader0@loft.example>
To: {mark_of(delivery)}
Subject: Automatic reply: Water is safe
Auto-Submitted: auto-replied (vacation)
In-Reply-To: <{delivery.message_id}>

I am away until Monday. For 550 5.1.1 matters ask Eva.
""".encode()


def reply(to: str, *, sender: str = "jan@reader.example") -> bytes:
    """Return what a person writes."""
    return f"""\
Return-Path: <{sender}>
From: Jan <{sender}>
To: {to}
Subject: Re: Water is safe

Is that so?
""".encode()
