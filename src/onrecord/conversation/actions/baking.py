# SPDX-License-Identifier: Apache-2.0
"""Bring threads onto the site: each change once, however many of them wait."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from onrecord.bakery import actions as bakery
from onrecord.conversation.models import Comment, Thread
from onrecord.conversation.pages import threads

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


def bake_behind() -> int:
    """Bake threads whose reactions were lost with their process; return how many. For a chore."""
    behind = Thread.objects.filter(changes__gt=F("baked")).order_by("pk")
    return sum(bake_thread(statement) for statement in behind.values_list("statement", flat=True)[:_AT_ONCE])
