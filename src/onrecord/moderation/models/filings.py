# SPDX-License-Identifier: Apache-2.0
"""The yearly report: what people write for it, and each version that was published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User


class ReportTexts(models.Model):
    """The words of the report about one year (sheet 11); changed until the report is published."""

    year = models.PositiveIntegerField(unique=True)
    summary = models.TextField(_("Summary of what is moderated on the newsroom’s own initiative"))
    meaning = models.TextField(_("What that means for readers: how, by which rules, with which people"))
    automated_means = models.TextField(_("Which programs help, and how they work"))
    accuracy = models.TextField(_("How accurate they are, and how often they may err"))
    purposes = models.TextField(_("What exactly they are used for"))
    safeguards = models.TextField(_("What keeps them from doing harm"))
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"texts for {self.year}"


class TransparencyReport(models.Model):
    """One published version of a yearly report, never changed or deleted.

    It stays public for five years at least (Implementing Regulation (EU) 2024/2835, Art. 3).
    """

    year = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    published_on = models.DateField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    changes = models.TextField(blank=True, help_text="What a later version corrects, and why.")
    files = models.JSONField(help_text="The CSV files by name.")

    class Meta:
        ordering: ClassVar = ["-year", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "version"], name="moderation_filing_once"),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(changes=""),
                name="moderation_filing_says_what_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.year}, version {self.version}"

    @property
    def path(self) -> str:
        """Where its files stand."""
        return f"/transparency/reports/{self.year}/{self.version}/"
