# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from onrecord.federation.models.actors import Actor
from onrecord.federation.models.remote import RemoteActor


class Follow(models.Model):
    """An account elsewhere follows one of ours. It is one row however often they come and go.

    It is known by who follows whom, not by the id of the activity: some servers use ids again.
    """

    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="follows")
    follower = models.ForeignKey(RemoteActor, on_delete=models.PROTECT, related_name="follows")
    activity = models.CharField(max_length=500, help_text="Id of the newest Follow; what Accept names.")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=40, blank=True, help_text="As undone, gone, blocked, moved.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "follower"], name="federation_follow_once"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_reason="")),
                name="federation_follow_end_has_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["actor", "id"], condition=models.Q(ended_at=None), name="federation_follow_now"
            ),
            models.Index(fields=["actor", "since"], name="federation_follow_since"),
            models.Index(
                fields=["actor", "ended_at"],
                condition=models.Q(ended_at__isnull=False),
                name="federation_follow_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.actor_id}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"follow/{self.pk}"
