# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from onrecord.conversation.models.comments import Comment


class WordCount(models.Model):
    """In how many unwanted and wanted comments a word stands. The word `*` counts the comments."""

    word = models.CharField(max_length=60, primary_key=True)
    unwanted = models.IntegerField(default=0)
    wanted = models.IntegerField(default=0)
    revision = models.BigIntegerField(default=0, help_text="Grows with each change, to load what is new.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["revision"], name="conversation_words_new")]

    def __str__(self) -> str:
        return f"{self.word}: {self.unwanted} unwanted, {self.wanted} wanted"


class Lesson(models.Model):
    """A comment from which the classifier has learned, and what; so that it can unlearn exactly that."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="lesson")
    unwanted = models.BooleanField()
    version = models.PositiveIntegerField(help_text="Of the comment: the words are in there.")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"comment {self.comment_id}: {'unwanted' if self.unwanted else 'wanted'}"
