# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.conversation.models.policies import Mode
from onrecord.people.models import Contact


def new_subject() -> str:
    """Return a random name for somebody: nothing of them can be computed from it."""
    return secrets.token_hex(16)


class Commenter(models.Model):
    """Somebody who said something: through the form (with a contact) or elsewhere (with an origin).

    What is public of them are name, link and a drawing from a random seed; no function of their address. Once
    erased, only the row with its random subject is left, so that threads keep their shape; and its key for as
    long as something has to be kept as evidence.
    """

    subject = models.CharField(max_length=32, unique=True, default=new_subject)
    contact = models.OneToOneField(
        Contact, null=True, on_delete=models.PROTECT, related_name="commenter", help_text="None: not by mail."
    )
    origin = models.CharField(
        max_length=500, blank=True, help_text="Of somebody from elsewhere: their address there."
    )
    name = models.CharField(max_length=80, blank=True)
    link = models.URLField(max_length=300, blank=True)
    avatar_seed = models.CharField(max_length=32, default=new_subject)
    language = models.CharField(max_length=20, help_text="In which mails to them are written.")
    key = models.BinaryField(
        null=True, help_text="Opens their sealed texts; itself locked by a key in the data directory."
    )
    door_number = models.CharField(max_length=64, help_text="What the secret of links is derived from.")
    door_hash = models.CharField(max_length=64, unique=True)
    remembered = models.PositiveIntegerField(
        default=1, help_text="Browsers that were told another number know them no more."
    )
    replies_stopped_at = models.DateTimeField(null=True, help_text="Wants no mail about replies.")
    mailed_at = models.DateTimeField(null=True, help_text="Last mail that asks them to confirm.")
    mails = models.PositiveIntegerField(default=0, help_text="How many of those since they confirmed last.")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["origin"], condition=~models.Q(origin=""), name="conversation_commenter_origin_once"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(contact=None, origin="", name="", link=""),
                name="conversation_commenter_erased_is_empty",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(confirmed_at=None, erased_at=None),
                name="conversation_commenter_new",
            ),
        ]

    def __str__(self) -> str:
        return f"commenter {self.pk}"


class CommenterRestriction(models.Model):
    """What holds somebody to a stricter mode than others, for a time: put and taken away by moderation."""

    commenter = models.ForeignKey(Commenter, on_delete=models.CASCADE, related_name="restrictions")
    mode = models.CharField(
        max_length=8, choices=[(Mode.BEFORE, Mode.BEFORE.label), (Mode.CLOSED, Mode.CLOSED.label)]
    )
    reference = models.CharField(max_length=120, unique=True, help_text="As decision/12/effect/3.")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("restriction of a commenter")
        indexes: ClassVar = [
            models.Index(
                fields=["commenter"],
                condition=models.Q(lifted_at=None),
                name="conversation_commenter_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.mode}"
