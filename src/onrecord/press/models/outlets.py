# SPDX-License-Identifier: Apache-2.0
"""Outlets: the media that journalists work for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Medium(models.TextChoices):
    """What kind of outlet it is."""

    WIRE = "wire", _("News agency")
    PRINT = "print", _("Newspaper")
    MAGAZINE = "magazine", _("Magazine")
    RADIO = "radio", _("Radio")
    TV = "tv", _("Television")
    WEB = "web", _("Online medium")
    PODCAST = "podcast", _("Podcast")
    NEWSLETTER = "newsletter", _("Newsletter")
    FREELANCE = "freelance", _("Freelance office")


class Outlet(models.Model):
    """A medium. Its people stand in `OutletRole`, where it receives editions by machine in `Destination`."""

    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200, unique=True, help_text="The name as it is compared.")
    medium = models.CharField(_("type"), max_length=12, choices=Medium.choices, default=Medium.PRINT)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text="ISO 3166-1 alpha-2.")
    languages = models.JSONField(_("languages"), default=list, blank=True, help_text="Codes.")
    website = models.CharField(_("website"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True, help_text="For the desk alone.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["country", "id"], name="press_outlet_country"),
            models.Index(fields=["medium", "id"], name="press_outlet_medium"),
            models.Index(fields=["name", "id"], name="press_outlet_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"outlet/{self.pk}"
