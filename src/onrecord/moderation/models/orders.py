# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation.models.cases import Case
from onrecord.people.models import User

MEMBER_STATES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
"""As the transparency report names them: Greece is GR."""


class AuthorityOrder(models.Model):
    """An order of a judicial or administrative authority to act, or to give information (DSA Arts 9, 10)."""

    authority = models.CharField(_("authority"), max_length=200)
    reference = models.CharField(_("its reference"), max_length=200)
    member_state = models.CharField(
        _("Member State"), max_length=2, choices=[(code, code) for code in MEMBER_STATES]
    )
    information = models.BooleanField(
        _("to give information (Article 10), not to act (Article 9)"), default=False
    )
    category = models.CharField(max_length=80)
    items = models.PositiveIntegerField(_("how many things it names"), default=1)
    note = models.TextField(_("what it asks"), blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="orders")
    received_at = models.DateTimeField(_("received"))
    confirmed_at = models.DateTimeField(null=True, help_text="The authority was told that it arrived.")
    effected_at = models.DateTimeField(null=True, help_text="The authority was told what was done, and when.")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "reference"], name="moderation_order_once"),
            models.CheckConstraint(
                condition=models.Q(information=True, case__isnull=True) | models.Q(information=False),
                name="moderation_order_to_inform_has_no_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.reference}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"order/{self.pk}"
