# SPDX-License-Identifier: Apache-2.0
"""What moderation does to comments and commenters, and undoes.

`approve` is a moderator's own act on what has waited. Everything that takes something from readers or from
an author follows a decision: `restrict` and `lift` carry out its effects, under a reference that is unique
for ever, in the transaction of the decision. Whoever calls them has checked the right to decide.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation import events
from onrecord.conversation.actions.appearance import locked, settle
from onrecord.conversation.actions.learning import learn_in
from onrecord.conversation.errors import WrongState
from onrecord.conversation.models import (
    Comment,
    Commenter,
    CommenterRestriction,
    EditingFreeze,
    Kind,
    Mode,
    Restriction,
    State,
)
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import User
from onrecord.people.roles import Right, require

_AT_ONCE = 100


@transaction.atomic
def approve(comment: Comment, *, by: User) -> Comment:
    """Let a comment be shown that waits, and let the classifier learn from it. One that is shown stays so.

    Raises NotAllowed, and WrongState for one that nobody confirmed or that is gone.
    """
    require(by, Right.MODERATE)
    row = locked(comment.pk)
    if row.state == State.SHOWN:
        return row
    if row.state != State.HELD:
        raise WrongState(
            _("This comment is “%(state)s”. Only one that waits can be approved.")
            % {"state": State(row.state).label}
        )
    row.state = State.SHOWN
    settle(row)
    learn_in(row, unwanted=False)
    journal.write(events.Approved(subject=row.subject_name, comment_id=row.pk), by=by.as_actor())
    return row


@transaction.atomic
def restrict(
    comment: Comment,
    kind: Kind,
    *,
    reference: str,
    label: str = "",
    until: datetime | None = None,
    by: Actor,
) -> Restriction:
    """Carry out an effect of a decision on a comment. The same reference again changes nothing."""
    row = locked(comment.pk)
    found, is_new = Restriction.objects.get_or_create(
        reference=reference, defaults={"comment": row, "kind": kind, "label": label[:300], "until": until}
    )
    if found.comment_id != row.pk or found.kind != kind:
        raise WrongState(f"{reference} restricts comment {found.comment_id} already, as “{found.kind}”.")
    if is_new:
        settle(row)
        event = events.Restricted(subject=row.subject_name, comment_id=row.pk, kind=kind, reference=reference)
        journal.write(event, by=by)
    return found


@transaction.atomic
def lift(reference: str, *, by: Actor) -> Comment | None:
    """Undo the effect of this reference, and that alone: others stay. One that is lifted stays so.

    Returns the comment, to the byte as it was if nothing else restricts it; None without such a reference.
    """
    found = Restriction.objects.filter(reference=reference).first()
    if found is None:
        return None
    row = locked(found.comment_id)
    won = Restriction.objects.filter(pk=found.pk, lifted_at=None).update(lifted_at=timezone.now())
    if won:
        settle(row)
        event = events.Lifted(
            subject=row.subject_name, comment_id=row.pk, kind=found.kind, reference=reference
        )
        journal.write(event, by=by)
    return row


def lift_ended() -> int:
    """Lift what was restricted for a time that is over; return how much. For a chore."""
    now = timezone.now()
    ended = Restriction.objects.filter(lifted_at=None, until__lte=now).order_by("until")
    references = list(ended.values_list("reference", flat=True)[:_AT_ONCE])
    for reference in references:
        lift(reference, by=CLOCK)
    return len(references)


@transaction.atomic
def freeze_editing(comment: Comment, *, reference: str, by: Actor) -> EditingFreeze:
    """Let the author edit a comment no more: somebody reported it. The same reference changes nothing."""
    row = locked(comment.pk)
    found, is_new = EditingFreeze.objects.get_or_create(reference=reference, defaults={"comment": row})
    if is_new:
        event = events.EditingFrozen(subject=row.subject_name, comment_id=row.pk, reference=reference)
        journal.write(event, by=by)
    return found


@transaction.atomic
def restrict_commenter(
    commenter: Commenter, mode: Mode, *, reference: str, until: datetime | None = None, by: Actor
) -> CommenterRestriction:
    """Hold somebody to a stricter mode: BEFORE, their comments are looked at; CLOSED, none are taken."""
    if mode == Mode.AFTER:
        raise WrongState("A commenter can be restricted to “before” or “closed”.")
    found, is_new = CommenterRestriction.objects.get_or_create(
        reference=reference, defaults={"commenter": commenter, "mode": mode, "until": until}
    )
    if found.commenter_id != commenter.pk or found.mode != mode:
        raise WrongState(f"{reference} restricts commenter {found.commenter_id} already, as “{found.mode}”.")
    if is_new:
        event = events.CommenterRestricted(
            subject=f"commenter/{commenter.pk}", mode=mode, reference=reference
        )
        journal.write(event, by=by)
    return found


@transaction.atomic
def lift_commenter(reference: str, *, by: Actor) -> Commenter | None:
    """Undo what this reference holds somebody to. Returns the commenter; None without such a one."""
    found = CommenterRestriction.objects.filter(reference=reference).select_related("commenter").first()
    if found is None:
        return None
    won = CommenterRestriction.objects.filter(pk=found.pk, lifted_at=None).update(lifted_at=timezone.now())
    if won:
        event = events.CommenterLifted(
            subject=f"commenter/{found.commenter_id}", mode=found.mode, reference=reference
        )
        journal.write(event, by=by)
    return found.commenter
