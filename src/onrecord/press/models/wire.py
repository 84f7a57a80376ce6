# SPDX-License-Identifier: Apache-2.0
"""What went over the wire: each item once, and for each destination the number under which it got it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.delivery.models import Delivery
from onrecord.press.models.destinations import Destination
from onrecord.statements.models import Statement, Topic

EMBARGOED, WITHHELD = "wire-embargoed", "wire-withheld"
"""How the purposes begin of what is told before its time: a text, and that one is on hold."""


class WireItem(models.Model):
    """One version of one statement as it was offered to destinations. Written once; emptied by an erasure."""

    statement = models.ForeignKey(
        Statement, null=True, on_delete=models.SET_NULL, related_name="+", help_text="None: thrown away."
    )
    version = models.PositiveIntegerField()
    purpose = models.CharField(max_length=40, help_text="Why it went out; unique with the version.")
    embargoed_until = models.DateTimeField(null=True)
    title = models.CharField(max_length=300)
    language = models.CharField(max_length=20)
    body = models.JSONField(help_text="The item as `press.formats.stored` writes it.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "version", "purpose"], name="press_wireitem_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["embargoed_until"],
                condition=models.Q(embargoed_until__isnull=False),
                name="press_wireitem_embargoed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    @property
    def is_early(self) -> bool:
        """Whether it was told before its time."""
        return self.purpose.startswith((EMBARGOED, WITHHELD))


class Turn(models.TextChoices):
    """How far something is in the queue of a destination."""

    OPEN = "open", _("Waits or is on its way")
    DONE = "done", _("Taken")
    LEFT_OUT = "left-out", _("Left out by a person")


class Transmission(models.Model):
    """One item in the order of one destination. Numbers run from 1 without gaps."""

    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="transmissions")
    number = models.PositiveBigIntegerField()
    item = models.ForeignKey(WireItem, on_delete=models.PROTECT, related_name="transmissions")
    turn = models.CharField(max_length=8, choices=Turn.choices, default=Turn.OPEN)
    delivery = models.OneToOneField(
        Delivery, null=True, on_delete=models.SET_NULL, related_name="transmission"
    )
    offered_at = models.DateTimeField(null=True, help_text="When whoever fetches was first shown it.")
    queued_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["destination", "number"], name="press_transmission_number"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["destination", "number"],
                condition=models.Q(turn="open"),
                name="press_transmission_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} to {self.destination_id}"


class WireToken(models.Model):
    """Opens the queue of one destination to whoever has it. Only a hash is kept."""

    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    embargoed = models.BooleanField(default=False, help_text="Also opens what is under embargo.")
    made_at = models.DateTimeField(default=timezone.now)
    used_on = models.DateField(null=True, help_text="The last day on which it was used.")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class TopicCode(models.Model):
    """The Media Topic of the IPTC that a topic of this newsroom is."""

    topic = models.OneToOneField(Topic, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=8, help_text="As 06000000.")

    def __str__(self) -> str:
        return f"medtop:{self.code}"
