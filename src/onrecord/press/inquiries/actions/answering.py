# SPDX-License-Identifier: Apache-2.0
"""The answer goes out, or there is none; what is kept of it for colleagues and for the public."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail.rich_text import RichText

from onrecord.delivery import mail
from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.errors import NoRelay
from onrecord.press.inquiries import events, searching, sending
from onrecord.press.inquiries.actions.working import needs_sign_off
from onrecord.press.inquiries.errors import BadInquiry, NotSignedOff, WrongState
from onrecord.press.models import (
    Inquiry,
    InquiryMessage,
    InquiryState,
    MessageKind,
    Outcome,
    Terms,
)
from onrecord.press.models.inquiries import IN_HAND
from onrecord.statements import actions as statements
from onrecord.statements.models import Kind, Statement

LONGEST_REASON = 2000


@transaction.atomic
def send_answer(inquiry: Inquiry, *, seen: int, by: User) -> InquiryMessage:
    """Mail the draft to whoever asked. `seen` is the number of the draft that was read last.

    Raises NotSignedOff if a second person is missing, NoRelay, BadInquiry without draft or address,
    WrongState if it was answered or closed meanwhile or the draft changed, NotAllowed.
    """
    require(by, Right.WRITE)
    Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    inquiry.refresh_from_db()
    text, deadline, now = inquiry.draft, inquiry.deadline_at, timezone.now()
    first = inquiry.answered_at is None
    if inquiry.state not in IN_HAND or inquiry.draft_number != seen:
        raise WrongState(
            _("The draft or the state of this inquiry has changed meanwhile. Read it again, then send.")
        )
    _check_answer(inquiry)
    Inquiry.objects.filter(pk=inquiry.pk).update(
        state=InquiryState.ANSWERED,
        answered_at=inquiry.answered_at or now,
        owner=inquiry.owner or by,
        draft="",
        signed_off_by=None,
        signed_number=None,
    )
    inquiry.refresh_from_db()
    message = InquiryMessage.objects.create(
        inquiry=inquiry, kind=MessageKind.ANSWER, author=by, text=text, at=now
    )
    inquiry.writers.clear()
    sending.send_answer(inquiry, message, by=by)
    searching.index(inquiry)
    event = events.InquiryAnswered(
        subject=inquiry.subject, first=first, in_time=deadline is None or now <= deadline
    )
    journal.write(event, by=by.as_actor())
    return message


@transaction.atomic
def close(inquiry: Inquiry, outcome: Outcome, *, reason: str = "", by: User) -> Inquiry:
    """Close an inquiry: answered, declined with a reason that is mailed, no answer in time, or none at all.

    Raises BadInquiry for a refusal without reason, WrongState for one that is closed, NotAllowed.
    """
    require(by, Right.WRITE)
    reason = reason.strip()[:LONGEST_REASON]
    if outcome == Outcome.DECLINED and not reason:
        raise BadInquiry("reason", _("Say why. The journalist is told."))
    if outcome == Outcome.ANSWERED and inquiry.answered_at is None:
        raise WrongState(_("No answer was sent. Send one, or say what else came of it."))
    open_ones = Inquiry.objects.filter(pk=inquiry.pk).exclude(state=InquiryState.CLOSED)
    won = open_ones.update(
        state=InquiryState.CLOSED, outcome=outcome, outcome_reason=reason, closed_at=timezone.now()
    )
    inquiry.refresh_from_db()
    if not won:
        raise WrongState(_("This inquiry is closed already."))
    if outcome == Outcome.DECLINED:
        sending.send_closing(inquiry, by=by)
    journal.write(events.InquiryClosed(subject=inquiry.subject, outcome=outcome), by=by.as_actor())
    return inquiry


@transaction.atomic
def reopen(inquiry: Inquiry, *, by: User) -> Inquiry:
    """Go on with an inquiry that was answered or closed; whoever reopens it has it. Raises WrongState."""
    require(by, Right.WRITE)
    over = Inquiry.objects.filter(
        pk=inquiry.pk, state__in=[InquiryState.ANSWERED, InquiryState.CLOSED], reduced_at=None
    )
    won = over.update(state=InquiryState.TAKEN, owner=by, closed_at=None, outcome="", outcome_reason="")
    inquiry.refresh_from_db()
    if not won:
        raise WrongState(_("This inquiry is not closed, or what was said in it is forgotten."))
    journal.write(events.InquiryReopened(subject=inquiry.subject), by=by.as_actor())
    return inquiry


@transaction.atomic
def mark_answer(message: InquiryMessage, *, reusable: bool, by: User) -> InquiryMessage:
    """Mark an answer as one that colleagues may use again, or no longer. Raises BadInquiry, NotAllowed."""
    require(by, Right.WRITE)
    if message.kind != MessageKind.ANSWER:
        raise BadInquiry("message", _("Only answers can be used again."))
    InquiryMessage.objects.filter(pk=message.pk).update(reusable=reusable)
    message.refresh_from_db()
    searching.index(message.inquiry)
    event = events.AnswerMarked(subject=message.inquiry.subject, reusable=reusable)
    journal.write(event, by=by.as_actor())
    return message


@transaction.atomic
def publish_answer(inquiry: Inquiry, *, by: User) -> Statement:
    """Begin a statement of question and answer, without whoever asked. It takes the ordinary way to approval.

    Raises WrongState without an answer, for what is off the record, or if it was begun before; NotAllowed.
    """
    require(by, Right.WRITE)
    row = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    answer = row.messages.filter(kind=MessageKind.ANSWER).order_by("-pk").first()
    if answer is None:
        raise WrongState(_("No answer was sent yet, so there is nothing to publish."))
    if row.terms == Terms.OFF_RECORD:
        raise WrongState(_("This was said off the record. Write a statement of its own."))
    if row.published_as_id is not None:
        raise WrongState(_("A statement was begun from this answer already."))
    question = row.messages.filter(kind=MessageKind.ASKED).order_by("pk").first()
    statement = statements.save_draft(_statement(row, question.text if question else "", answer.text), by=by)
    Inquiry.objects.filter(pk=row.pk).update(published_as=statement)
    inquiry.refresh_from_db()
    event = events.AnswerPublishing(subject=row.subject, statement=statement.pk)
    journal.write(event, by=by.as_actor())
    return statement


def without_person(text: str, inquiry: Inquiry) -> str:
    """Return what was asked without lines that name whoever asked, their outlet, address or number."""
    marks = [
        mark.casefold() for mark in (inquiry.name, inquiry.address, inquiry.phone, inquiry.outlet) if mark
    ]
    marks += [part for part in inquiry.name.casefold().split() if len(part) > 3]
    kept = [line for line in text.splitlines() if not any(mark in line.casefold() for mark in marks)]
    return "\n".join(kept).strip()


def _check_answer(inquiry: Inquiry) -> None:
    if not inquiry.draft:
        raise BadInquiry("draft", _("There is no draft yet. Write one first."))
    if inquiry.contact is None:
        raise BadInquiry("draft", _("There is no address. Answer by telephone, then close the inquiry."))
    if needs_sign_off(inquiry) and not inquiry.is_signed_off:
        raise NotSignedOff(_("A second person has to sign off this answer before it is sent."))
    if mail.relay() is None:
        raise NoRelay(_("No mail relay is set, so nothing can be mailed."))


def _statement(inquiry: Inquiry, asked: str, answered: str) -> Statement:
    question = without_person(asked, inquiry)
    with translation.override(inquiry.language):
        headings = _("Question"), _("Answer")
    first = re.split(r"(?<=[.?!؟。])\s", " ".join(question.split()) or headings[0], maxsplit=1)[0]
    locale, _created = Locale.objects.get_or_create(language_code=inquiry.language)
    return Statement(
        kind=Kind.Q_AND_A,
        title=_shortened(first, 190),
        summary=_shortened(" ".join(answered.split()), 590),
        body=[
            ("heading", {"text": headings[0], "level": "2"}),
            *_as_paragraphs(question),
            ("heading", {"text": headings[1], "level": "2"}),
            *_as_paragraphs(answered),
        ],
        locale=locale,
    )


def _as_paragraphs(text: str) -> list[tuple[str, RichText]]:
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    return [("paragraph", RichText(f"<p>{escape(part)}</p>")) for part in parts if part]


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(",;:") + " …"
