# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation.models.cases import Case
from onrecord.moderation.models.decisions import Decision
from onrecord.moderation.models.rules import Rule
from onrecord.people.models import User


class Proposal(models.Model):
    """A decision to end somebody's standing for good, before a second person has signed it.

    It does nothing and nobody is told of it. Once signed it is a decision with two names; its words stand in
    the `Reasons` of that decision then, and no longer here.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a second signature")
        SIGNED = "signed", _("Signed")
        DECLINED = "declined", _("Not signed, with reasons")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Without object: its author has deleted it")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", help_text="Who signed or declined."
    )
    item_version = models.CharField(max_length=120)
    effects = models.JSONField(help_text="Kinds and ends, in the order in which they are carried out.")
    rule = models.ForeignKey(Rule, null=True, on_delete=models.PROTECT, related_name="+")
    legal_ground = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=80, blank=True)
    keyword = models.CharField(max_length=80, blank=True)
    unfounded = models.JSONField(default=list, help_text="Reports that are manifestly without ground.")
    facts = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    reporter_reason = models.TextField(blank=True)
    answer = models.TextField(blank=True, help_text="Why the second person did not sign.")
    proposed_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="proposal")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="waiting"),
                name="moderation_proposal_one_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(second__isnull=True) | ~models.Q(second=models.F("proposer")),
                name="moderation_proposal_second_is_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", closed_at__isnull=True, second__isnull=True)
                | (~models.Q(state="waiting") & models.Q(closed_at__isnull=False)),
                name="moderation_proposal_closed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="signed", decision__isnull=False, second__isnull=False)
                | (~models.Q(state="signed") & models.Q(decision__isnull=True)),
                name="moderation_proposal_signed_is_decided",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="moderation_proposal_waiting")]

    def __str__(self) -> str:
        return f"proposal {self.pk}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"proposal/{self.pk}"
