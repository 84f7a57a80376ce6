# SPDX-License-Identifier: Apache-2.0
"""Receipts, answers and reminders as rows of the ledger: at once, ahead of everything in bulk.

Whose form or mail came in gets a receipt even if they want no newsletter; anybody could have entered their
address, so after a complaint or a bounce they get none. An answer was written by a person for a person who
asked: it is tried whatever the address said before, unless a colleague entered it as not to be written to.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.message import Text
from onrecord.delivery.models import Delivery, Distribution, Lane
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import User
from onrecord.press.inquiries import mails
from onrecord.press.models import Inquiry, InquiryMessage, InquiryReceipt
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

TRANSPORT = "smtp"
RECEIPT, ANSWER, REMINDER = "inquiry-receipt", "inquiry-answer", "inquiry-reminder"
"""What such distributions are for."""
PURPOSES = frozenset({RECEIPT, ANSWER, REMINDER})
RECEIPT_DESPITE = ("request",)
ANSWER_DESPITE = ("request", "complaint", "hard_bounce")
BY = Actor(id=None, name="the press desk")


def send_receipt(inquiry: Inquiry, *, answers: str = "") -> bool:
    """Tell whoever asked that it came in, with reference and link; tell whether a mail goes out."""
    if mail.relay() is None:
        return False
    site = Site.current()
    text = mails.receipt(site, inquiry, thread=[answers] if answers else [])
    distribution = _freeze(
        inquiry,
        text,
        object_key=f"inquiry-receipt/{inquiry.pk}",
        purpose=RECEIPT,
        despite=RECEIPT_DESPITE,
        by=BY,
        data={"door": inquiry.door_number},
    )
    InquiryReceipt.objects.create(inquiry=inquiry, distribution=distribution, message_id=_id_of(distribution))
    return True


def send_answer(inquiry: Inquiry, message: InquiryMessage, *, by: User) -> None:
    """Mail an answer into the thread of the inquiry; the message knows how it went out from then on."""
    site = Site.current()
    text = mails.answer(site, inquiry, message.text, signed=str(by), thread=thread_of(inquiry))
    distribution = _freeze(
        inquiry,
        text,
        object_key=f"inquiry-message/{message.pk}",
        purpose=ANSWER,
        despite=ANSWER_DESPITE,
        by=by.as_actor(),
        data={"door": inquiry.door_number},
    )
    InquiryMessage.objects.filter(pk=message.pk).update(
        distribution=distribution, message_id=_id_of(distribution)
    )
    message.refresh_from_db()


def send_closing(inquiry: Inquiry, *, by: User) -> None:
    """Tell whoever asked that there is no answer, and why, if there is a relay."""
    if mail.relay() is None or inquiry.contact is None:
        return
    text = mails.declined(Site.current(), inquiry, thread=thread_of(inquiry))
    distribution = _freeze(
        inquiry,
        text,
        object_key=f"inquiry-closing/{inquiry.pk}/{inquiry.closed_at:%Y%m%dT%H%M%S%f}",
        purpose=ANSWER,
        despite=ANSWER_DESPITE,
        by=by.as_actor(),
        data={"door": inquiry.door_number},
    )
    InquiryReceipt.objects.create(inquiry=inquiry, distribution=distribution, message_id=_id_of(distribution))


def send_reminder(inquiry: Inquiry, people: Iterable[User], hours: int) -> bool:
    """Remind colleagues of a deadline; tell whether there was anybody to remind, and a relay."""
    recipients = [
        Recipient(
            key=f"user/{one.pk}",
            address=one.email,
            destination=one.email.rpartition("@")[2],
            data={"variant": "all"},
        )
        for one in people
    ]
    if not recipients or mail.relay() is None:
        return False
    site = Site.current()
    text = mails.reminder(site, inquiry, hours)
    delivery.freeze(
        transport=TRANSPORT,
        object_key=f"inquiry-reminder/{inquiry.pk}/{hours}",
        version=1,
        purpose=REMINDER,
        label=text.subject,
        body=letter(site, {"all": text}, at=timezone.now()).to_json(),
        recipients=recipients,
        host=mail.own_name(),
        by=CLOCK,
        lane=Lane.TRANSACTIONAL,
    )
    return True


def thread_of(inquiry: Inquiry) -> list[str]:
    """Return the message ids of an inquiry's mails, the oldest first."""
    said = (
        InquiryMessage.objects.filter(inquiry=inquiry).exclude(message_id="").values_list("at", "message_id")
    )
    receipts = InquiryReceipt.objects.filter(inquiry=inquiry).exclude(message_id="")
    told = receipts.values_list("distribution__created_at", "message_id")
    return [message_id for _at, message_id in sorted([*said, *told])]


def deliveries_of(inquiry: Inquiry) -> dict[int, Delivery]:
    """Return what became of the mails of an inquiry, by distribution; details last 90 days."""
    ids = [
        *InquiryMessage.objects.filter(inquiry=inquiry, distribution__isnull=False).values_list(
            "distribution", flat=True
        ),
        *InquiryReceipt.objects.filter(inquiry=inquiry).values_list("distribution", flat=True),
    ]
    return {row.distribution_id: row for row in Delivery.objects.filter(distribution__in=ids)}


def _freeze(
    inquiry: Inquiry,
    text: Text,
    *,
    object_key: str,
    purpose: str,
    despite: tuple[str, ...],
    by: Actor,
    data: dict[str, str],
) -> Distribution:
    return delivery.freeze(
        transport=TRANSPORT,
        object_key=object_key,
        version=1,
        purpose=purpose,
        label=f"{inquiry.reference}: {purpose}",
        body=letter(Site.current(), {"all": text}, at=timezone.now()).to_json(),
        recipients=[
            Recipient(
                key=inquiry.subject,
                address=inquiry.address,
                destination=inquiry.address.rpartition("@")[2],
                data={"variant": "all", **data},
            )
        ],
        host=mail.own_name(),
        by=by,
        lane=Lane.TRANSACTIONAL,
        despite=despite,
    )


def _id_of(distribution: Distribution) -> str:
    return distribution.deliveries.values_list("message_id", flat=True).get()
