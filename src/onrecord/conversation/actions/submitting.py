# SPDX-License-Identifier: Apache-2.0
"""Saying something: a comment comes in, its author confirms, it is shown or waits."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation import events
from onrecord.conversation.actions.appearance import locked, settle
from onrecord.conversation.actions.looking import (
    Circumstances,
    Form,
    Impression,
    Said,
    look_at,
    refuse_closed,
    refuse_missing,
)
from onrecord.conversation.actions.taking import COMMENTER, SAME_WITHIN, first_version, new_comment, take
from onrecord.conversation.errors import Closed, NoRelay, SaidAlready, WrongState
from onrecord.conversation.models import Comment, Commenter, Mode, State
from onrecord.conversation.trust import Level, mode_for, trust_of
from onrecord.delivery import mail
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.models import Contact
from onrecord.statements.models import Publication


def submit(
    publication: Publication,
    said: Said,
    circumstances: Circumstances,
    *,
    answers: Comment | None = None,
    known: Commenter | None = None,
    wants_replies: bool = False,
) -> Comment | None:
    """Take a comment on what a statement says now. `known`: whoever sent it is this commenter.

    From anybody else a mail asks the owner of the address first. Whatever is known of an address, the answer
    to strangers is the same, so None is returned where they said the same before, or too much.
    Raises Closed, BadComment, NoRelay; SaidAlready only to who is known.
    """
    if mail.relay() is None and known is None:
        raise NoRelay(_("This newsroom sends no mail at present, so nobody can comment."))
    refuse_missing(publication, answers)
    refuse_closed(publication, known)
    form = Form(publication, said, circumstances, answers=answers, wants_replies=wants_replies)
    (impression,) = look_at([form])
    return take([impression])[0] if known is None else _keep(impression, known)


@transaction.atomic
def confirm(comment: Comment, *, by: Actor = COMMENTER) -> Comment:
    """Let a comment count: the owner of the address wrote it. One that was confirmed stays as it is.

    Raises Closed if comments were closed meanwhile, WrongState for one that is gone.
    """
    row = locked(comment.pk)
    if row.state in {State.WITHDRAWN, State.ERASED}:
        raise WrongState(_("This comment was withdrawn. Write another one."))
    if row.state != State.UNCONFIRMED:
        return row
    commenter = Commenter.objects.select_for_update().get(pk=row.commenter_id)
    if row.statement_id is None or mode_for(row.statement_id, commenter) == Mode.CLOSED:
        raise Closed(_("Comments have been closed meanwhile."))
    now = timezone.now()
    commenter.name, commenter.link, commenter.mails, commenter.mailed_at = row.name, row.link, 0, None
    commenter.confirmed_at = commenter.confirmed_at or now
    commenter.save(update_fields=["name", "link", "mails", "mailed_at", "confirmed_at"])
    Contact.objects.filter(commenter=commenter, confirmed_at=None).update(confirmed_at=now)
    decide(row, commenter)
    settle(row)
    journal.write(events.Confirmed(subject=row.subject_name, comment_id=row.pk, state=row.state), by=by)
    return row


def decide(comment: Comment, commenter: Commenter) -> None:
    """Let a confirmed comment be shown, or wait, and note why."""
    assert comment.statement_id is not None  # noqa: S101 - there is something to comment on
    mode, trust = mode_for(comment.statement_id, commenter), trust_of(commenter)
    counted = weighed(comment.doubts, trust.level)
    if mode != Mode.AFTER:
        comment.doubts = [*comment.doubts, ["before", ""]]
    elif trust.level == Level.NEW:
        comment.doubts = [*comment.doubts, ["new", ""]]
    may_appear = mode == Mode.AFTER and trust.level > Level.NEW and not counted
    comment.state = State.SHOWN if may_appear else State.HELD


def weighed(found: Sequence[Sequence[str]], level: Level) -> list[Sequence[str]]:
    """Return the doubts that count: those who are trusted may link, and come when many come."""
    return [doubt for doubt in found if level < Level.TRUSTED or doubt[0] not in {"links", "crowded"}]


@transaction.atomic
def _keep(impression: Impression, known: Commenter) -> Comment:
    """Make a comment of what somebody said who is known; it is shown, or waits."""
    said = impression.form.said
    mine = known.comments.filter(
        statement=impression.form.publication.statement_id,
        digest=impression.likeness.digest,
        created_at__gt=timezone.now() - SAME_WITHIN,
    )
    if mine.exclude(state__in=[State.WITHDRAWN, State.ERASED]).exists():
        raise SaidAlready(_("You have said exactly this here already."))
    comment = new_comment(impression, known)
    comment.save()
    first_version(comment, impression).save()
    decide(comment, known)
    known.name, known.link = said.name, said.link
    known.save(update_fields=["name", "link"])
    settle(comment)
    event = events.Submitted(subject=comment.subject_name, comment_id=comment.pk, state=comment.state)
    journal.write(event, by=COMMENTER)
    return comment
