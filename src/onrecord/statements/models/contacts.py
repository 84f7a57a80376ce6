# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index


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
    listed = models.BooleanField(_("shown on the contacts page"), default=True)

    search_fields: ClassVar = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("spokesperson")
        verbose_name_plural = _("spokespeople")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}"


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
        return self.name
