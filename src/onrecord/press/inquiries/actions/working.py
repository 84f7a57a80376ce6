# SPDX-License-Identifier: Apache-2.0
"""From taking an inquiry to an answer that may go out. Two at once: one wins, the other is told."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.inquiries import events, searching
from onrecord.press.inquiries.errors import BadInquiry, DraftChanged, OwnDraft, TakenAlready, WrongState
from onrecord.press.models import (
    Inquiry,
    InquiryMessage,
    InquiryPolicy,
    InquiryState,
    MessageKind,
    SignOff,
    Terms,
)
from onrecord.press.models.inquiries import IN_HAND, OPEN
from onrecord.statements.models import Spokesperson

LONGEST_DRAFT = 20_000


@transaction.atomic
def take(inquiry: Inquiry, *, by: User) -> Inquiry:
    """Take an inquiry that nobody has; that lets in one that is held. Raises TakenAlready, NotAllowed."""
    require(by, Right.WRITE)
    free = Inquiry.objects.filter(
        pk=inquiry.pk, owner=None, state__in=[InquiryState.HELD, *OPEN], reduced_at=None
    )
    won = free.update(owner=by, state=InquiryState.TAKEN, taken_at=timezone.now())
    inquiry.refresh_from_db()
    if not won:
        raise TakenAlready(_why_not_taken(inquiry))
    journal.write(events.InquiryTaken(subject=inquiry.subject), by=by.as_actor())
    return inquiry


@transaction.atomic
def hand_over(inquiry: Inquiry, person: User, *, seen_owner: int | None, by: User) -> Inquiry:
    """Give an inquiry to a colleague. `seen_owner` is who had it when it was looked at.

    Raises TakenAlready if somebody else has it by now, BadInquiry for who answers nothing, NotAllowed.
    """
    require(by, Right.WRITE)
    if not person.may(Right.WRITE):
        message = _("%(name)s may not answer inquiries. Choose a press officer or an editor.")
        raise BadInquiry("person", message % {"name": person})
    mine = Inquiry.objects.filter(pk=inquiry.pk, owner=seen_owner).exclude(
        state__in=[InquiryState.CLOSED, InquiryState.HELD]
    )
    won = mine.update(owner=person, taken_at=timezone.now())
    Inquiry.objects.filter(pk=inquiry.pk, state=InquiryState.NEW, owner=person).update(
        state=InquiryState.TAKEN
    )
    inquiry.refresh_from_db()
    if not won:
        raise TakenAlready(_why_not_taken(inquiry))
    event = events.InquiryHandedOver(subject=inquiry.subject, person=person.pk)
    journal.write(event, by=by.as_actor())
    return inquiry


@transaction.atomic
def ask_spokesperson(inquiry: Inquiry, spokesperson: Spokesperson, *, by: User) -> Inquiry:
    """Note that a spokesperson was asked, and that the answer waits. Raises WrongState, NotAllowed."""
    require(by, Right.WRITE)
    _move(inquiry, IN_HAND, by, state=InquiryState.SPOKESPERSON, spokesperson=spokesperson)
    event = events.SpokespersonAsked(subject=inquiry.subject, spokesperson=spokesperson.pk)
    journal.write(event, by=by.as_actor())
    return inquiry


@transaction.atomic
def note(inquiry: Inquiry, text: str, *, by: User) -> InquiryMessage:
    """Leave a note for colleagues. Raises BadInquiry for an empty one, NotAllowed."""
    require(by, Right.WRITE)
    if not text.strip():
        raise BadInquiry("note", _("The note is empty. Write what your colleagues should know."))
    row = InquiryMessage.objects.create(
        inquiry=inquiry, kind=MessageKind.NOTE, author=by, text=text.strip()[:LONGEST_DRAFT]
    )
    searching.index(inquiry)
    journal.write(events.InquiryNoted(subject=inquiry.subject), by=by.as_actor())
    return row


@transaction.atomic
def save_draft(inquiry: Inquiry, text: str, *, seen: int, by: User) -> Inquiry:
    """Change the draft of an answer; a sign-off of an earlier one is void, a spokesperson has answered.

    `seen` is the number of the draft that was changed. Raises DraftChanged if there is a newer one,
    BadInquiry, WrongState, NotAllowed.
    """
    require(by, Right.WRITE)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_DRAFT:
        raise BadInquiry(
            "draft", _("This is too long: at most %(count)d characters.") % {"count": LONGEST_DRAFT}
        )
    if inquiry.draft == text and inquiry.draft_number == seen:
        return inquiry
    _refuse_unless_in_hand(inquiry)
    won = Inquiry.objects.filter(pk=inquiry.pk, state__in=IN_HAND, draft_number=seen).update(
        draft=text, draft_number=F("draft_number") + 1, state=InquiryState.TAKEN
    )
    inquiry.refresh_from_db()
    if not won:
        _refuse_unless_in_hand(inquiry)
        raise DraftChanged(
            _("A colleague has changed the draft meanwhile. Theirs is kept; yours stands above it.")
        )
    inquiry.writers.add(by)
    event = events.AnswerDrafted(subject=inquiry.subject, draft=inquiry.draft_number)
    journal.write(event, by=by.as_actor())
    return inquiry


@transaction.atomic
def ask_sign_off(inquiry: Inquiry, *, by: User) -> Inquiry:
    """Let a draft wait for a second person. Raises BadInquiry for an empty draft, WrongState, NotAllowed."""
    require(by, Right.WRITE)
    if not inquiry.draft:
        raise BadInquiry("draft", _("There is no draft yet. Write one first."))
    _move(inquiry, (InquiryState.TAKEN, InquiryState.SPOKESPERSON), by, state=InquiryState.SIGN_OFF)
    event = events.SignOffAsked(subject=inquiry.subject, draft=inquiry.draft_number)
    journal.write(event, by=by.as_actor())
    return inquiry


@transaction.atomic
def sign_off(inquiry: Inquiry, *, seen: int, by: User) -> Inquiry:
    """Let the draft go out as it is. `seen` is the number of the draft that was read.

    Whoever wrote on it may not, unless nobody else could. Raises OwnDraft, DraftChanged, WrongState,
    NotAllowed.
    """
    require(by, Right.WRITE)
    wrote = inquiry.writers.filter(pk=by.pk).exists()
    alone = not User.objects.who_may(Right.WRITE).exclude(pk=by.pk).exists()
    if wrote and not alone:
        raise OwnDraft(_("You wrote on this draft. A colleague has to sign it off."))
    signed = {"signed_off_by": by, "signed_off_at": timezone.now(), "signed_number": F("draft_number")}
    won = (
        Inquiry.objects.filter(pk=inquiry.pk, state__in=IN_HAND, draft_number=seen)
        .exclude(draft="")
        .update(state=InquiryState.TAKEN, **signed)
    )
    inquiry.refresh_from_db()
    if not won:
        _refuse_unless_in_hand(inquiry)
        raise DraftChanged(_("The draft has changed since you read it. Read it again."))
    event = events.AnswerSignedOff(subject=inquiry.subject, draft=inquiry.draft_number, alone=wrote)
    journal.write(event, by=by.as_actor())
    return inquiry


@transaction.atomic
def send_back(inquiry: Inquiry, text: str, *, by: User) -> Inquiry:
    """Ask for changes of a draft that waits for sign-off, and say which. Raises BadInquiry, WrongState."""
    require(by, Right.WRITE)
    if not text.strip():
        raise BadInquiry("note", _("Say what should be changed."))
    _move(
        inquiry,
        (InquiryState.SIGN_OFF,),
        by,
        state=InquiryState.TAKEN,
        signed_off_by=None,
        signed_number=None,
    )
    InquiryMessage.objects.create(
        inquiry=inquiry, kind=MessageKind.NOTE, author=by, text=text.strip()[:LONGEST_DRAFT]
    )
    event = events.AnswerSentBack(subject=inquiry.subject, draft=inquiry.draft_number)
    journal.write(event, by=by.as_actor())
    return inquiry


def needs_sign_off(inquiry: Inquiry) -> bool:
    """Tell whether an answer to this inquiry needs a second person."""
    rule = InquiryPolicy.current().sign_off
    return rule == SignOff.ALWAYS or (rule == SignOff.ON_RECORD and inquiry.terms == Terms.ON_RECORD)


def _move(inquiry: Inquiry, before: tuple[InquiryState, ...], by: User, **changes: Any) -> None:
    """Change the state if it is still one of these. Raises WrongState."""
    won = Inquiry.objects.filter(pk=inquiry.pk, state__in=before).update(**changes)
    inquiry.refresh_from_db()
    if not won:
        _refuse_unless_in_hand(inquiry)
        message = _("This inquiry is “%(state)s”, so %(person)s cannot do that now.")
        raise WrongState(message % {"state": inquiry.get_state_display(), "person": by})


def _refuse_unless_in_hand(inquiry: Inquiry) -> None:
    if inquiry.state not in IN_HAND:
        message = _("This inquiry is “%(state)s”. Somebody has to take it first.")
        raise WrongState(message % {"state": inquiry.get_state_display()})


def _why_not_taken(inquiry: Inquiry) -> str:
    if inquiry.owner is not None:
        return _("%(name)s has this inquiry already. Ask them to hand it over.") % {"name": inquiry.owner}
    return _("This inquiry is “%(state)s”, so nobody can take it.") % {"state": inquiry.get_state_display()}
