# SPDX-License-Identifier: Apache-2.0
"""Endpoints: who is told, of what, and with which secret it is signed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.statements.models import Topic


class EndpointState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    GONE = "gone", _("Paused: it answered that it is gone")


class Endpoint(models.Model):
    """An address that is told of editions. Its secret is kept nowhere: it follows from `number` and a key."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    url = models.CharField(_("address"), max_length=500)
    host = models.CharField(max_length=255, help_text="Host, and port if it is not the usual one.")
    state = models.CharField(max_length=8, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    languages = models.JSONField(default=list, help_text="Codes; none: all languages.")
    all_topics = models.BooleanField(default=True)
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    number = models.CharField(max_length=64, help_text="What the secret is derived from.")
    earlier_number = models.CharField(max_length=64, blank=True, help_text="Signed with too, for a while.")
    earlier_until = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    active_since = models.DateTimeField(default=timezone.now)
    tests = models.PositiveIntegerField(default=0, help_text="Test deliveries so far.")
    failing_since = models.DateTimeField(null=True, help_text="Since when nothing was accepted.")
    last_answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(earlier_number="", earlier_until__isnull=True)
                | (~models.Q(earlier_number="") & models.Q(earlier_until__isnull=False)),
                name="followers_endpoint_earlier_until",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"endpoint/{self.pk}"

    def wants(self, language: str, topics: set[str]) -> bool:
        """Tell whether an edition in a language, under topics, is among what was chosen."""
        if self.languages and language not in self.languages:
            return False
        return self.all_topics or any(topic.slug in topics for topic in self.topics.all())
