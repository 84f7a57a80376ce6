# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SignatureKind(models.TextChoices):
    """Which kind of signature a server took last."""

    UNKNOWN = "", _("Not known yet")
    CAVAGE = "cavage", "draft-cavage-http-signatures-12"
    RFC9421 = "rfc9421", "RFC 9421"


class RemoteHost(models.Model):
    """A server elsewhere. Whether it can be reached is a matter of the ledger, by the same name."""

    name = models.CharField(
        max_length=255, unique=True, help_text="Host, with the port if it is not the usual."
    )
    signature = models.CharField(
        max_length=10, choices=SignatureKind.choices, blank=True, default=SignatureKind.UNKNOWN
    )
    software = models.CharField(max_length=100, blank=True, help_text="As its NodeInfo says.")
    seen_at = models.DateTimeField(default=timezone.now, help_text="When something signed came from it last.")
    synchronised_at = models.DateTimeField(
        null=True, db_index=True, help_text="When it was told last who follows from there, as a digest."
    )

    def __str__(self) -> str:
        return self.name


class RemoteActor(models.Model):
    """An account elsewhere, as its server described it last. Gone accounts keep their address alone."""

    uri = models.CharField(max_length=500, unique=True)
    host = models.ForeignKey(RemoteHost, on_delete=models.PROTECT, related_name="actors")
    inbox = models.CharField(max_length=500, blank=True)
    shared_inbox = models.CharField(max_length=500, blank=True)
    followers = models.CharField(max_length=500, blank=True, help_text="Address of its followers collection.")
    handle = models.CharField(max_length=255, blank=True, help_text="Its name there, as press.")
    name = models.CharField(max_length=200, blank=True, help_text="As plain text.")
    url = models.CharField(max_length=500, blank=True, help_text="Its page for people; http or https.")
    also_known_as = models.JSONField(default=list)
    keys = models.JSONField(default=list, help_text="Of each: id, kind (pem, multikey) and value.")
    fetched_at = models.DateTimeField(default=timezone.now)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["host", "id"], name="federation_remote_of_host"),
            models.Index(fields=["shared_inbox"], name="federation_remote_shared"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(gone_at=None) | models.Q(inbox="", shared_inbox="", name="", url=""),
                name="federation_remote_gone_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.uri

    @property
    def subject(self) -> str:
        """How the journal and the ledger name this row."""
        return f"remote-actor/{self.pk}"


class DomainBlock(models.Model):
    """A server that nothing is taken from, with the reason that its people may read."""

    host = models.CharField(max_length=255, help_text="And every host below it.")
    reason = models.CharField(max_length=1000, help_text="Public: which rule, which facts.")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_reason = models.CharField(max_length=1000, blank=True, help_text="Why it was lifted.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(lifted_at=None), name="federation_block_once"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="federation_block_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.host

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"domain-block/{self.pk}"

    @property
    def holds(self) -> bool:
        """Tell whether nothing is taken from the server now."""
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())
