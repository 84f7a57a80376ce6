# SPDX-License-Identifier: Apache-2.0
"""Four eyes: who may say that a text is ready, and for exactly which text."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.prepared import PreparedObjects
from onrecord.statements import events
from onrecord.statements.errors import Incomplete, OwnStatement, TextChanged, WrongState
from onrecord.statements.formats.body import freeze_body
from onrecord.statements.formats.edition import freeze_text, text_digest
from onrecord.statements.models import (
    AFTER_SUBMISSION,
    Change,
    Edition,
    Progress,
    Spokesperson,
    State,
    Statement,
    Topic,
)

MAY_BE_SUBMITTED = frozenset({State.DRAFT, State.CHANGES_REQUESTED})
FIRST_YEAR = 1000
"""Of a date line: the year becomes part of the address for good, and an address has four digits there."""


def submit(statement: Statement, *, by: User, change: str = "", change_note: str = "") -> Progress:
    """Hand a text to the editors; from the second edition on with the kind of change and what changed."""
    require(by, Right.WRITE)
    digest = freeze_text(statement).digest
    with transaction.atomic():
        progress = locked_progress(statement)
        expect(progress, MAY_BE_SUBMITTED, _("submitted"))
        check_unlocked(statement, by)
        check_complete(statement)
        set_change(progress, statement, change=change, change_note=change_note)
        _forget_withdrawal(progress)
        return _hand_in(progress, by=by, digest=digest)


@transaction.atomic
def propose_withdrawal(statement: Statement, *, by: User, reason: str) -> Progress:
    """Propose to say that a published statement no longer stands; it takes the approval of any edition."""
    require(by, Right.WRITE)
    progress = locked_progress(statement)
    newest = newest_edition(statement)
    if newest is None or newest.op == "withdraw":
        raise WrongState(_("“%s” is not published, so there is nothing to withdraw.") % statement.title)
    if progress.state in AFTER_SUBMISSION:
        raise WrongState(
            _("A new edition of “%s” is on its way. Take it back before you propose a withdrawal.")
            % statement.title
        )
    if not reason.strip():
        raise Incomplete("reason", _("A withdrawal needs a reason: it stays on the page for good."))
    progress.withdrawing, progress.withdrawal_reason = True, reason.strip()
    progress.change = progress.change_note = ""
    progress.writers.add(by)
    journal.write(
        events.WithdrawalProposed(subject=statement.subject, reason=reason.strip()), by=by.as_actor()
    )
    return _hand_in(progress, by=by, digest=text_digest(newest.data))


@transaction.atomic
def request_changes(statement: Statement, *, by: User, request: str) -> Progress:
    """Send a submitted text back to its writers with what should change.

    The reason of a proposed withdrawal is kept, for whoever proposes it again.
    """
    require(by, Right.APPROVE)
    progress = locked_progress(statement)
    expect(progress, {State.SUBMITTED}, _("sent back"))
    if not request.strip():
        raise Incomplete("request", _("Say what should change, so that the writers can do it."))
    progress.start_over()
    progress.state, progress.request = State.CHANGES_REQUESTED, request.strip()
    progress.withdrawing = False
    progress.save()
    journal.write(
        events.ChangesRequested(subject=statement.subject, request=progress.request), by=by.as_actor()
    )
    return progress


def approve(statement: Statement, *, by: User, seen: str = "") -> Progress:
    """Approve exactly the text that was submitted; never one's own, unless nobody else can.

    `seen` is what `as_seen` made of the page on which somebody read it: something else is refused.
    """
    require(by, Right.APPROVE)
    digest = freeze_text(statement).digest
    with transaction.atomic():
        progress = locked_progress(statement)
        expect(progress, {State.SUBMITTED}, _("approved"))
        if not progress.withdrawing and digest != progress.digest:
            raise TextChanged(
                _("“%s” has changed since it was submitted. Ask for it again.") % statement.title
            )
        check_seen(progress, progress.digest, seen)
        check_four_eyes(progress, by)
        progress.state, progress.approved_by, progress.approved_at = State.APPROVED, by, timezone.now()
        progress.save()
        journal.write(
            events.Approved(
                subject=statement.subject, digest=progress.digest, sole_editor=is_writer(progress, by)
            ),
            by=by.as_actor(),
        )
        return progress


@transaction.atomic
def reopen(statement: Statement, *, by: User, reason: str = "") -> Progress:
    """Take a submission, an approval, a date or a withdrawal that was sent back; the text is a draft again.

    A seal is given up in public, for this reason.
    """
    require(by, Right.WRITE)
    progress = locked_progress(statement)
    sent_back = {State.CHANGES_REQUESTED} if progress.withdrawal_reason else set()
    expect(progress, AFTER_SUBMISSION | sent_back, _("taken back"))
    journal.write(events.Reopened(subject=statement.subject, state=progress.state), by=by.as_actor())
    let_go(progress, by=by, reason=reason)
    progress.start_over()
    if progress.withdrawal_reason:
        _forget_withdrawal(progress)
        progress.request = ""
        newest = newest_edition(statement)
        unchanged = newest is not None and not statement.differs_from(newest.data)
        progress.state = State.PUBLISHED if unchanged else State.DRAFT
        progress.save()
    return progress


@transaction.atomic
def review(edition: Edition, *, by: User) -> Edition:
    """Approve, after the fact, what was published before review. Only somebody else can."""
    require(by, Right.APPROVE)
    own = why_not_review(edition, by)
    if own:
        raise OwnStatement(own)
    won = Edition.objects.filter(pk=edition.pk, review_due=True).update(
        review_due=False, reviewed_by=by, reviewed_at=timezone.now()
    )
    if not won:
        raise WrongState(_("This edition does not wait for a review."))
    journal.write(
        events.Reviewed(subject=f"statement/{edition.statement_id}", edition_id=edition.pk),
        by=by.as_actor(),
    )
    edition.refresh_from_db()
    return edition


def why_not_review(edition: Edition, person: User) -> str:
    """Say why somebody may not approve an edition after the fact; nothing if their hand is not in it."""
    if edition.released_by_id == person.pk:
        return _("You published this yourself. Somebody else has to review it.")
    if edition.writers.filter(pk=person.pk).exists():
        return _("You wrote or submitted this yourself. Somebody else has to review it.")
    return ""


def locked_progress(statement: Statement) -> Progress:
    """Return a statement's progress, held until the transaction ends."""
    found = _locked.first(statement.pk)
    if found is None:
        Progress.objects.get_or_create(statement=statement)
        found = Progress.objects.select_for_update().get(statement=statement)
    return found


_locked = PreparedObjects(lambda statement: Progress.objects.select_for_update().filter(statement=statement))


def as_seen(progress: Progress, digest: str) -> str:
    """Return what stands for all that is read before a decision: a text, what it changes, why it goes."""
    reason = progress.withdrawal_reason if progress.withdrawing else ""
    read = (digest, progress.change, progress.change_note, str(progress.withdrawing), reason)
    return hashlib.sha256("\0".join(read).encode()).hexdigest()


def check_seen(progress: Progress, digest: str, seen: str) -> None:
    """Refuse a decision about something else than what was `seen`; empty, if nobody has looked at a page."""
    if seen and seen != as_seen(progress, digest):
        raise not_what_was_read()


def check_not_saved_since(statement: Statement) -> None:
    """Refuse to go on with a text that somebody has saved since it was read; its progress is held."""
    if not Statement.objects.filter(pk=statement.pk, changed_at=statement.changed_at).exists():
        raise not_what_was_read()


def not_what_was_read() -> TextChanged:
    """Return the refusal of a decision about what somebody else has changed meanwhile."""
    return TextChanged(_("Somebody has changed this since you opened the page. Read it again, then decide."))


def expect(progress: Progress, states: frozenset[State] | set[State], done: str) -> None:
    """Refuse a step that does not start where the statement is."""
    if progress.state not in states:
        raise WrongState(
            _("“%(title)s” is “%(state)s”, so it cannot be %(done)s now.")
            % {
                "title": progress.statement.title,
                "state": State(progress.state).label,
                "done": done,
            }
        )


def why_locked(statement: Statement, person: User) -> str:
    """Return why a draft is in nobody's hands but those of whoever locked it at the desk, if it is."""
    lock = Statement.objects.filter(pk=statement.pk, locked=True).exclude(locked_by=person).first()
    if lock is None:
        return ""
    if lock.locked_by is None:
        return _("This text is locked. An editor can unlock it.")
    return _("%(person)s has locked this text. They can unlock it, and so can any editor.") % {
        "person": lock.locked_by
    }


def check_unlocked(statement: Statement, by: User) -> None:
    """Refuse a step with a draft that somebody else has locked: they are still at work on it."""
    reason = why_locked(statement, by)
    if reason:
        raise WrongState(reason)


def newest_edition(statement: Statement) -> Edition | None:
    """Return the newest edition, released or on its way to the site."""
    return _newest.first(statement.pk)


_newest = PreparedObjects(
    lambda statement: Edition.objects.filter(statement=statement).order_by("-number")[:1]
)


def set_change(progress: Progress, statement: Statement, *, change: str, change_note: str) -> None:
    """Note what the next edition changes; the first one changes nothing."""
    if newest_edition(statement) is None:
        progress.change = progress.change_note = ""
        return
    if change not in Change.values:
        raise Incomplete(
            "change",
            _("“%(value)s” is no kind of change. Choose one of: %(all)s.")
            % {"value": change, "all": ", ".join(str(label) for label in Change.labels)},
        )
    if change != Change.MINOR and not change_note.strip():
        raise Incomplete("change_note", _("Say what changed: readers see it beside the new edition."))
    progress.change, progress.change_note = change, change_note.strip()


def check_complete(statement: Statement) -> None:
    """Refuse a text without title, summary or body, or with a block that lacks something compulsory."""
    for name, label in (("title", _("title")), ("summary", _("summary"))):
        if not str(getattr(statement, name)).strip():
            raise Incomplete(
                name,
                _("“%(title)s” has no %(what)s yet.")
                % {"title": statement.title or _("The statement"), "what": label},
            )
    if statement.dated.year < FIRST_YEAR:
        raise Incomplete(
            "dated",
            _("The date line of “%(title)s” is in the year %(year)d. Write the year with four digits.")
            % {"title": statement.title, "year": statement.dated.year},
        )
    if not freeze_body(statement.body).blocks:
        raise Incomplete("body", _("“%s” has no text yet. Add at least one paragraph.") % statement.title)
    try:
        statement.body.stream_block.clean(statement.body)
    except ValidationError:
        raise Incomplete(
            "body",
            _("Something in “%s” is not filled in yet. Open the text and save it to see what.")
            % statement.title,
        ) from None


def is_writer(progress: Progress, person: User) -> bool:
    """Tell whether somebody wrote part of the next edition, submitted it or proposed the withdrawal.

    Of a withdrawal nobody wrote the text: who changed that meanwhile may approve it.
    """
    return person.pk in writers_of(progress)


def writers_of(progress: Progress) -> set[int]:
    """Return the keys of those for whom `is_writer` holds."""
    written = set() if progress.withdrawing else set(progress.writers.values_list("pk", flat=True))
    return written | {progress.submitted_by_id} if progress.submitted_by_id else written


def voided_by(row: models.Model) -> list[Statement]:
    """Return what was submitted or approved before this topic or spokesperson was changed, and names it.

    What is sealed is frozen already, and a withdrawal repeats what was published.
    """
    relation = {Topic: "topics", Spokesperson: "spokespeople"}.get(type(row))
    if relation is None:
        return []
    waiting = Statement.objects.filter(
        progress__state__in=AFTER_SUBMISSION,
        progress__withdrawing=False,
        progress__seal=None,
        **{relation: row.pk},
    )
    rows = waiting.select_related("locale", "progress").order_by("pk")
    return [statement for statement in rows if freeze_text(statement).digest != statement.progress.digest]


def check_four_eyes(progress: Progress, by: User) -> None:
    """Refuse whoever wrote the text, unless the organisation has only one editor."""
    if is_writer(progress, by) and User.objects.who_may(Right.APPROVE).exclude(pk=by.pk).exists():
        raise OwnStatement(
            _("You wrote “%s” yourself. Somebody else has to approve it.") % progress.statement.title
        )


def let_go(progress: Progress, *, by: User, reason: str) -> None:
    """Let the seal go, if there is one, to be given up in public for this reason. The caller saves."""
    if progress.seal is None:
        return
    progress.seal.reason = reason.strip()
    progress.seal.save(update_fields=["reason"])
    progress.seal = None
    progress.save(update_fields=["seal"])
    journal.write(
        events.SealLetGo(subject=progress.statement.subject, reason=reason.strip()), by=by.as_actor()
    )


def _hand_in(progress: Progress, *, by: User, digest: str) -> Progress:
    progress.state, progress.digest, progress.request = State.SUBMITTED, digest, ""
    progress.submitted_by, progress.submitted_at = by, timezone.now()
    progress.save()
    journal.write(events.Submitted(subject=progress.statement.subject, digest=digest), by=by.as_actor())
    return progress


def _forget_withdrawal(progress: Progress) -> None:
    progress.withdrawing, progress.withdrawal_reason = False, ""
