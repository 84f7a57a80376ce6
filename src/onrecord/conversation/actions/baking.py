# SPDX-License-Identifier: Apache-2.0
"""Bring threads onto the site: each change once, however many of them wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.conversation.models import Comment, Policy, Thread
from onrecord.conversation.pages import threads
from onrecord.statements.models import Publication

LATELY = timedelta(hours=3)
"""Longer than the chore takes to come again: pages that do not change are not written."""
_AT_ONCE = 50


def bake_thread_of(comment_id: int) -> bool:
    """Bake the thread of a comment; return whether it was behind. Safe to run twice."""
    statement = Comment.objects.filter(pk=comment_id).values_list("statement", flat=True).first()
    return statement is not None and bake_thread(statement)


def bake_thread(statement_id: int) -> bool:
    """Bake what changed of a thread since it was baked last; return whether anything had.

    Where a hundred comments wait to be baked, the first time bakes them all. Not to be called within a
    transaction.
    """
    thread = Thread.objects.filter(statement=statement_id, changes__gt=F("baked")).first()
    if thread is None:
        return False
    bakery.bake(threads.keys_from(thread))
    # What changed meanwhile is baked by its own reaction, from the lowest place on.
    same = Thread.objects.filter(pk=thread.pk, changes=thread.changes)
    if not same.update(baked=thread.changes, lowest=""):
        Thread.objects.filter(pk=thread.pk, baked__lt=thread.changes).update(baked=thread.changes)
    return True


def bake_threads(statement_ids: Iterable[int]) -> None:
    """Bake several threads, as after somebody was erased."""
    for statement_id in statement_ids:
        bake_thread(statement_id)


def bake_closed() -> int:
    """Take the form from statements that the clock closed lately; return how many. For a chore."""
    policy = Policy.objects.filter(pk=Policy.ONLY).exclude(close_after_days=None).first()
    if policy is None or policy.close_after_days is None:
        return 0
    closed = timezone.now() - timedelta(days=policy.close_after_days)
    rows = Publication.objects.filter(first_released_at__range=(closed - LATELY, closed))
    statements = list(rows.order_by("first_released_at").values_list("statement", flat=True))
    bakery.bake(key for statement in statements for key in threads.keys_of(statement))
    return len(statements)


def bake_behind() -> int:
    """Bake threads whose reactions were lost with their process; return how many. For a chore."""
    behind = Thread.objects.filter(changes__gt=F("baked")).order_by("pk")
    return sum(bake_thread(statement) for statement in behind.values_list("statement", flat=True)[:_AT_ONCE])
