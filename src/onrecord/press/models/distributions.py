# SPDX-License-Identifier: Apache-2.0
"""What is sent to journalists: a statement, an audience, words of one's own, and how far it has come."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.press.models.journalists import Journalist
from onrecord.press.models.lists import MediaList
from onrecord.statements.models import Statement


class Stage(models.TextChoices):
    """How far a distribution has come at the desk; from `sent` on the ledger knows the rest."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waits for approval")
    SCHEDULED = "scheduled", _("Has a date")
    HELD = "held", _("Waits for a person")
    SENT = "sent", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")


class When(models.TextChoices):
    NOW = "now", _("At once")
    MORNING = "morning", _("In the morning of each recipient")
    AT = "at", _("At a moment")


class PressDistribution(models.Model):
    """One statement, in its languages, to journalists. What goes to whom is frozen when it is sent."""

    statement = models.ForeignKey(
        Statement, null=True, on_delete=models.SET_NULL, related_name="+", help_text="None: thrown away."
    )
    embargoed = models.BooleanField(
        default=False, help_text="Before its moment, as a link to a guarded page."
    )
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    subjects = models.JSONField(default=dict, help_text="By language. None: the title.")
    greetings = models.JSONField(default=dict, help_text="Templates, by language. None: the usual one.")
    covers = models.JSONField(default=dict, help_text="Words before the text, by language.")
    people = models.ManyToManyField(Journalist, related_name="+", help_text="Beside those on lists.")
    without_lists = models.ManyToManyField(MediaList, related_name="+")
    without_people = models.ManyToManyField(Journalist, related_name="+")
    not_to_followers = models.BooleanField(
        default=True, help_text="Not to whoever got the edition as a follower."
    )
    when = models.CharField(max_length=8, choices=When.choices, default=When.NOW)
    send_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=64, blank=True, help_text="In which `send_at` was chosen.")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    authors = models.ManyToManyField(User, related_name="+", help_text="Who may not approve it.")
    made_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0, help_text="Recipients, when somebody last decided.")
    remark = models.TextField(blank=True, help_text="Why it went back, or what keeps it.")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["send_at"], condition=models.Q(stage="scheduled"), name="press_distribution_due"
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(stage__in=["waiting", "held"]),
                name="press_distribution_open",
            ),
        ]

    def __str__(self) -> str:
        return self.statement.title if self.statement else self.purpose

    @property
    def purpose(self) -> str:
        """How the ledger names this sending."""
        return f"press-{self.pk}"

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"press-distribution/{self.pk}"


class AudienceList(models.Model):
    """A media list that a distribution goes to, with a note for those on it."""

    distribution = models.ForeignKey(PressDistribution, on_delete=models.CASCADE, related_name="lists")
    media_list = models.ForeignKey(MediaList, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["distribution", "media_list"], name="press_audience_list_once"),
        ]

    def __str__(self) -> str:
        return f"{self.media_list_id} of {self.distribution_id}"


class DistributionPolicy(models.Model):
    """How this newsroom sends to the press; one row."""

    ONLY: ClassVar = 1

    class Replies(models.TextChoices):
        OFFICER = "officer", _("To whoever made it")
        MAILBOX = "mailbox", _("To the mailbox of the press office")

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    approval_above = models.PositiveIntegerField(
        _("approval from"),
        default=50,
        help_text=_("Somebody else has to approve what goes to more people than this."),
    )
    replies = models.CharField(_("answers"), max_length=8, choices=Replies.choices, default=Replies.OFFICER)
    mailbox = models.EmailField(_("mailbox of the press office"), blank=True)
    morning = models.TimeField(
        _("morning"),
        default=time(8, 30),
        help_text=_("By the recipient’s own clock, on the next day from Monday to Friday."),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="press_policy_only_one"),
        ]

    def __str__(self) -> str:
        return "press"

    @classmethod
    def current(cls) -> DistributionPolicy:
        """Return what is chosen, or the defaults."""
        return cls.objects.filter(pk=cls.ONLY).first() or cls()
