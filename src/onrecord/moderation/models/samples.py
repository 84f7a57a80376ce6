# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.moderation.models.decisions import Decision
from onrecord.moderation.models.rules import Rule
from onrecord.people.models import User
from onrecord.record.models import Document


class Sample(models.Model):
    """Decisions of about a month of which some are examined again: those logged after its seed was.

    The seed is secret until the sample is drawn, and published with it.
    """

    number = models.PositiveIntegerField(unique=True)
    seed = models.BinaryField(max_length=32)
    begins = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The edition that commits to the seed.",
    )
    ends = models.ForeignKey(
        Document,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The edition before which it ends: that of the next seed.",
    )
    percent = models.PositiveSmallIntegerField(null=True)
    population = models.PositiveIntegerField(null=True, help_text="Decisions of which it was drawn.")
    began_at = models.DateTimeField(default=timezone.now)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    ends__isnull=True, drawn_at__isnull=True, percent__isnull=True, population__isnull=True
                )
                | models.Q(
                    ends__isnull=False,
                    drawn_at__isnull=False,
                    percent__isnull=False,
                    population__isnull=False,
                ),
                name="moderation_sample_drawn_at_once",
            ),
        ]

    def __str__(self) -> str:
        return f"sample {self.number}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"sample/{self.number}"


class Recheck(models.Model):
    """A drawn decision: somebody else judges the same thing by the same rules, not knowing the decision."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        EXAMINED = "examined", _("Examined again")
        OMITTED = "omitted", _("Not examined")

    class Omitted(models.TextChoices):
        APPEAL = "appeal", _("It decided about an appeal: somebody had looked twice already")
        ERASED = "erased", _("Its words were erased")

    class Outcome(models.TextChoices):
        SAME = "same", _("The same")
        OTHERWISE = "otherwise", _("Another rule or another effect")
        WRONG = "wrong", _("Wrong: restricted without ground, or left although it breaks a rule or the law")

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="rechecks")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="recheck")
    place = models.PositiveIntegerField(help_text="In the order of the draw, from 1.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    omitted = models.CharField(max_length=10, choices=Omitted.choices, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    decider = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    examiner = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    effects = models.JSONField(default=list, help_text="Kinds that the examiner would have chosen.")
    rule = models.ForeignKey(Rule, null=True, on_delete=models.PROTECT, related_name="+")
    by_law = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    examined_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "place"], name="moderation_recheck_place_once"),
            models.CheckConstraint(
                condition=models.Q(examiner__isnull=True)
                | models.Q(decider__isnull=True)
                | ~models.Q(examiner=models.F("decider")),
                name="moderation_recheck_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="examined", examiner__isnull=False, examined_at__isnull=False, omitted=""
                )
                & ~models.Q(outcome="")
                | models.Q(state="waiting", examiner__isnull=True, outcome="", omitted="")
                | models.Q(state="omitted", examiner__isnull=True, outcome="") & ~models.Q(omitted=""),
                name="moderation_recheck_state",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="moderation_recheck_waiting")]

    def __str__(self) -> str:
        return f"{self.place} of sample {self.sample_id}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"recheck/{self.pk}"
