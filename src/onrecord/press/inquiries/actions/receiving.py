# SPDX-License-Identifier: Apache-2.0
"""What journalists do: ask, confirm, write again, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.delivery.mail import doors as secrets
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.models import Contact, User
from onrecord.people.roles import Right, require
from onrecord.press.comparing import outlet_key
from onrecord.press.inquiries import doors, events, references, searching, sending
from onrecord.press.inquiries.errors import WrongState
from onrecord.press.inquiries.reading import Attached
from onrecord.press.models import (
    Inquiry,
    InquiryFile,
    InquiryMessage,
    InquiryState,
    MessageKind,
    Origin,
    Outcome,
    Terms,
)
from onrecord.statements.models import Statement

JOURNALIST = Actor(id=None, name="a journalist")
WITHOUT_DEADLINE = timedelta(days=14)
"""Where an inquiry without deadline stands among the others: so long after it came in."""
_TRIES_SHORT, _TRIES = 6, 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks, checked: see `inquiries.entering` and `inquiries.reading`."""

    kind: str
    text: str
    address: str
    name: str
    language: str
    outlet: str = ""
    phone: str = ""
    terms: str = Terms.ON_RECORD
    subject_line: str = ""
    deadline_at: datetime | None = None
    deadline_zone: str = ""
    about: Statement | None = None
    message_id: str = ""
    files: tuple[Attached, ...] = ()


@transaction.atomic
def ask(
    asked: Asked, origin: Origin, *, held: bool = False, confirmed: bool = False, receipt: bool = True
) -> Inquiry:
    """Take in what a journalist asks; a receipt with the link is mailed if there is a relay.

    `held`: until it is confirmed, or somebody takes it all the same, it disturbs nobody. `receipt=False`
    for whoever had several of late.
    """
    row = _stored(asked, origin, held=held, confirmed=confirmed)
    journal.write(
        events.InquiryReceived(subject=row.subject, origin=origin, kind=row.kind, held=held), by=JOURNALIST
    )
    if receipt and row.contact is not None:
        sending.send_receipt(row, answers=asked.message_id)
    return row


@transaction.atomic
def enter(asked: Asked, *, by: User) -> Inquiry:
    """Enter what somebody asked on the telephone; whoever enters it has it. Raises NotAllowed."""
    require(by, Right.WRITE)
    row = _stored(asked, Origin.DESK, held=False, confirmed=False)
    Inquiry.objects.filter(pk=row.pk).update(state=InquiryState.TAKEN, owner=by, taken_at=timezone.now())
    row.refresh_from_db()
    event = events.InquiryReceived(subject=row.subject, origin=Origin.DESK, kind=row.kind, held=False)
    journal.write(event, by=by.as_actor())
    journal.write(events.InquiryTaken(subject=row.subject), by=by.as_actor())
    if row.contact is not None:
        sending.send_receipt(row)
    return row


@transaction.atomic
def confirm(inquiry: Inquiry) -> Inquiry:
    """Note that the address is theirs; one that was held is new from now on. Twice changes nothing."""
    now = timezone.now()
    won = Inquiry.objects.filter(pk=inquiry.pk, confirmed_at=None).update(confirmed_at=now)
    Inquiry.objects.filter(pk=inquiry.pk, state=InquiryState.HELD).update(state=InquiryState.NEW)
    inquiry.refresh_from_db()
    if won:
        journal.write(events.InquiryConfirmed(subject=inquiry.subject), by=JOURNALIST)
    return inquiry


@transaction.atomic
def go_on(
    inquiry: Inquiry,
    text: str,
    origin: Origin,
    *,
    message_id: str = "",
    from_elsewhere: bool = False,
    files: tuple[Attached, ...] = (),
) -> InquiryMessage:
    """Add what a journalist writes; an inquiry that was answered or closed goes on, with whoever had it.

    Raises WrongState for one whose content was removed.
    """
    row = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if row.reduced_at is not None:
        raise WrongState(_("This inquiry was forgotten. Ask anew."))
    message = _said(row, text, origin, message_id, files, from_elsewhere=from_elsewhere)
    journal.write(events.InquiryContinued(subject=row.subject, origin=origin), by=JOURNALIST)
    if row.state in (InquiryState.ANSWERED, InquiryState.CLOSED):
        active = row.owner is not None and row.owner.is_active
        Inquiry.objects.filter(pk=row.pk).update(
            state=InquiryState.TAKEN if active else InquiryState.NEW,
            owner=row.owner if active else None,
            closed_at=None,
            outcome="",
            outcome_reason="",
        )
        journal.write(events.InquiryReopened(subject=row.subject), by=JOURNALIST)
    inquiry.refresh_from_db()
    searching.index(inquiry)
    return message


@transaction.atomic
def withdraw(inquiry: Inquiry) -> Inquiry:
    """Ask for nothing any more. Raises WrongState for one that is closed."""
    won = (
        Inquiry.objects.filter(pk=inquiry.pk)
        .exclude(state=InquiryState.CLOSED)
        .update(state=InquiryState.CLOSED, outcome=Outcome.WITHDRAWN, closed_at=timezone.now())
    )
    inquiry.refresh_from_db()
    if not won:
        raise WrongState(_("This inquiry is closed already."))
    event = events.InquiryClosed(subject=inquiry.subject, outcome=Outcome.WITHDRAWN)
    journal.write(event, by=JOURNALIST)
    return inquiry


def _stored(asked: Asked, origin: Origin, *, held: bool, confirmed: bool) -> Inquiry:
    now, door = timezone.now(), secrets.new_door()
    contact = Contact.objects.get_or_create(address=asked.address)[0] if asked.address else None
    row = Inquiry(
        state=InquiryState.HELD if held else InquiryState.NEW,
        kind=asked.kind,
        terms=asked.terms,
        origin=origin,
        language=asked.language,
        subject_line=asked.subject_line[:300],
        outlet=asked.outlet,
        outlet_key=outlet_key(asked.outlet),
        name=asked.name,
        phone=asked.phone,
        contact=contact,
        about=asked.about,
        deadline_at=asked.deadline_at,
        deadline_zone=asked.deadline_zone,
        order_at=asked.deadline_at or now + WITHOUT_DEADLINE,
        received_at=now,
        confirmed_at=now if confirmed else None,
        door_number=door.number,
        door_hash=door.secret_hash,
        reply_hash=doors.reply_hash(doors.reply_token(door.number)),
    )
    _save_with_reference(row)
    _said(row, asked.text, origin, asked.message_id, asked.files)
    searching.index(row)
    return row


def _save_with_reference(row: Inquiry) -> None:
    for attempt in range(_TRIES):
        row.reference = references.fresh() if attempt < _TRIES_SHORT else references.longer()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return


def _said(
    row: Inquiry,
    text: str,
    origin: Origin,
    message_id: str,
    files: tuple[Attached, ...],
    *,
    from_elsewhere: bool = False,
) -> InquiryMessage:
    message = InquiryMessage.objects.create(
        inquiry=row,
        kind=MessageKind.ASKED,
        origin=origin,
        text=text,
        message_id=message_id,
        from_elsewhere=from_elsewhere,
    )
    InquiryFile.objects.bulk_create(
        InquiryFile(
            message=message,
            name=one.name,
            media_type=one.media_type,
            size=len(one.body),
            sha256=one.sha256,
            body=one.body,
        )
        for one in files
    )
    return message
