# SPDX-License-Identifier: Apache-2.0
"""Other platforms of the organisation that use this engine: their tokens, what they submitted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import Contact, User


class Scope(models.TextChoices):
    """What a token lets somebody do."""

    READ = "read", _("Read what became of things")
    ITEMS = "items", _("Submit things")
    REPORTS = "reports", _("Report")
    DECISIONS = "decisions", _("Decide, for one moderator")


class Platform(models.Model):
    """A forum or app of the organisation."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    webhook_url = models.CharField(_("address for outcomes"), max_length=500, blank=True)
    webhook_host = models.CharField(max_length=255, blank=True)
    number = models.CharField(max_length=64, help_text="What the secret of its webhook is derived from.")
    earlier_number = models.CharField(max_length=64, blank=True, help_text="Of the secret before.")
    earlier_until = models.DateTimeField(null=True, help_text="Until then the earlier secret signs as well.")
    told = models.PositiveIntegerField(default=0, help_text="How many outcomes were sent.")
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"platform/{self.pk}"


class ApiToken(models.Model):
    """A key of a platform; only a hash is kept. With the scope `decisions` it acts for one moderator."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    acts_for = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class ExternalItem(models.Model):
    """A thing that stands on another platform. Other words make another version."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=64, help_text="The platform's own.")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=500)
    language = models.CharField(max_length=20)
    content_type = models.CharField(max_length=40)
    author = models.CharField(max_length=48, blank=True, help_text="The platform's own.")
    author_name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    orders = models.JSONField(default=dict, help_text="Effects in force, by reference.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "key"], name="moderation_external_item_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["platform", "author", "-id"], name="moderation_external_author"),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id}/{self.key}"


class IdempotentAnswer(models.Model):
    """What a request was answered, so that the same request again changes nothing."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="moderation_answered_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="moderation_answered_at")]

    def __str__(self) -> str:
        return self.key
