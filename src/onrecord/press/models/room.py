# SPDX-License-Identifier: Apache-2.0
"""The press room: facts and terms in each language, pictures that print, press conferences."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onrecord.statements.models.contacts import check_language


class RoomText(models.Model):
    """What the press room says in one language."""

    language = models.CharField(
        _("language"),
        max_length=20,
        unique=True,
        help_text=_("Code, such as: en, fr, ar"),
    )
    facts = models.TextField(
        _("fact sheet"), blank=True, help_text=_("One fact a line, as “Inhabitants: 40,000 (2026)”.")
    )
    terms = models.TextField(
        _("terms of use"),
        blank=True,
        help_text=_("What may be done with texts and pictures. It also goes over the wire."),
    )

    class Meta:
        verbose_name = _("text of the press room")
        verbose_name_plural = _("texts of the press room")
        ordering: ClassVar = ["language"]

    def __str__(self) -> str:
        return self.language

    def clean(self) -> None:
        """Refuse a language that the newsroom does not have."""
        check_language(self.language)


class KitPicture(models.Model):
    """A logo or a picture that anybody may download, in a size for screens and as it is for print."""

    class Sort(models.TextChoices):
        LOGO = "logo", _("Logo")
        PICTURE = "picture", _("Picture")

    title = models.CharField(_("title"), max_length=200)
    sort = models.CharField(_("sort"), max_length=10, choices=Sort.choices, default=Sort.PICTURE)
    image = models.ForeignKey(
        "wagtailimages.Image", verbose_name=_("picture"), on_delete=models.PROTECT, related_name="+"
    )
    alt = models.CharField(
        _("description"), max_length=300, help_text=_("For whoever cannot see it, and for captions.")
    )
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who has to be named, as: Photo: A. Lind")
    )
    rights = models.CharField(
        _("rights"),
        max_length=300,
        blank=True,
        help_text=_("Only if other than the terms of use of the press room."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    listed = models.BooleanField(_("shown in the press room"), default=True)

    class Meta:
        verbose_name = _("picture for the press")
        verbose_name_plural = _("pictures for the press")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class PressConference(models.Model):
    """An appointment to which the press is asked."""

    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(
        _("language"),
        max_length=20,
        blank=True,
        help_text=_("Code. Empty: shown in all languages."),
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    zone = models.CharField(
        _("time zone of the place"), max_length=64, blank=True, help_text=_("Such as: Europe/Brussels")
    )
    place = models.CharField(_("place"), max_length=300, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True, help_text=_("Where it can be followed."))
    text = models.TextField(_("what it is about, and how to come"), blank=True)
    cancelled = models.BooleanField(_("called off"), default=False)
    changes = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    listed = models.BooleanField(_("shown in the press room"), default=True)

    class Meta:
        verbose_name = _("press conference")
        verbose_name_plural = _("press conferences")
        ordering: ClassVar = ["-starts_at"]
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="press_conference_when")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse an end before the beginning, a zone that is none, a language that is not the newsroom's."""
        check_language(self.language)
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": gettext("It ends before it begins.")})
        if self.zone:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValidationError(
                    {
                        "zone": gettext("“%(zone)s” is no time zone. Write it as Europe/Brussels.")
                        % {"zone": self.zone}
                    }
                ) from error
