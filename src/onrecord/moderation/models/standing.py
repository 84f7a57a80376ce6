# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation.models.decisions import Decision


class Rung(models.TextChoices):
    """How far somebody has come on the ladder of sanctions; computed, never stored."""

    CLEAN = "clean", _("Clean")
    WARNED = "warned", _("Warned")
    LIMITED = "limited", _("Looked at before shown")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended for good")


class Conduct(models.TextChoices):
    """What counts against somebody; each has a ladder of its own (DSA Art. 23(1), (2))."""

    CONTENT = "content", _("What they wrote")
    REPORTS = "reports", _("Manifestly unfounded reports")
    APPEALS = "appeals", _("Manifestly unfounded appeals")


class Mark(models.Model):
    """What one decision weighs against somebody, until it expires or the decision is reversed."""

    person = models.CharField(max_length=80)
    conduct = models.CharField(max_length=10, choices=Conduct.choices)
    points = models.PositiveIntegerField()
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="marks")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    void = models.BooleanField(default=False, help_text="The decision was reversed.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "conduct", "expires_at"], name="moderation_mark_of"),
        ]

    def __str__(self) -> str:
        return f"{self.points} for {self.conduct}"


class Suspension(models.Model):
    """Reports or appeals of somebody are not processed for a time, after a warning (DSA Art. 23(2))."""

    person = models.CharField(max_length=80)
    conduct = models.CharField(max_length=10, choices=Conduct.choices)
    warned_at = models.DateTimeField()
    begins_at = models.DateTimeField(null=True, help_text="Nothing: so far a warning alone.")
    until = models.DateTimeField(null=True)
    reason = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(begins_at__isnull=True, until__isnull=True)
                | models.Q(begins_at__gte=models.F("warned_at"), until__gt=models.F("begins_at")),
                name="moderation_suspension_after_warning",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "conduct", "until"], name="moderation_suspension_of"),
        ]

    def __str__(self) -> str:
        return f"{self.conduct} until {self.until}"
