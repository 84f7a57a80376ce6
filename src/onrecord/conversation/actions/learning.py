# SPDX-License-Identifier: Apache-2.0
"""What the classifier learns from what people decide, and unlearns when that is reversed or erased."""

from __future__ import annotations

from django.db import transaction

from onrecord.conversation import classifier, events
from onrecord.conversation.actions.appearance import locked
from onrecord.conversation.models import Comment, Lesson
from onrecord.conversation.questions import content_of
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor


@transaction.atomic
def learn(comment: Comment, *, unwanted: bool, by: Actor) -> None:
    """Let the classifier learn that a comment is unwanted, or wanted; what it had learned of it is undone."""
    row = locked(comment.pk)
    if learn_in(row, unwanted=unwanted):
        _tell(row, "unwanted" if unwanted else "wanted", by)


@transaction.atomic
def unlearn(comment: Comment, *, by: Actor) -> None:
    """Let the classifier forget what it learned from a comment, if anything."""
    row = locked(comment.pk)
    if unlearn_in(row):
        _tell(row, "nothing", by)


def learn_in(comment: Comment, *, unwanted: bool) -> bool:
    """Learn within another action, which journals that; return whether anything changed."""
    lesson = Lesson.objects.filter(comment=comment).first()
    if lesson is not None and lesson.unwanted == unwanted:
        return False
    unlearn_in(comment)
    content = content_of(comment)
    classifier.count(_words(comment, content.text), unwanted=int(unwanted), wanted=int(not unwanted))
    Lesson.objects.create(comment=comment, unwanted=unwanted, version=content.number)
    return True


def unlearn_in(comment: Comment) -> bool:
    """Unlearn within another action, which journals that; return whether anything changed."""
    lesson = Lesson.objects.filter(comment=comment).first()
    if lesson is None:
        return False
    text = content_of(comment, lesson.version).text
    classifier.count(_words(comment, text), unwanted=-int(lesson.unwanted), wanted=-int(not lesson.unwanted))
    lesson.delete()
    return True


def _words(comment: Comment, text: str) -> list[str]:
    return classifier.words_of(f"{comment.name} {comment.link} {text}")


def _tell(comment: Comment, as_: str, by: Actor) -> None:
    journal.write(events.Learned(subject=comment.subject_name, comment_id=comment.pk, as_=as_), by=by)
