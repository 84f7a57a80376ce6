# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from onrecord.conversation.models.comments import Comment
from onrecord.statements.models import Publication


class Arrival(models.Model):
    """What a stranger's form held, checked, kept until it is looked at a second later; then it is gone."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    answers = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=320)
    link = models.URLField(max_length=300, blank=True)
    text = models.TextField()
    language = models.CharField(max_length=20)
    crowded = models.BooleanField(default=False)
    wants_replies = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now, help_text="None: given up after an error.")
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False),
                name="conversation_arrival_due",
            ),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"
