# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onrecord.prepared import PreparedObjects


class Quoters(models.TextChoices):
    """Who is given the stamp that allows a quote (FEP-044f)."""

    ANYONE = "anyone", _("Anyone")
    FOLLOWERS = "followers", _("Followers of the newsroom alone")
    NOBODY = "nobody", _("Nobody")


class Policy(models.Model):
    """What the newsroom has chosen about the fediverse. One row."""

    ONLY: ClassVar[int] = 1

    quoters = models.CharField(
        _("who may quote statements"), max_length=12, choices=Quoters.choices, default=Quoters.ANYONE
    )
    public_blocks = models.BooleanField(
        _("publish which servers are blocked, and why"),
        default=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="federation_policy_only_one"),
        ]

    def __str__(self) -> str:
        return self.quoters

    @classmethod
    def current(cls) -> Policy:
        """Return what holds now: the row, or the defaults until somebody has changed anything."""
        return _chosen.first() or cls(pk=cls.ONLY)


_chosen = PreparedObjects(lambda: Policy.objects.filter(pk=Policy.ONLY))
