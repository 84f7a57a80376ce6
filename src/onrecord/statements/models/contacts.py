# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from onrecord.people.models import Organisation


def check_language(code: str) -> None:
    """Refuse a code that is none of the newsroom's languages, under which nobody would see the entry."""
    known = Organisation.current().languages
    if code and code not in known:
        said = gettext("The newsroom has no language “%(code)s”. Its languages: %(known)s.")
        raise ValidationError({"language": said % {"code": code, "known": ", ".join(known)}})


class Spokesperson(index.Indexed, models.Model):  # type: ignore[misc]  # Wagtail publishes no types
    """Somebody who may be quoted."""

    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=200)
    expertise = models.CharField(_("speaks about"), max_length=300, blank=True)
    languages = models.CharField(
        _("languages"), max_length=200, blank=True, help_text=_("Such as: English, French")
    )
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    language = models.CharField(
        _("language"),
        max_length=20,
        blank=True,
        help_text=_("Code. Empty: shown in all languages."),
    )
    listed = models.BooleanField(_("shown on the contacts page"), default=True)

    search_fields: ClassVar = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("spokesperson")
        verbose_name_plural = _("spokespeople")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"

    @classmethod
    def shown_in(cls, language: str) -> models.QuerySet[Spokesperson]:
        """Return who is listed on the pages of a language, then who is on those of all languages."""
        rows = cls.objects.filter(listed=True, language__in=[language, ""])
        return rows.order_by("-language", "name", "pk")

    def clean(self) -> None:
        """Refuse a language that the newsroom does not have."""
        check_language(self.language)


class PressContact(index.Indexed, models.Model):  # type: ignore[misc]
    """A human whom journalists may phone or write to."""

    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hours = models.CharField(
        _("hours"), max_length=200, blank=True, help_text=_("Such as: Mon-Fri 8:00-18:00")
    )
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    language = models.CharField(
        _("language"),
        max_length=20,
        blank=True,
        help_text=_("Code. Empty: shown in all languages."),
    )
    listed = models.BooleanField(_("shown on the contacts page"), default=True)

    search_fields: ClassVar = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("press contact")
        verbose_name_plural = _("press contacts")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(phone="", email=""),
                name="statements_contact_reachable",
                violation_error_message=_("Give a phone number or an e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})" if self.language else self.name

    @classmethod
    def shown_in(cls, language: str) -> models.QuerySet[PressContact]:
        """Return who is listed on the pages of a language, then who is on those of all languages."""
        rows = cls.objects.filter(listed=True, language__in=[language, ""])
        return rows.order_by("-language", "name", "pk")

    def clean(self) -> None:
        """Refuse a language that the newsroom does not have."""
        check_language(self.language)
