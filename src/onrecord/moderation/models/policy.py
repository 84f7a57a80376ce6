# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User


class Role(models.TextChoices):
    """What the newsroom is under the Digital Services Act; a lawyer says, not the program."""

    NONE = "none", _("Not under the Digital Services Act")
    HOSTING = "hosting", _("Hosting service: comments beside own statements (recital 13)")
    ONLINE_PLATFORM = "online_platform", _("Online platform")


class Policy(models.Model):
    """How long everything may take, and what the newsroom owes by law. One row; shown to readers."""

    ONLY: ClassVar[int] = 1

    dsa_role = models.CharField(_("under EU law"), max_length=20, choices=Role.choices, default=Role.HOSTING)
    decision_hours = models.PositiveIntegerField(_("hours until a decision"), default=168)
    urgent_hours = models.PositiveIntegerField(
        _("hours until a decision where a trusted flagger reports"), default=72
    )
    appeal_days = models.PositiveIntegerField(_("days in which an appeal is possible"), default=183)
    appeal_hours = models.PositiveIntegerField(_("hours until an appeal is decided"), default=336)
    announce_days = models.PositiveIntegerField(
        _("days between announcing rules and their application"), default=14
    )

    public_entries = models.BooleanField(
        _("publish an entry for each decision, without personal data"), default=False
    )

    sample_percent = models.PositiveSmallIntegerField(
        _("per cent of decisions that somebody else examines again"),
        default=2,
        help_text=_("Drawn at random each month, five at least. 0: none."),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="moderation_policy_only_one"),
            models.CheckConstraint(
                condition=models.Q(sample_percent__lte=100), name="moderation_policy_sample_share"
            ),
            # Article 20(1): at least six months.
            models.CheckConstraint(
                condition=models.Q(appeal_days__gte=183),
                name="moderation_policy_six_months",
            ),
        ]

    def __str__(self) -> str:
        return self.dsa_role

    @classmethod
    def current(cls) -> Policy:
        """Return what holds now: the row, or the defaults until somebody has changed anything."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls(pk=cls.ONLY)

    @property
    def decision_time(self) -> timedelta:
        """How long a decision may take."""
        return timedelta(hours=self.decision_hours)

    @property
    def urgent_time(self) -> timedelta:
        """How long it may take where a trusted flagger reports."""
        return timedelta(hours=self.urgent_hours)

    @property
    def appeal_window(self) -> timedelta:
        """How long somebody may wait before they appeal."""
        return timedelta(days=self.appeal_days)

    @property
    def appeal_time(self) -> timedelta:
        """How long the decision about an appeal may take."""
        return timedelta(hours=self.appeal_hours)


class Pseudonym(models.Model):
    """The number by which readers know a member of staff: “Moderator 3”, never a name."""

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(unique=True)

    def __str__(self) -> str:
        return str(self.number)
