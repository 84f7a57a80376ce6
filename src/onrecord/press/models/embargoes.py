# SPDX-License-Identifier: Apache-2.0
"""What journalists are told before its time: until when, who may read it, who has, who broke it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.press.models.distributions import PressDistribution
from onrecord.press.models.journalists import Journalist
from onrecord.press.models.outlets import Outlet
from onrecord.statements.models import Statement


class EmbargoState(models.TextChoices):
    STANDING = "standing", _("Under embargo")
    HELD = "held", _("On hold: its moment was taken back")
    LIFTED = "lifted", _("Lifted early")
    ENDED = "ended", _("Ended at its moment")


class Embargo(models.Model):
    """One coming edition that journalists were told of before its time."""

    statement = models.ForeignKey(
        Statement, null=True, on_delete=models.SET_NULL, related_name="+", help_text="None: thrown away."
    )
    number = models.PositiveIntegerField(help_text="Of the edition it will be.")
    until = models.DateTimeField()
    zone = models.CharField(max_length=64)
    terms = models.TextField(blank=True, help_text="Empty: the usual ones alone.")
    terms_version = models.PositiveIntegerField(
        default=1, help_text="Rises with each change of moment or terms."
    )
    told = models.PositiveIntegerField(
        default=1, help_text="Rises with everything that all who have a link are told; the ledger's version."
    )
    state = models.CharField(max_length=8, choices=EmbargoState.choices, default=EmbargoState.STANDING)
    made_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "number"], name="press_embargo_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["standing", "held"]),
                name="press_embargo_open",
            ),
        ]

    def __str__(self) -> str:
        return self.statement.title if self.statement else self.subject

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"press-embargo/{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it is not public yet, as far as is known here."""
        return self.state in (EmbargoState.STANDING, EmbargoState.HELD)


class EmbargoLink(models.Model):
    """Opens the text to one journalist, once they have acknowledged the terms. Only a hash is kept."""

    embargo = models.ForeignKey(Embargo, on_delete=models.CASCADE, related_name="links", db_index=False)
    journalist = models.ForeignKey(Journalist, null=True, on_delete=models.SET_NULL, related_name="+")
    distribution = models.ForeignKey(PressDistribution, on_delete=models.PROTECT, related_name="+")
    door_number = models.CharField(max_length=64, help_text="What the secret of the link is derived from.")
    door_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_terms = models.PositiveIntegerField(null=True, help_text="Which version of the terms.")
    opened_at = models.DateTimeField(null=True, help_text="When the text was first shown.")
    last_opened_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0, help_text="How often it was shown.")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["embargo", "journalist"], name="press_embargo_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.journalist_id} of {self.embargo_id}"


class EmbargoBreach(models.Model):
    """Somebody published before the moment. They get nothing under embargo until an officer lets them."""

    embargo = models.ForeignKey(Embargo, on_delete=models.CASCADE, related_name="breaches")
    journalist = models.ForeignKey(Journalist, null=True, on_delete=models.SET_NULL, related_name="+")
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.SET_NULL, related_name="+")
    happened_at = models.DateTimeField()
    evidence = models.CharField(max_length=1000, help_text="Address where it can be seen.")
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    forgiven_at = models.DateTimeField(null=True)
    forgiven_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(forgiven_at=None), name="press_breach_not_forgiven"
            ),
        ]

    def __str__(self) -> str:
        return self.evidence

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"press-breach/{self.pk}"
