# SPDX-License-Identifier: Apache-2.0
"""Accreditation: who asked to be admitted as press, and what stands on their card. Judged elsewhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import Contact


class ApplicationState(models.TextChoices):
    """How far an application has come. What a decision does to it stands in `orders`."""

    UNCONFIRMED = "unconfirmed", _("Waits for the link in the mail")
    WAITING = "waiting", _("Waits for a decision")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Taken back")
    ENDED = "ended", _("Run out")


class AccreditationStanding(models.TextChoices):
    """Whether somebody is admitted: what the state, the decisions and the day make together."""

    NONE = "none", _("Not decided")
    ADMITTED = "admitted", _("Accredited")
    REFUSED = "refused", _("Not accredited")
    OVER = "over", _("Not valid any more")


class Application(models.Model):
    """Somebody asks for accreditation. `orders` holds what decisions do to it: by reference, kind and words.

    The address is never published. `door` opens the applicant's own page, `card` the page that they show.
    """

    name = models.CharField(_("name"), max_length=200)
    outlet_name = models.CharField(_("outlet"), max_length=200)
    role = models.CharField(_("role"), max_length=100)
    purpose = models.CharField(_("for what"), max_length=1000, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="accreditations")
    language = models.CharField(max_length=20)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text="The last day.")
    state = models.CharField(
        max_length=12, choices=ApplicationState.choices, default=ApplicationState.UNCONFIRMED
    )
    orders = models.JSONField(default=dict, help_text="By reference: kind, words.")
    version = models.PositiveIntegerField(default=1)
    renews = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="renewals")
    door_number = models.CharField(max_length=64)
    door_hash = models.CharField(max_length=64, unique=True)
    card_number = models.CharField(max_length=64)
    card_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(
        null=True, help_text="When it counted: judged by the criteria of then."
    )
    decided_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True, help_text="When it ended, was refused or taken back.")
    told_of_end_at = models.DateTimeField(null=True)
    reduced_at = models.DateTimeField(null=True, help_text="When what was personal was removed.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("begins_on")), name="press_application_ends_later"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "ends_on", "id"], name="press_application_ends"),
            models.Index(fields=["state", "created_at"], name="press_application_old"),
            models.Index(fields=["reduced_at", "over_at"], name="press_application_over"),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row, and decisions whom they concern."""
        return f"application/{self.pk}"

    @property
    def standing(self) -> AccreditationStanding:
        """Whether this person is admitted now."""
        if self.state in {ApplicationState.UNCONFIRMED, ApplicationState.WAITING}:
            return AccreditationStanding.NONE
        if self.state in {ApplicationState.WITHDRAWN, ApplicationState.ENDED}:
            return AccreditationStanding.OVER
        if any(order["kind"] == "seal" for order in self.orders.values()):
            return AccreditationStanding.REFUSED
        return (
            AccreditationStanding.OVER
            if self.ends_on < timezone.localdate()
            else AccreditationStanding.ADMITTED
        )

    @property
    def limits(self) -> list[str]:
        """What the admission is limited to, in the words of the decisions."""
        return [order["words"] for order in self.orders.values() if order["kind"] == "label"]

    @property
    def is_valid_today(self) -> bool:
        """Tell whether a guard lets them in."""
        return self.standing == AccreditationStanding.ADMITTED and self.begins_on <= timezone.localdate()


class ApplicationFile(models.Model):
    """What was sent along as evidence; its bytes lie in the data directory under their hash."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sha256"], name="press_application_file")]

    def __str__(self) -> str:
        return self.name
