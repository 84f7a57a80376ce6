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
    STOPPED = "stopped", _("Stands still: something was not taken")
    CLOSED = "closed", _("Closed")


class Way(models.TextChoices):
    """How things get there."""

    PULL = "pull", _("It fetches them here (HTTPS, with a token)")
    HTTPS = "https", _("They are posted to its address (HTTPS)")
    SFTP = "sftp", _("They are put into its folder (SFTP)")
    MAIL = "mail", _("They are sent to its mail address")


class Destination(models.Model):
    """One way in to one outlet. Its secret is kept nowhere: it follows from `number` and a key."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="destinations")
    name = models.CharField(_("name"), max_length=100, unique=True)
    format = models.CharField(_("format"), max_length=20, help_text="Names a format of `press.formats`.")
    transport = models.CharField(_("transport"), max_length=20)
    address = models.CharField(_("address"), max_length=500, blank=True, help_text="Empty where it asks us.")
    host = models.CharField(max_length=255, blank=True, help_text="Host, and port if not the usual one.")
    host_key = models.CharField(
        max_length=1000, blank=True, help_text="The public key by which an SFTP server is known."
    )
    state = models.CharField(max_length=8, choices=DestinationState.choices, default=DestinationState.ACTIVE)
    languages = models.JSONField(default=list, blank=True, help_text="Codes; none: all languages.")
    embargoed = models.BooleanField(default=False, help_text="May see what is under embargo before its time.")
    number = models.CharField(max_length=64, help_text="What the secret is derived from.")
    earlier_number = models.CharField(max_length=64, blank=True, help_text="Signed with too, for a while.")
    earlier_until = models.DateTimeField(null=True)
    sequence = models.PositiveBigIntegerField(default=0, help_text="Number of the last thing sent there.")
    tests = models.PositiveIntegerField(default=0, help_text="Test messages so far.")
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

    @property
    def fetches(self) -> bool:
        """Whether it asks us, rather than being told."""
        return self.transport == Way.PULL

    def wants(self, language: str) -> bool:
        """Tell whether editions in a language go there."""
        return not self.languages or language in self.languages
