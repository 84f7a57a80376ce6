# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation.models.cases import Case, Owner
from onrecord.moderation.models.decisions import Decision, Notice, Party
from onrecord.people.models import User


class AppealState(models.TextChoices):
    SUBMITTED = "submitted", _("Received")
    AWAITING_REVIEWER = "awaiting_reviewer", _("Nobody may hear it yet")
    ASSIGNED = "assigned", _("Being heard")
    QUESTION = "question", _("Waits for an answer")
    DECIDED = "decided", _("Decided")
    OMITTED = "omitted", _("Withdrawn or settled")
    INADMISSIBLE = "inadmissible", _("Not admitted")


CLOSED = (AppealState.DECIDED, AppealState.OMITTED, AppealState.INADMISSIBLE)


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("The decision stands")
    PARTIALLY_REVERSED = "partially_reversed", _("Partly reversed")
    REVERSED = "reversed", _("Reversed")


class Appeal(models.Model):
    """Somebody says that a decision is wrong; somebody else looks again (DSA Art. 20).

    `decider` is copied from the decision, so that the database itself refuses them as reviewer.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="appeals")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="appeals")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="appeal")
    party = models.CharField(max_length=10, choices=Party.choices)
    state = models.CharField(max_length=20, choices=AppealState.choices, default=AppealState.SUBMITTED)
    owner = models.CharField(max_length=16, choices=Owner.choices, default=Owner.REVIEWERS)
    deadline = models.DateTimeField(null=True)
    text = models.TextField()
    language = models.CharField(max_length=20)
    submitted_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)
    decider = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="appeals_heard")
    assigned_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    outcome_decision = models.OneToOneField(
        Decision, null=True, on_delete=models.PROTECT, related_name="answers"
    )
    closed_reason = models.TextField(blank=True, help_text="Why it was not admitted or goes no further.")
    decided_at = models.DateTimeField(null=True)
    unfounded = models.BooleanField(default=False, help_text="Manifestly, so it weighs (Art. 23(2)).")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(reviewer__isnull=True)
                | models.Q(decider__isnull=True)
                | ~models.Q(reviewer=models.F("decider")),
                name="moderation_appeal_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state="decided", outcome_decision__isnull=False, reviewer__isnull=False)
                | (~models.Q(state="decided") & models.Q(outcome_decision__isnull=True, outcome="")),
                name="moderation_appeal_decided_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["assigned", "question"]) | models.Q(reviewer__isnull=False),
                name="moderation_appeal_assigned_to",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["decided", "omitted", "inadmissible"], deadline__isnull=True, owner=""
                )
                | (
                    ~models.Q(state__in=["decided", "omitted", "inadmissible"])
                    & models.Q(deadline__isnull=False)
                    & ~models.Q(owner="")
                ),
                name="moderation_appeal_next_step",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["omitted", "inadmissible"]) | ~models.Q(closed_reason=""),
                name="moderation_appeal_closed_with_reasons",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "deadline", "id"], name="moderation_appeal_queue"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk} against {self.decision}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"appeal/{self.pk}"

    @property
    def is_open(self) -> bool:
        """True until it is decided or closed with reasons."""
        return self.state not in CLOSED

    @property
    def is_overdue(self) -> bool:
        """True once its deadline has passed; that changes nothing but how it is shown."""
        return self.deadline is not None and self.deadline < timezone.now()


class Remark(models.Model):
    """What a reviewer asked and the party answered."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="remarks")
    number = models.PositiveIntegerField()
    from_reviewer = models.BooleanField()
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appeal", "number"], name="moderation_remark_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of appeal {self.appeal_id}"


class Attachment(models.Model):
    """A file that somebody sent with an appeal or an answer: kept beside the database, never public."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class External(models.Model):
    """A dispute before an out-of-court body (DSA Art. 21)."""

    class State(models.TextChoices):
        FILED = "filed", _("Filed")
        RESPONDED = "responded", _("Answered by us")
        OUTCOME = "outcome", _("The body has decided")
        IMPLEMENTED = "implemented", _("Implemented")
        NOT_IMPLEMENTED = "not_implemented", _("Not implemented, with reasons")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="externals")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="externals")
    body = models.CharField(max_length=200)
    reference = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=State.choices, default=State.FILED)
    filed_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    costs = models.CharField(max_length=200, blank=True, help_text="What it cost the newsroom.")
    note = models.TextField(blank=True)
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "reference"], name="moderation_external_once"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.reference}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"dispute/{self.pk}"
