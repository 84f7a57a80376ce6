# SPDX-License-Identifier: Apache-2.0
"""Who is posted which feed, and what has been asked and is not verified yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Mode(models.TextChoices):
    """What a request asks for; DENIED: its callback has to be told that it is not granted."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DENIED = "denied"


class FeedSubscription(models.Model):
    """A callback that wants a feed, verified, until its lease ends. Gone when it has ended."""

    path = models.CharField(max_length=300, help_text="Of the feed, as /fr/atom.xml.")
    callback = models.CharField(max_length=500)
    host = models.CharField(
        max_length=255, help_text="Of the callback, with the port if it is not the usual."
    )
    secret = models.CharField(max_length=500, blank=True, help_text="Sealed under keys/websub.key.")
    since = models.DateTimeField(default=timezone.now)
    verified_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "callback"], name="followers_feed_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path", "lease_until"], name="followers_feed_audience"),
            models.Index(fields=["host"], name="followers_feed_host"),
            models.Index(fields=["lease_until"], name="followers_feed_lease"),
        ]

    def __str__(self) -> str:
        return f"{self.path} for {self.host}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"feed-subscription/{self.pk}"


class FeedRequest(models.Model):
    """What somebody asked of the hub. It changes nothing until the callback confirms it; then it goes."""

    mode = models.CharField(max_length=12, choices=Mode.choices)
    path = models.CharField(max_length=300)
    callback = models.CharField(max_length=500)
    host = models.CharField(max_length=255)
    secret = models.CharField(max_length=500, blank=True)
    lease_seconds = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "callback"], name="followers_request_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["host"], name="followers_request_host")]

    def __str__(self) -> str:
        return f"{self.mode} {self.path} for {self.host}"
