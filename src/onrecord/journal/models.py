# SPDX-License-Identifier: Apache-2.0
"""Two tables without foreign keys: what happened, and what has to follow from it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One thing that happened: written in the transaction of the change itself, never altered."""

    event = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    data = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="journal_entry_subject"),
            models.Index(fields=["event", "id"], name="journal_entry_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class ReactionState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Reaction(models.Model):
    """One thing that must follow an entry: run at least once, safe to run twice."""

    entry_id = models.BigIntegerField()
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default=ReactionState.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry_id", "name"], name="journal_reaction_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="journal_reaction_open",
            ),
            models.Index(fields=["id"], condition=models.Q(state="failed"), name="journal_reaction_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name} after entry {self.entry_id}: {self.state}"
