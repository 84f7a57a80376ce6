# SPDX-License-Identifier: Apache-2.0
"""What came back, one row each, kept for 90 days: so that nothing counts twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Word(models.TextChoices):
    """What a message that came back says, for a screen; the kinds of `reading.Kind`."""

    HARD = "hard", _("There is no such address")
    SOFT = "soft", _("The address took nothing at that time")
    REFUSED = "refused", _("Refused for its content or its sender")
    DELAYED = "delayed", _("Still on its way")
    COMPLAINT = "complaint", _("Reported as unwanted")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed at the mail service")
    AUTOMATIC = "automatic", _("A machine answered")
    REPLY = "reply", _("A person answered")


class Return(models.Model):
    """A message, or a word of a service that sends for us, about something that we had sent."""

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of it: it counts once.")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    door = models.CharField(max_length=20, help_text="How it came in: mailbox, lmtp, pipe, or a service.")
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=12, blank=True, help_text="As RFC 3463 has it: 5.1.1.")
    diagnostic = models.CharField(max_length=400, blank=True, help_text="Without addresses.")
    delivery_number = models.BigIntegerField(
        null=True, db_index=True, help_text="Which one it is about; its row may be gone before this one."
    )
    address_hash = models.CharField(max_length=64, blank=True, help_text="Whom it is about; HMAC-SHA-256.")
    taken = models.BooleanField(default=False, help_text="Whether somebody here takes care of it.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["address_hash", "kind", "at"], name="delivery_return_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.door}, {self.at:%Y-%m-%d}"

    @property
    def said(self) -> str:
        """What it says, for a screen."""
        return str(Word(self.kind).label) if self.kind in Word.values else self.kind
