# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.statements.models.statements import Statement


class State(models.TextChoices):
    """How far the working draft has come."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    CHANGES_REQUESTED = "changes-requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    OVERDUE = "overdue", _("Late: release or reschedule")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Change(models.TextChoices):
    """What a new edition changes; the values go into the record."""

    MINOR = "minor", _("Minor")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    CLARIFICATION = "clarification", _("Clarification")


class Progress(models.Model):
    """How far a statement's draft has come and what its next edition will be.

    Kept apart from `Statement`, whose row the desk writes whole at each automatic save.
    """

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="progress")
    state = models.CharField(_("state"), max_length=20, default=State.DRAFT, db_index=True)
    writers = models.ManyToManyField(User, related_name="+", help_text=_("Who wrote the next edition."))
    change = models.CharField(_("kind of change"), max_length=20, choices=Change.choices, blank=True)
    change_note = models.TextField(_("what changed"), max_length=1000, blank=True)
    withdrawing = models.BooleanField(default=False)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), max_length=1000, blank=True)
    digest = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("SHA-256 of the text that was submitted; approval holds for it alone."),
    )
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    request = models.TextField(_("changes asked for"), blank=True)
    release_at = models.DateTimeField(_("release at"), null=True, db_index=True)
    release_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    release_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    embargoed = models.BooleanField(_("under embargo until then"), default=False)
    embargo_terms = models.TextField(_("terms of the embargo"), blank=True)

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.state}"


class Remark(models.Model):
    """A colleague's comment on a draft; never published."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("remark"), max_length=2000)
    at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
