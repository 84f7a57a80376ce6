# SPDX-License-Identifier: Apache-2.0
"""The ledger as rows: distributions, their deliveries, and the state of the ways that these take."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.delivery.inbound.models import Return  # noqa: F401 - a table of this app


class Lane(models.TextChoices):
    """Which deliveries go first. The names sort in that order."""

    TRANSACTIONAL = "a-transactional", _("At once: what somebody is waiting for")
    BULK = "b-bulk", _("In bulk")


class DistributionState(models.TextChoices):
    OPEN = "open", _("Going out")
    PAUSED = "paused", _("Paused")
    WAITING = "waiting", _("Late: waits for a person")
    CANCELLED = "cancelled", _("Cancelled")
    DONE = "done", _("Done")


class Distribution(models.Model):
    """One version of one thing to one frozen audience over one transport."""

    transport = models.CharField(max_length=40)
    object_key = models.CharField(max_length=200, help_text="What it is about, as statement/12.")
    version = models.PositiveIntegerField(help_text="A later one replaces what is still pending.")
    purpose = models.CharField(max_length=40)
    label = models.CharField(max_length=300)
    lane = models.CharField(max_length=20, choices=Lane.choices, default=Lane.BULK)
    body = models.JSONField(help_text="What the transport needs to write the message.")
    state = models.CharField(max_length=12, choices=DistributionState.choices, default=DistributionState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    release_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, help_text="When the first delivery was claimed.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transport", "object_key", "version", "purpose"], name="delivery_distribution_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["transport", "lane", "release_at", "id"],
                condition=models.Q(state="open"),
                name="delivery_distribution_open",
            ),
            models.Index(fields=["object_key", "transport", "version"], name="delivery_distribution_of"),
        ]

    def __str__(self) -> str:
        return self.label


class State(models.TextChoices):
    """What became of a delivery. Accepted means that the other side took it, not that anybody read it."""

    QUEUED = "queued", _("Queued")
    IN_FLIGHT = "in_flight", _("On its way")
    ACCEPTED = "accepted", _("Accepted")
    DEFERRED = "deferred", _("Tried, to be tried again")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Complained about")
    SUPPRESSED = "suppressed", _("Not sent: the address wants nothing")
    UNKNOWN = "unknown", _("Unknown")
    CANCELLED = "cancelled", _("Cancelled")
    SUPERSEDED = "superseded", _("Replaced by a newer edition")


FORGOTTEN = "forgotten"
"""Stands in place of an address that was taken out."""
PENDING = (State.QUEUED, State.DEFERRED)
UNSETTLED = (State.QUEUED, State.DEFERRED, State.IN_FLIGHT)


class Delivery(models.Model):
    """One version to one recipient. Unique; never made twice, never forgotten before it is settled."""

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="deliveries")
    recipient_key = models.CharField(max_length=100, help_text="Its owner's name for it: subscription/17.")
    recipient = models.CharField(max_length=500, help_text="The address.")
    destination = models.CharField(max_length=255, help_text="The host or domain of the address.")
    data = models.JSONField(default=dict, help_text="What is different for each recipient.")
    message_id = models.CharField(max_length=200, help_text="The same at every attempt.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=60, blank=True)
    reply = models.CharField(max_length=500, blank=True, help_text="What the other side said last.")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["distribution", "recipient_key"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state="in_flight", lease_until__isnull=False)
                | (~models.Q(state="in_flight") & models.Q(lease_until__isnull=True)),
                name="delivery_in_flight_has_a_lease",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["distribution", "due_at", "id"],
                condition=models.Q(state__in=["queued", "deferred"]),
                name="delivery_pending",
            ),
            models.Index(
                fields=["lease_until"], condition=models.Q(state="in_flight"), name="delivery_in_flight"
            ),
            models.Index(
                fields=["distribution", "state", "destination", "id"], name="delivery_by_state_and_host"
            ),
            models.Index(fields=["recipient", "id"], name="delivery_to"),
            models.Index(fields=["message_id"], name="delivery_message"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_key} of {self.distribution_id}: {self.state}"


class Tally(models.Model):
    """What is left of the deliveries of a distribution once their details are removed: how many, where."""

    distribution = models.ForeignKey(Distribution, on_delete=models.PROTECT, related_name="tallies")
    destination = models.CharField(max_length=255)
    state = models.CharField(max_length=12, choices=State.choices)
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["distribution", "destination", "state"], name="delivery_tally_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.state} at {self.destination}"


class Route(models.Model):
    """The way to one host: whether it is open, and since when it is not."""

    transport = models.CharField(max_length=40)
    name = models.CharField(max_length=255, help_text="Host, or relay.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row; none after any success.")
    failing_since = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True, help_text="Nothing is tried before.")
    last_reply = models.CharField(max_length=500, blank=True)
    last_success_at = models.DateTimeField(null=True)
    is_slow = models.BooleanField(default=False, help_text="It takes long to answer; others go first.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transport", "name"], name="delivery_route_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["transport"],
                condition=models.Q(failures__gt=0) | models.Q(is_slow=True),
                name="delivery_route_ailing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transport} to {self.name}"


class Pace(models.Model):
    """How fast a relay or a destination is served: what is left of its allowance, and whether it rests."""

    transport = models.CharField(max_length=40)
    name = models.CharField(max_length=255, help_text="Relay, or host or domain of addresses.")
    begun_at = models.DateTimeField(default=timezone.now, help_text="A new one is warmed up from then on.")
    counted_at = models.DateTimeField(default=timezone.now)
    tokens = models.FloatField(default=1.0, help_text="Messages that might go at that moment.")
    parked_until = models.DateTimeField(default=timezone.now, help_text="When the last that waits is due.")
    put_off = models.PositiveIntegerField(default=0, help_text="Deliveries put off in a row.")
    rests_until = models.DateTimeField(null=True, help_text="Nothing in bulk goes there before.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transport", "name"], name="delivery_pace_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["transport"], condition=models.Q(put_off__gt=0), name="delivery_pace_put_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transport} to {self.name}"


class Silence(models.TextChoices):
    """Why an address gets nothing more."""

    HARD_BOUNCE = "hard_bounce", _("There is no such address")
    COMPLAINT = "complaint", _("Reported as unwanted")
    REQUEST = "request", _("Its owner wants nothing more")
    MANUAL = "manual", _("Staff decided so")


LIFTED_BY_STAFF = (Silence.HARD_BOUNCE, Silence.MANUAL)
"""What is not the will of the owner of an address."""


class Suppression(models.Model):
    """An address that gets nothing more, kept as a keyed hash, with the reason and what proves it."""

    address_hash = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA-256, hexadecimal.")
    reason = models.CharField(max_length=20)
    evidence = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.reason} since {self.at:%Y-%m-%d}"

    @property
    def said(self) -> str:
        """The reason, for a screen."""
        return str(Silence(self.reason).label) if self.reason in Silence.values else self.reason

    @property
    def may_be_lifted(self) -> bool:
        """Whether staff may let the address have mail again: not against the will of its owner."""
        return self.reason in LIFTED_BY_STAFF
