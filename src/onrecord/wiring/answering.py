# SPDX-License-Identifier: Apache-2.0
"""What follows a comment: its thread is baked again, who is answered hears of it."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.conversation import actions as conversation
from onrecord.conversation.events import Submitted
from onrecord.conversation.models.comments import State as CommentState
from onrecord.conversation.pages import threads
from onrecord.conversation.tasks import take_arrivals
from onrecord.journal.models import Entry


def take_arrived() -> None:
    """Kick the task that makes comments of what strangers sent, if anything waits."""
    if conversation.may_take():
        take_arrivals.enqueue()


def is_confirmed(event: Submitted) -> bool:
    """Tell whether a comment counts already. Of one that does not nobody hears; its confirmation tells."""
    return event.state != CommentState.UNCONFIRMED


def bake_shown(entry: Entry) -> None:
    if entry.data["state"] == CommentState.SHOWN:
        conversation.bake_thread_of(entry.data["comment_id"])


def bake_thread(entry: Entry) -> None:
    conversation.bake_thread_of(entry.data["comment_id"])


def bake_threads(entry: Entry) -> None:
    conversation.bake_threads(entry.data["statements"])


def bake_policy(entry: Entry) -> None:
    kind, _slash, pk = entry.subject.partition("/")
    if kind == "statement":
        bakery.bake(threads.keys_of(int(pk)))
    else:
        bakery.bake_all()  # the form is below every statement


def tell_of_answer(entry: Entry) -> None:
    conversation.tell_of_answer(entry.data["comment_id"])
