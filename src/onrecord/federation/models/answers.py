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
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.publication_id}: {self.uri}"


class ReceivedActivity(models.Model):
    """An activity that was taken; it is not taken twice. Forgotten after a week and more."""

    digest = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of actor, a zero byte, id.")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"received at {self.at}"
