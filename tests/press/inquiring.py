# SPDX-License-Identifier: Apache-2.0
"""Short ways to inquiries, through the same actions and addresses as everybody."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from django.test import Client
from django.utils import timezone

from onrecord.delivery.inbound.actions import Outcome, take_in
from onrecord.delivery.models import Delivery
from onrecord.people.models import User
from onrecord.press.inquiries import doors
from onrecord.press.inquiries.actions import answering, receiving, working
from onrecord.press.inquiries.actions.receiving import Asked
from onrecord.press.inquiries.views import GUARD
from onrecord.press.models import Inquiry, InquiryMessage, Origin
from tests.followers.readers import message_of, text_of
from tests.people.forms import read_ticket

JAN = "jan@paper.example"
BOX = "press@elmford.example"
QUESTION = "How many wells were tested on Monday, and by whom?"


def asked(**changes: Any) -> Inquiry:
    """Return an inquiry that Jan sent by the form; `hours` are left until the deadline."""
    origin, held = changes.pop("origin", Origin.FORM), changes.pop("held", False)
    hours = changes.pop("hours", 30)
    deadline = timezone.now() + timedelta(hours=hours) if hours is not None else None
    whole: dict[str, Any] = {
        "kind": "question",
        "text": QUESTION,
        "address": JAN,
        "name": "Jan Reporter",
        "language": "en",
        "outlet": "The Elm Post",
        "deadline_at": deadline,
        "deadline_zone": "Europe/Brussels" if deadline else "",
    }
    return receiving.ask(Asked(**{**whole, **changes}), origin, held=held)


def drafted(by: User, text: str = "Forty wells, by the water board.", **changes: Any) -> Inquiry:
    """Return an inquiry that somebody took, with a draft."""
    row = working.take(asked(**changes), by=by)
    return working.save_draft(row, text, seen=row.draft_number, by=by)


def answered(
    by: User, second: User, text: str = "Forty wells, by the water board.", **changes: Any
) -> Inquiry:
    """Return an inquiry whose answer went out, signed off by a second person."""
    row = drafted(by, text, **changes)
    working.ask_sign_off(row, by=by)
    working.sign_off(row, seen=row.draft_number, by=second)
    answering.send_answer(row, seen=row.draft_number, by=by)
    row.refresh_from_db()
    return row


def fields(**changes: str) -> dict[str, str]:
    """Return the form as Jan fills it in, with a ticket that is not used yet."""
    day = timezone.localdate() + timedelta(days=3)
    return {
        "kind": "question",
        "text": QUESTION,
        "name": "Jan Reporter",
        "outlet": "The Elm Post",
        "address": JAN,
        "phone": "+32 2 555 01 02",
        "terms": "on-record",
        "deadline_date": day.isoformat(),
        "deadline_time": "17:30",
        "deadline_zone": "America/New_York",
        "language": "en",
        "website": "",
        "ticket": read_ticket(GUARD),
        **changes,
    }


def send_form(**changes: str) -> Any:
    """Send the form; return the answer."""
    return Client().post("/inquiries/", fields(**changes))


def mails_to(address: str) -> list[EmailMessage]:
    """Return the mails to an address as they would go out, the oldest first."""
    return [message_of(row) for row in Delivery.objects.filter(recipient=address).order_by("pk")]


def link_in(message: EmailMessage) -> str:
    """Return the path of the link that opens the inquiry."""
    found = re.search(r"https://news\.elmford\.example(/inquiries/[\w-]{43}/)", text_of(message))
    assert found is not None, text_of(message)
    return found[1]


def letter(
    text: str = QUESTION,
    *,
    sender: str = JAN,
    name: str = "Jan Reporter",
    to: str = BOX,
    subject: str = "Wells",
    message_id: str = "<one@paper.example>",
    extra: str = "",
) -> bytes:
    """Return a mail as a person writes it; `extra` are further lines of its head."""
    return (
        f"From: {name} <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n{extra}"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def arrives(raw: bytes, *, to: str = BOX, sender: str = JAN) -> Outcome:
    """Let a mail come in over LMTP."""
    return take_in(raw, door="lmtp", recipients=[to], sender=sender)


def only() -> Inquiry:
    """Return the one inquiry there is."""
    return Inquiry.objects.get()


def words_of(row: Inquiry) -> list[tuple[str, str]]:
    """Return what was said: kind and text."""
    return list(InquiryMessage.objects.filter(inquiry=row).order_by("pk").values_list("kind", "text"))


def path_of(row: Inquiry) -> str:
    """Return the path of the page of an inquiry."""
    return doors.path_of(row)
