# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import Contact, User


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    TRIAGED = "triaged", _("Sorted")
    CLAIMED = "claimed", _("Somebody is at it")
    PROPOSED = "proposed", _("Waits for a second signature")
    DECIDED = "decided", _("Decided")
    REDRESS_OPEN = "redress_open", _("Decided, appeal possible")
    FINAL = "final", _("Final")


UNDECIDED = (CaseState.OPEN, CaseState.TRIAGED, CaseState.CLAIMED, CaseState.PROPOSED)


class Owner(models.TextChoices):
    """Whose turn it is: everything that is open waits for exactly one of them."""

    MODERATORS = "moderators", _("Moderators")
    REVIEWERS = "reviewers", _("Appeal reviewers")
    ADMINISTRATORS = "administrators", _("Administrators: nobody may hear it")
    PARTY = "party", _("Whoever appealed")
    CLOCK = "clock", _("The clock")
    NOBODY = "", _("Nobody: it is closed")


class Case(models.Model):
    """What gathers reports, decisions and appeals about one thing.

    `item_kind` and `item_key` name the thing as its kind does. `revision` grows with every change, so that
    whoever acts on an old page is told.
    """

    item_kind = models.CharField(max_length=40)
    item_key = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.OPEN)
    owner = models.CharField(max_length=16, choices=Owner.choices, default=Owner.MODERATORS)
    deadline = models.DateTimeField(null=True)
    score = models.IntegerField(default=0, help_text="More comes first among those that are due together.")
    revision = models.PositiveIntegerField(default=1)
    held = models.BooleanField(default=False, help_text="Not shown yet: it waits for approval.")
    spam = models.BooleanField(default=False, help_text="Looks like spam to the classifier.")
    detected_by = models.CharField(max_length=60, blank=True, help_text="Which program noticed it.")
    urgent = models.BooleanField(default=False)
    category = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=80, blank=True, help_text="Its kind's name for who wrote it.")
    author_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=20, blank=True)
    elsewhere = models.BooleanField(default=False, help_text="It came from another server.")
    origin = models.CharField(max_length=255, blank=True, help_text="Its host, if so.")
    forget = models.BooleanField(
        default=False, help_text="Its author asked to be erased: words go as soon as no appeal is possible."
    )
    opened_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item_kind", "item_key"],
                condition=models.Q(state__in=["open", "triaged", "claimed", "proposed"]),
                name="moderation_case_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state="final", deadline__isnull=True, owner="")
                | (~models.Q(state="final") & models.Q(deadline__isnull=False) & ~models.Q(owner="")),
                name="moderation_case_next_step",
            ),
            models.CheckConstraint(
                condition=models.Q(state="claimed", claimed_by__isnull=False)
                | (~models.Q(state="claimed") & models.Q(claimed_by__isnull=True)),
                name="moderation_case_claimed_by_one",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "deadline", "-score", "id"], name="moderation_queue"),
            models.Index(fields=["owner", "held", "deadline", "-score", "id"], name="moderation_queue_held"),
            models.Index(fields=["owner", "spam", "deadline", "-score", "id"], name="moderation_queue_spam"),
            models.Index(fields=["owner", "urgent", "deadline", "-score", "id"], name="moderation_queue_now"),
            models.Index(
                fields=["owner", "elsewhere", "deadline", "-score", "id"], name="moderation_queue_elsewhere"
            ),
            models.Index(
                fields=["owner", "item_kind", "deadline", "-score", "id"], name="moderation_queue_kind"
            ),
            models.Index(fields=["item_kind", "item_key", "-id"], name="moderation_case_of_item"),
            models.Index(fields=["author", "-id"], name="moderation_case_of_author"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The stable number that stands on every notice."""
        return f"{self.opened_at.year}-{self.pk:06d}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"case/{self.pk}"

    @property
    def is_undecided(self) -> bool:
        """True until a decision is taken."""
        return self.state in UNDECIDED

    @property
    def is_overdue(self) -> bool:
        """True once its deadline has passed; that changes nothing but how it is shown."""
        return self.deadline is not None and self.deadline < timezone.now()


class ReportState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Waiting for the link in the mail")
    RECEIVED = "received", _("Received")
    IN_CASE = "in_case", _("Being looked at")
    ANSWERED = "answered", _("Answered")
    EXPIRED = "expired", _("Never confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Source(models.TextChoices):
    """Who brought something up."""

    READER = "reader", _("A reader")
    TRUSTED = "trusted_flagger", _("A trusted flagger")
    ORDER = "order", _("An order of an authority")
    STAFF = "staff", _("The newsroom itself")
    PROGRAM = "program", _("A program of the newsroom")


class TrustedFlagger(models.Model):
    """Somebody whose reports come first, by award (DSA Art. 22) or by choice of the newsroom."""

    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("e-mail address"), max_length=254, unique=True)
    field = models.CharField(_("field of expertise"), max_length=200, blank=True)
    awarded_by = models.CharField(_("awarded by"), max_length=200, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """Somebody says that something breaks a rule or the law (DSA Art. 16)."""

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="reports")
    item_kind = models.CharField(max_length=40)
    item_key = models.CharField(max_length=200)
    item_version = models.CharField(max_length=120, help_text="As it was when it was reported.")
    url = models.CharField(max_length=500)
    state = models.CharField(max_length=12, choices=ReportState.choices, default=ReportState.UNCONFIRMED)
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.READER)
    flagger = models.ForeignKey(TrustedFlagger, null=True, on_delete=models.PROTECT, related_name="reports")
    category = models.CharField(max_length=80)
    explanation = models.TextField()
    name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="reports")
    good_faith = models.BooleanField()
    anonymous = models.BooleanField(default=False, help_text="About the abuse of children: Art. 16(2)(c).")
    duplicate = models.BooleanField(default=False, help_text="Joined a case that there was.")
    language = models.CharField(max_length=20)
    door_number = models.CharField(max_length=64)
    door_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    unfounded = models.BooleanField(default=False, help_text="Manifestly, so it weighs (Art. 23(2)).")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(good_faith=True), name="moderation_report_in_good_faith"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["in_case", "answered"], case__isnull=False)
                | ~models.Q(state__in=["in_case", "answered"]),
                name="moderation_report_has_a_case",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="moderation_report_waiting"),
            models.Index(fields=["item_kind", "item_key"], name="moderation_report_of_item"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"report/{self.pk}"
