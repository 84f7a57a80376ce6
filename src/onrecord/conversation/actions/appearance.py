# SPDX-License-Identifier: Apache-2.0
"""What readers see of a comment: worked out anew whenever its state or what restricts it has changed."""

from __future__ import annotations

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from onrecord.conversation import keys
from onrecord.conversation.models import Appearance, Comment, Kind, Restriction, State, Thread
from onrecord.conversation.pages import fragments


def locked(comment_id: int) -> Comment:
    """Return a comment that nobody else changes until the transaction ends."""
    return Comment.objects.select_for_update().get(pk=comment_id)


def active(comment: Comment) -> list[Restriction]:
    """Return what restricts a comment now, the oldest first."""
    now = timezone.now()
    rows = comment.restrictions.filter(Q(until=None) | Q(until__gt=now), lifted_at=None)
    return list(rows.order_by("pk"))


def settle(comment: Comment) -> Comment:
    """Store a locked comment with what follows from it: sealed or open texts, appearance, fragment, thread.

    In the transaction of the change. Safe to repeat.
    """
    now_restricted = active(comment)
    kinds = {restriction.kind for restriction in now_restricted}
    ended = comment.state in {State.WITHDRAWN, State.ERASED}  # what is left then is evidence
    _seal_or_open(comment, sealed=ended or Kind.SEAL in kinds)
    if comment.state == State.SHOWN and not kinds & {Kind.HOLD, Kind.SEAL}:
        appearance = Appearance.READABLE
        comment.shown_at = comment.shown_at or timezone.now()
    else:
        appearance = Appearance.MARK if comment.shown_at else Appearance.ABSENT
    before = (comment.appearance, comment.fragment)
    comment.appearance = appearance
    fragments.write(comment, now_restricted)
    comment.save()
    if before != (comment.appearance, comment.fragment):
        touch(comment)
    return comment


def touch(comment: Comment) -> None:
    """Note that the thread has to be baked."""
    if comment.statement_id is not None:
        lower = When(Q(lowest="") | Q(lowest__gt=comment.path), then=Value(comment.path))
        change = {"changes": F("changes") + 1, "lowest": Case(lower, default=F("lowest"))}
        if not Thread.objects.filter(statement=comment.statement_id).update(**change):
            Thread.objects.get_or_create(statement_id=comment.statement_id)
            Thread.objects.filter(statement=comment.statement_id).update(**change)


def _seal_or_open(comment: Comment, *, sealed: bool) -> None:
    if comment.pk is None:
        return
    wrong = comment.versions.filter(sealed=None) if sealed else comment.versions.exclude(sealed=None)
    for version in wrong.order_by("number"):
        if sealed:
            version.sealed = keys.seal(comment.commenter, version)
            version.text = version.html = ""
        else:
            version.text, version.html = keys.unseal(comment.commenter, version)
            version.sealed = None
        version.save(update_fields=["text", "html", "sealed"])
