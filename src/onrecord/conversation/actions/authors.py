# SPDX-License-Identifier: Apache-2.0
"""What authors do with what is theirs: edit for a quarter of an hour, withdraw, have all of it erased."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation import classifier, doubts, events, keeping, markup
from onrecord.conversation.actions.appearance import active, locked, settle
from onrecord.conversation.actions.learning import unlearn_in
from onrecord.conversation.actions.submitting import weighed
from onrecord.conversation.actions.taking import COMMENTER
from onrecord.conversation.errors import TooLate, WrongState
from onrecord.conversation.keeping import Keep
from onrecord.conversation.models import Comment, Commenter, CommentVersion, Kind, Mode, State
from onrecord.conversation.models.comments import EDITABLE_FOR
from onrecord.conversation.trust import mode_for, trust_of
from onrecord.delivery import actions as delivery
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor
from onrecord.people.actions.contacts import forget_unneeded
from onrecord.people.models import Contact

MOST_VERSIONS = 20


def why_not_edit(comment: Comment) -> str:
    """Say why a comment can no longer be edited; nothing if it can."""
    if comment.state not in {State.UNCONFIRMED, State.HELD, State.SHOWN}:
        return _("This comment is gone.")
    if comment.freezes.exists():
        return _("Somebody reported this comment, so it cannot be edited any more.")
    if {Kind.HOLD, Kind.SEAL} & {restriction.kind for restriction in active(comment)}:
        return _("A decision concerns this comment, so it cannot be edited any more.")
    if timezone.now() - comment.created_at > EDITABLE_FOR:
        return _("A comment can be edited for a quarter of an hour. Answer it, if something is missing.")
    return ""


@transaction.atomic
def edit(comment: Comment, text: str, *, by: Actor = COMMENTER) -> Comment:
    """Change a comment; what stood there before is kept as a version. The same text changes nothing.

    One with something new that is doubtful waits for a moderator, and where a moderator looks first, any that
    was shown. Raises TooLate, BadComment.
    """
    row = locked(comment.pk)
    if refusal := why_not_edit(row):
        raise TooLate(refusal)
    newest = row.versions.order_by("-number")[0]
    plain = markup.cleaned(text)
    if plain == newest.text:
        return row
    if newest.number >= MOST_VERSIONS:
        raise TooLate(_("This comment was edited too often."))
    now, html = timezone.now(), markup.rendered(plain)
    judged = classifier.judge(f"{row.name} {row.link} {plain}")
    likeness = doubts.likeness_of(plain)
    row.digest, row.shingles = likeness.digest, likeness.shingles
    Comment.objects.filter(pk=row.pk).update(digest="", shingles=None)  # nothing resembles itself
    found = doubts.doubts_about(plain, html, row.name, row.link, judged, likeness=likeness)
    unlearn_in(row)
    CommentVersion.objects.create(comment=row, number=newest.number + 1, text=plain, html=html, at=now)
    row.doubts, row.score = [list(doubt) for doubt in found], judged.score
    if row.state == State.SHOWN:
        row.edited_at = now
        looked_at_first = mode_for(row.statement_id or 0, row.commenter) != Mode.AFTER
        if looked_at_first or weighed(row.doubts, trust_of(row.commenter).level):
            row.state, row.doubts = State.HELD, [*row.doubts, ["edited", ""]]
    settle(row)
    event = events.Edited(
        subject=row.subject_name, comment_id=row.pk, version=newest.number + 1, state=row.state
    )
    journal.write(event, by=by)
    return row


@transaction.atomic
def withdraw(comment: Comment, *, by: Actor = COMMENTER) -> Comment:
    """Take a comment back: its text is deleted, its place stays. One that is gone stays so.

    What an open case needs is kept sealed until nobody needs it any more.
    """
    row = locked(comment.pk)
    if row.state in {State.WITHDRAWN, State.ERASED}:
        return row
    _end(row, State.WITHDRAWN)
    journal.write(events.Withdrawn(subject=row.subject_name, comment_id=row.pk), by=by)
    return row


def kept_of(commenter: Commenter) -> list[Keep]:
    """Return what would stay of somebody after `erase`, and why."""
    found = (keeping.reasons(pk) for pk in commenter.comments.values_list("pk", flat=True))
    return [keep for reasons in found for keep in reasons]


@transaction.atomic
def erase(commenter: Commenter, *, by: Actor = COMMENTER) -> None:
    """Forget somebody: address, name, words, and the key with which anything of theirs could be opened.

    Their comments are marks in their places. What an open case needs stays sealed, and the key with it, until
    nobody needs it any more. Raises WrongState for somebody who was erased before.
    """
    row = Commenter.objects.select_for_update().get(pk=commenter.pk)
    if row.erased_at is not None:
        raise WrongState(_("This person was erased before."))
    comments = list(row.comments.select_for_update().order_by("pk"))
    for comment in comments:
        comment.name = comment.link = comment.digest = (
            ""  # its name elsewhere stays: it is not imported again
        )
        comment.shingles, comment.doubts = None, []
        _end(comment, State.ERASED)
    contact = Contact.objects.filter(commenter=row).first()
    row.name = row.link = row.origin = ""
    row.contact, row.erased_at = None, timezone.now()
    if not CommentVersion.objects.filter(comment__commenter=row).exists():
        row.key = None
    row.save()
    for comment in comments:
        delivery.forget_texts(comment.subject_name, 1, by=by)  # they name who wrote it
    if contact is not None:
        forget_address(contact, f"commenter/{row.pk}")
    statements = sorted({comment.statement_id for comment in comments if comment.statement_id is not None})
    event = events.Erased(subject=f"commenter/{row.pk}", comments=len(comments), statements=statements)
    journal.write(event, by=by)


@transaction.atomic
def disown(comment: Comment, *, by: Actor = COMMENTER) -> None:
    """Delete a comment that was written in somebody's name and that they have not confirmed."""
    row = locked(comment.pk)
    if row.state != State.UNCONFIRMED:
        raise WrongState(_("This comment was confirmed. Withdraw it instead."))
    event = events.Forgotten(subject="conversation", comments=1)
    row.delete()
    journal.write(event, by=by)


@transaction.atomic
def stop_replies(commenter: Commenter, *, by: Actor = COMMENTER) -> None:
    """Send no more mail about answers, whatever comment they are to."""
    now = timezone.now()
    if Commenter.objects.filter(pk=commenter.pk, replies_stopped_at=None).update(replies_stopped_at=now):
        event = events.RepliesStopped(subject=f"commenter/{commenter.pk}", stopped=True)
        journal.write(event, by=by)


@transaction.atomic
def resume_replies(commenter: Commenter, *, by: Actor = COMMENTER) -> None:
    """Send mail about answers again, to those comments for which it was asked."""
    stopped = Commenter.objects.filter(pk=commenter.pk).exclude(replies_stopped_at=None)
    if stopped.update(replies_stopped_at=None):
        event = events.RepliesStopped(subject=f"commenter/{commenter.pk}", stopped=False)
        journal.write(event, by=by)


def forget_browsers(commenter: Commenter) -> None:
    """Let no browser be known as this commenter any more. It changes nothing that anybody else could see."""
    Commenter.objects.filter(pk=commenter.pk).update(remembered=F("remembered") + 1)


def forget_address(contact: Contact, recipient_key: str) -> None:
    """Take a commenter's address out of the ledger; if others have it too, as followers do, theirs stays."""
    gone = forget_unneeded(contact)
    delivery.forget(contact.address, recipient_keys=None if gone else [recipient_key])


def _end(comment: Comment, state: State) -> None:
    unlearn_in(comment)
    comment.state, comment.ended_at = state, comment.ended_at or timezone.now()
    comment.wants_replies = False
    if not keeping.reasons(comment.pk):
        comment.versions.all().delete()
    settle(comment)
