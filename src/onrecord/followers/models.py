# SPDX-License-Identifier: Apache-2.0
"""Subscriptions: who is told what, how often, and how they came and went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.followers.webhooks.models import Endpoint, EndpointState
from onrecord.followers.websub.models import FeedRequest, FeedSubscription
from onrecord.people.models import Contact
from onrecord.statements.models import Topic

__all__ = [
    "Digest",
    "Endpoint",
    "EndpointState",
    "FeedRequest",
    "FeedSubscription",
    "Frequency",
    "Reason",
    "Source",
    "State",
    "Subscription",
    "SubscriptionLanguage",
]


class Frequency(models.TextChoices):
    EACH = "each", _("Each statement, at once")
    DAILY = "daily", _("Once a day, together")
    WEEKLY = "weekly", _("Once a week, together")


class State(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("Not confirmed yet")
    CONFIRMED = "confirmed", _("Confirmed")
    ENDED = "ended", _("Ended")


class Reason(models.TextChoices):
    """Why a subscription ended."""

    REQUEST = "request", _("Asked by the follower")
    ONE_CLICK = "one_click", _("Asked through the mail program")
    STAFF = "staff", _("Ended by staff")
    BOUNCE = "hard_bounce", _("The address does not exist")
    COMPLAINT = "complaint", _("Reported as unwanted")


class Source(models.TextChoices):
    FORM = "form", _("Form on the site")
    IMPORT = "import", _("Imported list")


class Subscription(models.Model):
    """One follower's choice. Confirmed by whoever owns the address; one that ended stays for 28 days."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="subscriptions")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.EACH)
    language = models.CharField(max_length=20, help_text="In which mails about the subscription are written.")
    all_topics = models.BooleanField(default=True)
    topics = models.ManyToManyField(Topic, related_name="+", blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.FORM)
    origin = models.CharField(max_length=200, blank=True, help_text="Of an imported one: which list.")
    legal_basis = models.CharField(max_length=200, blank=True)
    door_number = models.CharField(max_length=64, help_text="What the secret of links is derived from.")
    door_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    mailed_at = models.DateTimeField(null=True, help_text="Last mail about the subscription itself.")
    mails = models.PositiveIntegerField(default=0, help_text="How many of those there were.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=~models.Q(state="ended"),
                name="followers_subscription_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended", ended_at__isnull=False)
                | (~models.Q(state="ended") & models.Q(ended_at__isnull=True)),
                name="followers_subscription_ended_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "frequency", "id"], name="followers_audience"),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}: {self.state}"

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"subscription/{self.pk}"


class SubscriptionLanguage(models.Model):
    """A language in which a follower wants statements."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="languages")
    language = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "language"], name="followers_language_once"),
        ]

    def __str__(self) -> str:
        return self.language


class Digest(models.Model):
    """A collection that was sent, or that had nothing in it: where the next one begins."""

    frequency = models.CharField(max_length=8, choices=Frequency.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["frequency", "until"], name="followers_digest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} until {self.until:%Y-%m-%d %H:%M}"


class DayCount(models.Model):
    """How many came, went and were there on one day: of all, of a language or of a topic. Names nobody.

    Written when the day is over, before the rows of those who left are reduced. `total` is empty until then;
    what is noted before comes from those who were erased on that very day.
    """

    ALL_TOPICS: ClassVar[str] = "*"
    """Stands for a topic with those who chose to be told of everything."""

    day = models.DateField(help_text="By the newsroom's clock.")
    language = models.CharField(max_length=20, blank=True, help_text="Empty: whatever they read.")
    topic = models.CharField(max_length=100, blank=True, help_text="Its address. Empty: whatever they chose.")
    joined = models.PositiveIntegerField(default=0)
    ended = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, help_text="At the end of the day.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["language", "topic", "day"], name="followers_day_count_once"),
            models.CheckConstraint(
                condition=models.Q(language="") | models.Q(topic=""), name="followers_day_count_of_one_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.total}"
