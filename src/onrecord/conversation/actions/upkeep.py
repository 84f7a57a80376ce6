# SPDX-License-Identifier: Apache-2.0
"""What the clock forgets: what nobody confirmed, and evidence that nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from onrecord.conversation import events, keeping
from onrecord.conversation.actions.authors import forget_address
from onrecord.conversation.models import Comment, Commenter, CommentVersion, Source, State
from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK

UNCONFIRMED_FOR = timedelta(days=7)
_AT_ONCE = 500


def forget_unconfirmed() -> int:
    """Delete comments that nobody confirmed for seven days, and who is left without any; return how many."""
    old = Comment.objects.filter(
        state=State.UNCONFIRMED, source=Source.FORM, created_at__lt=timezone.now() - UNCONFIRMED_FOR
    )
    with transaction.atomic():
        # Locked, so that none is confirmed after this look; who is being confirmed now is not waited for.
        unlocked = old.select_for_update(skip_locked=True).order_by("id")
        rows = list(unlocked.values_list("pk", "commenter")[:_AT_ONCE])
        Comment.objects.filter(pk__in=[pk for pk, _commenter in rows]).delete()
        for commenter in _without_comments({commenter for _pk, commenter in rows}):
            _forget(commenter)
        if rows:
            journal.write(events.Forgotten(subject="conversation", comments=len(rows)), by=CLOCK)
    return len(rows)


def forget_evidence() -> int:
    """Delete texts of withdrawn and erased comments that no case needs any more; return how many comments."""
    kept = CommentVersion.objects.filter(comment=OuterRef("pk"))
    ended = Comment.objects.filter(Exists(kept), ended_at__isnull=False).order_by("ended_at")
    free = [row for row in ended.select_related("commenter")[:_AT_ONCE] if not keeping.reasons(row.pk)]
    for row in free:
        with transaction.atomic():
            row.versions.all().delete()
            others = CommentVersion.objects.filter(comment__commenter=row.commenter_id)
            if row.commenter.erased_at is not None and not others.exists():
                Commenter.objects.filter(pk=row.commenter_id).update(key=None)
            journal.write(events.Forgotten(subject="conversation", comments=1), by=CLOCK)
    return len(free)


def _without_comments(pks: set[int]) -> list[Commenter]:
    theirs = Comment.objects.filter(commenter=OuterRef("pk"))
    rows = Commenter.objects.filter(~Exists(theirs), pk__in=pks, confirmed_at=None)
    return list(rows.select_related("contact").order_by("pk"))


def _forget(commenter: Commenter) -> None:
    contact, key = commenter.contact, f"commenter/{commenter.pk}"
    commenter.delete()
    if contact is not None:
        forget_address(contact, key)
