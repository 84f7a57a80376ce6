# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.statements.models.statements import Statement


class Erasure(models.Model):
    """What the law obliges the newsroom to erase: proposed by one person, confirmed by another, carried out.

    It holds nothing of the text. Its grounds are public and stay in the record for good.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for confirmation")
        DROPPED = "dropped", _("Not confirmed")
        CONFIRMED = "confirmed", _("Is being carried out")
        DONE = "done", _("Carried out")

    statement = models.ForeignKey(Statement, null=True, on_delete=models.SET_NULL, related_name="erasures")
    number = models.PositiveIntegerField(
        null=True, help_text="Of the one edition; empty for the whole statement with its translations."
    )
    path = models.CharField(max_length=160, help_text="The address that answers “gone” afterwards.")
    ground = models.CharField("reason", max_length=500)
    legal_ground = models.CharField("legal ground", max_length=200, blank=True)
    state = models.CharField(max_length=10, default=State.PROPOSED, choices=State.choices)
    proposed_by = models.ForeignKey(
        User,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Nobody, if an older backup had brought back what the log says is erased.",
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    document_path = models.CharField(max_length=200, blank=True, help_text="Of the erase edition.")
    leaf_index = models.BigIntegerField(null=True, help_text="Of the erase edition.")
    leaves = models.JSONField(default=list, help_text="The erased leaves.")
    keys = models.JSONField(default=list, help_text="Pages to bake again: family, key.")
    files = models.JSONField(default=list, help_text="SHA-256 of files that may be unused now.")

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["statement"],
                condition=models.Q(state__in=["proposed", "confirmed"]),
                name="statements_erasure_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.path}: {self.state}"


class Tombstone(models.Model):
    """An address whose text was erased: it answers with status 410 and says why."""

    path = models.CharField(max_length=160, unique=True)
    language = models.CharField(max_length=20)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones")

    def __str__(self) -> str:
        return self.path
