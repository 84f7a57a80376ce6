# SPDX-License-Identifier: Apache-2.0
"""What known domains said when they were last asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from onrecord.identity.links import Outcome


class Finding(models.Model):
    """The newest answer of one domain in one way; a convenience, found again by asking."""

    domain = models.CharField(max_length=253)
    way = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    detail = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(help_text="When this outcome was found first.")
    at = models.DateTimeField(help_text="When the domain was asked last.")
    trouble = models.CharField(
        max_length=500,
        blank=True,
        help_text="Why it did not answer the last time; then the outcome is older.",
    )

    class Meta:
        ordering: ClassVar = ["domain", "way"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain", "way"], name="identity_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.domain}, {self.way}: {self.outcome}"

    @property
    def is_right(self) -> bool:
        """True if the domain vouches for the newsroom in this way."""
        return self.outcome == Outcome.RIGHT
