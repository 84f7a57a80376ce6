# SPDX-License-Identifier: Apache-2.0
"""Mail of people: which inquiry it belongs to, or that it is a new one.

An answer belongs to an inquiry by the token in the address that it went to, by a message of ours that it
answers, or by an earlier mail of the same sender; never by its subject. What machines write, bounces and our
own mail never come here or are passed over, so no two machines can answer each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.delivery import mail
from onrecord.delivery.errors import NotYet
from onrecord.delivery.inbound.handlers import Incoming
from onrecord.delivery.models import Delivery
from onrecord.people.models import Organisation
from onrecord.people.strangers import counting
from onrecord.press.inquiries import doors, reading
from onrecord.press.inquiries.actions import receiving
from onrecord.press.inquiries.actions.receiving import Asked
from onrecord.press.inquiries.reading import Received
from onrecord.press.models import (
    Inquiry,
    InquiryKind,
    InquiryMessage,
    InquiryReceipt,
    Journalist,
    MessageKind,
    Origin,
)

MOST_AN_HOUR = 20
"""Mails of one address that are taken in; what is more comes again later."""
MOST_RECEIPTS_A_DAY = 3
"""Receipts that one address gets by itself."""
HOUR, DAY = 3600, 86_400


def take_mail(incoming: Incoming) -> bool:
    """Take a mail to the press mailbox, or in answer to an inquiry; return whether it is one of these.

    Raises NotYet for a sender of too many.
    """
    if not Organisation.objects.exists():
        return False
    received = reading.read(incoming.raw)
    if received is None or _is_ours(received):
        return False
    if _is_here(received):
        return True
    recipients = [*incoming.recipients, *received.recipients]
    proved = _by_token(recipients) or _by_delivery(incoming.answers) or _by_our_mail(received)
    found = proved or _by_their_mail(received)
    if found is not None and found.reduced_at is None:
        _count(received)
        _go_on(found, received, proved=proved is not None)
        return True
    if _is_to_the_press(recipients):
        _count(received)
        _begin(received, answerable=bool(incoming.sender) and received.has_return_path)
        return True
    return False


def _go_on(inquiry: Inquiry, received: Received, *, proved: bool) -> None:
    elsewhere = received.address != inquiry.address
    if proved and not elsewhere and inquiry.confirmed_at is None:
        receiving.confirm(inquiry)  # they got a mail of ours there
    receiving.go_on(
        inquiry,
        _text(received),
        Origin.MAIL,
        message_id=received.message_id,
        from_elsewhere=elsewhere,
        files=received.files,
    )


def _begin(received: Received, *, answerable: bool) -> None:
    known = _is_known(received.address)
    counters = {f"inquiry-receipt/{counting.hidden(received.address)}"}
    receipts = counting.count(counters, 1, seconds=DAY) if answerable else {"": MOST_RECEIPTS_A_DAY + 1}
    receiving.ask(
        Asked(
            kind=InquiryKind.QUESTION,
            text=_text(received),
            address=received.address,
            name=received.name,
            language=_language_of(received.address),
            outlet=_outlet_of(received.address),
            subject_line=received.subject,
            message_id=received.message_id,
            files=received.files,
        ),
        Origin.MAIL,
        held=not known,
        receipt=max(receipts.values()) <= MOST_RECEIPTS_A_DAY,
    )


def _text(received: Received) -> str:
    text = received.text or received.subject or "–"
    if received.left_out:
        with translation.override(Organisation.current().default_language):
            note = _("[Files that are not kept: %(names)s]") % {"names": ", ".join(received.left_out)}
        text = f"{text}\n\n{note}"
    return text


def _count(received: Received) -> None:
    name = f"inquiry-mail/{counting.hidden(received.address)}"
    if counting.counted({name}, seconds=HOUR)[name] >= MOST_AN_HOUR:
        raise NotYet("This address has sent too many mails within an hour. It has to come again later.")
    counting.count({name}, 1, seconds=HOUR)


def _by_token(recipients: Sequence[str]) -> Inquiry | None:
    """Return the inquiry in whose Reply-To the token stands that a mail went to."""
    hashes = [doors.reply_hash(token) for one in recipients[:40] if (token := doors.token_in(one))]
    return Inquiry.objects.filter(reply_hash__in=hashes).select_related("contact").first() if hashes else None


def _by_delivery(answers: Delivery | None) -> Inquiry | None:
    """Return the inquiry that a mail of ours was about: its envelope shows that the sender got it."""
    if answers is None:
        return None
    said = InquiryMessage.objects.filter(distribution=answers.distribution_id).values_list(
        "inquiry", flat=True
    )
    told = InquiryReceipt.objects.filter(distribution=answers.distribution_id).values_list(
        "inquiry", flat=True
    )
    pk = next(iter([*said, *told]), None)
    return Inquiry.objects.select_related("contact").filter(pk=pk).first() if pk else None


def _by_our_mail(received: Received) -> Inquiry | None:
    """Return the inquiry whose answer or receipt a mail answers: ids of ours hold 96 random bits."""
    if not received.answers:
        return None
    ours = InquiryMessage.objects.filter(message_id__in=received.answers, kind=MessageKind.ANSWER)
    said = ours.select_related("inquiry__contact").order_by("-pk").first()
    if said is not None:
        return said.inquiry
    told = InquiryReceipt.objects.filter(message_id__in=received.answers)
    receipt = told.select_related("inquiry__contact").order_by("-pk").first()
    return receipt.inquiry if receipt else None


def _by_their_mail(received: Received) -> Inquiry | None:
    """Return the inquiry that a mail goes on with: others know the id, so the sender has to be the same."""
    if not received.answers:
        return None
    theirs = InquiryMessage.objects.filter(message_id__in=received.answers, kind=MessageKind.ASKED)
    same = theirs.filter(inquiry__contact__address=received.address)
    said = same.select_related("inquiry__contact").order_by("-pk").first()
    return said.inquiry if said else None


def _is_to_the_press(recipients: Sequence[str]) -> bool:
    """Tell whether one of these is the press mailbox, or has something more behind a plus."""
    name, at, domain = str(settings.ENVIRONMENT.press_mailbox).lower().rpartition("@")
    if not at:
        return False
    for address in recipients:
        local, _sign, host = address.strip().strip("<>").lower().rpartition("@")
        if host == domain and (local == name or local.startswith(f"{name}+")):
            return True
    return False


def _is_ours(received: Received) -> bool:
    """Tell whether a mail is from the newsroom itself, perhaps on its way round."""
    own = {mail.sender().lower(), str(settings.ENVIRONMENT.press_mailbox).lower()}
    if received.address in own or doors.token_in(received.address):
        return True
    return bool(received.message_id) and Delivery.objects.filter(message_id=received.message_id).exists()


def _is_here(received: Received) -> bool:
    """Tell whether a mail was taken before: it comes once for each of our addresses that it went to."""
    if not received.message_id:
        return False
    same = InquiryMessage.objects.filter(message_id=received.message_id, kind=MessageKind.ASKED)
    same = same.filter(inquiry__contact__address=received.address)
    return _text(received) in same.values_list("text", flat=True)


def _is_known(address: str) -> bool:
    """Tell whether the sender says to be on the press list, or to have confirmed their address before."""
    if Journalist.objects.filter(contact__address=address).exists():
        return True
    return Inquiry.objects.filter(contact__address=address, confirmed_at__isnull=False).exists()


def _language_of(address: str) -> str:
    organisation = Organisation.current()
    row = Journalist.objects.filter(contact__address=address).first()
    earlier = Inquiry.objects.filter(contact__address=address).order_by("-pk").first()
    spoken = row.language if row else earlier.language if earlier else ""
    return spoken if spoken in organisation.languages else organisation.default_language


def _outlet_of(address: str) -> str:
    row = Journalist.objects.filter(contact__address=address).first()
    role = row.roles.filter(until=None).select_related("outlet").order_by("pk").first() if row else None
    if role is not None:
        return role.outlet.name
    earlier = Inquiry.objects.filter(contact__address=address).exclude(outlet="").order_by("-pk").first()
    return earlier.outlet if earlier else ""
