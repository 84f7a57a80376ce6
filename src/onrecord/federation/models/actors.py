# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.statements.models import Topic

NAME = RegexValidator(r"\A[a-z0-9_]{1,30}\Z", _("Use small letters, digits and underscores, 30 at most."))


class ActorKind(models.TextChoices):
    NEWSROOM = "newsroom", _("Everything the newsroom says")
    SELECTION = "selection", _("One language, one topic, or both")
    INSTANCE = "instance", _("The program itself: it asks other servers, and says nothing")
    FORMER = "former", _("What the newsroom said before it got another name or address")


class Actor(models.Model):
    """An account of the newsroom that can be followed. Its name is part of addresses and never changes.

    Statements are attributed to the newsroom's own; the others announce what is in their language or topic.
    Private keys are files of the data directory; `key_number` says which pair is in use.
    """

    name = models.CharField(
        max_length=300,
        unique=True,
        validators=[NAME],
        help_text="As press; of an account at a former address of the site press@<former host>.",
    )
    former_base = models.CharField(
        max_length=200,
        blank=True,
        help_text="The address of the site that its id has, if it is a former one.",
    )
    kind = models.CharField(max_length=12, choices=ActorKind.choices)
    language = models.CharField(max_length=20, blank=True, help_text="Empty: every language.")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=100, blank=True, help_text="Shown beside the name. Empty: made up.")
    summary = models.TextField(max_length=500, blank=True)
    also_known_as = models.JSONField(default=list, help_text="Addresses of accounts that move here.")
    moved_to = models.URLField(
        max_length=500, blank=True, help_text="The account that followers were sent to."
    )
    moved_at = models.DateTimeField(null=True)
    key_number = models.PositiveIntegerField(default=1)
    keys_since = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, help_text="Answers “gone” from then on.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind__in=["newsroom", "instance"]),
                name="federation_actor_kind_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="selection") | models.Q(language="", topic=None),
                name="federation_actor_only_selections_select",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local(self) -> str:
        """Its name in addresses, as press."""
        return self.name.partition("@")[0]

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"actor/{self.pk}"


class FormerKey(models.Model):
    """An Ed25519 key that proved what an account said, until it was replaced or revoked."""

    actor = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="former_keys")
    number = models.PositiveIntegerField()
    public = models.CharField(max_length=100, help_text="As Multikey.")
    method = models.CharField(max_length=500, help_text="Its address, which proofs name.")
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="The last moment that it proves.")
    state = models.CharField(max_length=12, help_text="As the register of keys has it.")
    reason = models.CharField(max_length=500, blank=True, help_text="Public.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "number"], name="federation_former_key_once"),
        ]

    def __str__(self) -> str:
        return self.method
