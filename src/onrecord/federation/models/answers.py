# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.federation.models.remote import RemoteActor
from onrecord.statements.models import Publication


class InteractionKind(models.TextChoices):
    LIKE = "like", _("Liked")
    SHARE = "share", _("Shared")
    REPLY = "reply", _("Answered")
    QUOTE = "quote", _("Quoted")


class Interaction(models.Model):
    """What an account elsewhere did with a statement. Whoever did anything is told of corrections."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="interactions")
    kind = models.CharField(max_length=8, choices=InteractionKind.choices)
    by = models.ForeignKey(RemoteActor, on_delete=models.PROTECT, related_name="interactions")
    uri = models.CharField(max_length=500, help_text="Of the activity, or of what replies or quotes.")
    number = models.CharField(max_length=64, blank=True, help_text="Of a quote: part of its stamp's address.")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, help_text="Undone, deleted or revoked.")
    revoked_at = models.DateTimeField(
        null=True, help_text="Of a quote: when its stamp was taken back. It is not given again."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "kind", "uri"], name="federation_interaction_once"),
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="federation_quote_number_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["publication", "kind", "id"],
                condition=models.Q(ended_at=None),
                name="federation_interaction_now",
            ),
            models.Index(fields=["at"], name="federation_interaction_at"),
            models.Index(
                fields=["ended_at"],
                condition=models.Q(ended_at__isnull=False),
                name="federation_interaction_end",
            ),
            models.Index(fields=["id"], condition=models.Q(kind="quote"), name="federation_quotes"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.publication_id}: {self.uri}"


class ReceivedActivity(models.Model):
    """An activity that was taken from whom it says it is from; it is not taken twice.

    Until it is handled it has a time at which that is due; then its words are deleted. Known for a week.
    """

    digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of actor, a zero byte, id.")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(RemoteActor, null=True, on_delete=models.CASCADE, related_name="+")
    document = models.JSONField(null=True, help_text="The activity as it came, until it is handled.")
    due_at = models.DateTimeField(null=True, help_text="Empty: handled, or given up.")
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=models.Q(due_at__isnull=False), name="federation_received_due"
            ),
            models.Index(
                fields=["actor", "id"],
                condition=models.Q(due_at__isnull=False),
                name="federation_received_turn",
            ),
        ]

    def __str__(self) -> str:
        return f"received at {self.at}"


class Flag(models.Model):
    """A server elsewhere passed on that somebody there reports something of the newsroom (Flag)."""

    by = models.ForeignKey(RemoteActor, on_delete=models.CASCADE, related_name="flags")
    uri = models.CharField(max_length=500)
    objects_named = models.JSONField(default=list, help_text="Addresses of what is reported.")
    text = models.TextField(blank=True, help_text="What they say, as plain text.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["by", "uri"], name="federation_flag_once"),
        ]

    def __str__(self) -> str:
        return self.uri

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"flag/{self.pk}"
