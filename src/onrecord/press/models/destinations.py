# SPDX-License-Identifier: Apache-2.0
"""Destinations: where an outlet receives editions by machine, in which format, over which transport."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.press.models.outlets import Outlet


class DestinationState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")


class Destination(models.Model):
    """One way in to one outlet. Its secret is kept nowhere: it follows from `number` and a key."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="destinations")
    name = models.CharField(_("name"), max_length=100, unique=True)
    format = models.CharField(_("format"), max_length=20, help_text="Names a format of `press.formats`.")
    transport = models.CharField(_("transport"), max_length=20)
    address = models.CharField(_("address"), max_length=500, blank=True, help_text="Empty where it asks us.")
    host = models.CharField(max_length=255, blank=True, help_text="Host, and port if not the usual one.")
    state = models.CharField(max_length=8, choices=DestinationState.choices, default=DestinationState.ACTIVE)
    languages = models.JSONField(default=list, blank=True, help_text="Codes; none: all languages.")
    number = models.CharField(max_length=64, help_text="What the secret is derived from.")
    sequence = models.PositiveBigIntegerField(default=0, help_text="Number of the last thing sent there.")
    added_at = models.DateTimeField(default=timezone.now)
    failing_since = models.DateTimeField(null=True, help_text="Since when nothing was accepted.")
    last_answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"destination/{self.pk}"
