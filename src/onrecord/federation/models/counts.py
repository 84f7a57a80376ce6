# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models

from onrecord.federation.models.actors import Actor
from onrecord.federation.models.remote import RemoteHost


class HostCount(models.Model):
    """How many on one server follow one account of ours, or with no account any: counted by the clock.

    Whoever follows two accounts counts twice among all. Without followers there is no row.
    """

    actor = models.ForeignKey(Actor, null=True, on_delete=models.CASCADE, related_name="+")
    host = models.ForeignKey(RemoteHost, on_delete=models.CASCADE, related_name="counts")
    followers = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["actor", "host"],
                condition=models.Q(actor__isnull=False),
                name="federation_host_count_once",
            ),
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(actor=None), name="federation_host_count_all_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor", "-followers", "host"], name="federation_host_count_most"),
        ]

    def __str__(self) -> str:
        return f"{self.followers} at {self.host_id}"


class FollowDay(models.Model):
    """How many began and ceased to follow one account of ours on a day, and were there at its end."""

    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(help_text="By the newsroom's clock.")
    joined = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()
    total = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "day"], name="federation_follow_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.total}"


class LastCount(models.Model):
    """When followers were counted last, and when all of them were. One row."""

    ONLY: ClassVar[int] = 1

    at = models.DateTimeField(help_text="Who came or went before is counted.")
    whole_at = models.DateTimeField(help_text="When every server was counted.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="federation_last_count_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.at}"
