# SPDX-License-Identifier: Apache-2.0
"""What statistics are made of: one row for each report, decision, appeal, dispute, order, suspension and
examination.

No row holds a person, a text or an address, none has a foreign key, and none goes when something is erased.
So every report can be made again from them, for any year. Categories and keywords are those of the
Transparency Database (`STATEMENT_CATEGORY_…`, `KEYWORD_…`), languages as on the site; hours are whole
numbers, rounded up. `of` is the number of the row that a fact is about: it is made once, then brought up
to date.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from onrecord.moderation.models.cases import Source
from onrecord.moderation.models.decisions import Party, Verdict
from onrecord.moderation.models.standing import Conduct


class Ground(models.TextChoices):
    LAW = "law"
    RULES = "rules"
    NONE = ""


class ReportFact(models.Model):
    """A report that was received. Unconfirmed ones are none."""

    of = models.BigIntegerField(unique=True)
    day = models.DateField(help_text="Received.")
    source = models.CharField(max_length=16, choices=Source.choices)
    item_kind = models.CharField(max_length=40)
    language = models.CharField(max_length=20)
    category = models.CharField(max_length=80)
    keyword = models.CharField(max_length=80, blank=True)
    items = models.PositiveIntegerField(default=1)
    anonymous = models.BooleanField(default=False)
    duplicate = models.BooleanField(default=False)
    answered_on = models.DateField(null=True)
    hours = models.PositiveIntegerField(null=True, help_text="From receipt to action, or to no action.")
    action = models.CharField(max_length=5, choices=Ground.choices, blank=True, help_text="On which basis.")
    unfounded = models.BooleanField(default=False)
    automated = models.BooleanField(default=False, help_text="Answered by a program alone.")
    late = models.BooleanField(default=False, help_text="Answered after its deadline.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day", "category"], name="moderation_report_fact")]

    def __str__(self) -> str:
        return f"report of {self.day}"


class DecisionFact(models.Model):
    """A decision: first ones, and those about appeals (`on_appeal`)."""

    of = models.BigIntegerField(unique=True)
    number = models.CharField(max_length=40, unique=True, help_text="As on the notice; the puid of exports.")
    day = models.DateField()
    content_day = models.DateField()
    item_kind = models.CharField(max_length=40)
    content_type = models.CharField(max_length=40, help_text="CONTENT_TYPE_… of the Transparency Database.")
    language = models.CharField(max_length=20)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    label = models.BooleanField(default=False)
    limit = models.BooleanField(default=False)
    hold = models.BooleanField(default=False)
    seal = models.BooleanField(default=False)
    warn = models.BooleanField(default=False)
    suspend = models.BooleanField(default=False)
    terminate = models.BooleanField(default=False)
    ground = models.CharField(max_length=5, choices=Ground.choices, blank=True)
    legal_ground = models.CharField(max_length=500, blank=True)
    rule_version = models.PositiveIntegerField(null=True)
    rule_number = models.CharField(max_length=12, blank=True)
    category = models.CharField(max_length=80, blank=True)
    keyword = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=16, choices=Source.choices)
    automated_detection = models.BooleanField(default=False)
    automated_decision = models.BooleanField(default=False)
    scope = models.JSONField(default=list)
    until = models.DateField(null=True)
    spam = models.BooleanField(default=False)
    on_appeal = models.BooleanField(default=False)
    hours = models.PositiveIntegerField(help_text="From the opening of the case, or of the appeal.")
    late = models.BooleanField(default=False)
    reversed = models.CharField(
        max_length=20, choices=Verdict.choices, blank=True, help_text="What an appeal made of it."
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["day", "category"], name="moderation_decision_fact"),
            models.Index(fields=["rule_number", "day"], name="moderation_rule_fact"),
        ]

    def __str__(self) -> str:
        return self.number


class Basis(models.TextChoices):
    """What an appeal is about: the first four as in Article 20(1)(a) to (d), then the reporter's."""

    VISIBILITY = "visibility"
    SERVICE = "service"
    ACCOUNT = "account"
    MONETARY = "monetary"
    NO_ACTION = "no_action"


class AppealFact(models.Model):
    """An appeal. `outcome` is empty while it is open."""

    of = models.BigIntegerField(unique=True)
    day = models.DateField(help_text="Submitted.")
    party = models.CharField(max_length=10, choices=Party.choices)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    item_kind = models.CharField(max_length=40)
    category = models.CharField(max_length=80, blank=True)
    rule_version = models.PositiveIntegerField(null=True)
    rule_number = models.CharField(max_length=12, blank=True)
    trusted = models.BooleanField(default=False, help_text="By a trusted flagger.")
    outcome = models.CharField(
        max_length=20,
        blank=True,
        help_text="upheld, partially_reversed, reversed, omitted, inadmissible.",
    )
    closed_on = models.DateField(null=True)
    hours = models.PositiveIntegerField(null=True, help_text="From submission to the notification.")
    new_restriction = models.BooleanField(default=False)
    unfounded = models.BooleanField(default=False)
    late = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day", "basis"], name="moderation_appeal_fact")]

    def __str__(self) -> str:
        return f"appeal of {self.day}"


class ExternalFact(models.Model):
    """A dispute before an out-of-court body."""

    of = models.BigIntegerField(unique=True)
    day = models.DateField()
    body = models.CharField(max_length=200)
    outcome = models.CharField(max_length=20, blank=True, help_text="upheld, partially_reversed, reversed.")
    outcome_on = models.DateField(null=True)
    hours = models.PositiveIntegerField(null=True)
    implemented = models.BooleanField(null=True)

    def __str__(self) -> str:
        return f"{self.body}, {self.day}"


class OrderFact(models.Model):
    """An order of an authority to act against something or to give information (DSA Arts 9, 10)."""

    of = models.BigIntegerField(unique=True)
    day = models.DateField()
    member_state = models.CharField(max_length=2)
    information = models.BooleanField(default=False, help_text="To give information, not to act.")
    category = models.CharField(max_length=80)
    keyword = models.CharField(max_length=80, blank=True)
    items = models.PositiveIntegerField(default=1)
    hours_to_receipt = models.PositiveIntegerField(null=True)
    hours_to_effect = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.member_state}, {self.day}"


class SuspensionFact(models.Model):
    """Somebody was suspended: for what they wrote, reported or appealed."""

    of = models.CharField(max_length=60, unique=True, help_text="effect/12 or suspension/3.")
    day = models.DateField()
    conduct = models.CharField(max_length=10, choices=Conduct.choices)
    days = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.conduct}, {self.day}"


class RecheckFact(models.Model):
    """A decision that was drawn to be examined again by somebody else, blind, and what came of it."""

    of = models.BigIntegerField(unique=True)
    day = models.DateField(help_text="Of the decision.")
    system = models.CharField(
        max_length=60, blank=True, help_text="The program that decided or pointed at it."
    )
    automated_decision = models.BooleanField(default=False)
    restricted = models.BooleanField(help_text="As it was decided.")
    omitted = models.CharField(max_length=10, blank=True, help_text="Why it was not examined.")
    outcome = models.CharField(
        max_length=10, blank=True, help_text="same, otherwise, wrong; empty: not examined yet."
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day"], name="moderation_recheck_fact")]

    def __str__(self) -> str:
        return f"examination of a decision of {self.day}"
