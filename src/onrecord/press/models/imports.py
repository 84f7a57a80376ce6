# SPDX-License-Identifier: Apache-2.0
"""Imports: a file of journalists on its way in, so that it goes on where it stopped."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.press.models.lists import MediaList


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns have to be named")
    TRYING = "trying", _("Being tried")
    TRIED = "tried", _("Tried: nothing is kept yet")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Imported")


class Import(models.Model):
    """What was read from a file, what is done with it, and what came of it. The rows go when it is done."""

    name = models.CharField(max_length=200, help_text="Of the file.")
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.UPLOADED)
    columns = models.JSONField(default=list, help_text="As the file names them.")
    mapping = models.JSONField(default=dict, help_text="Field of ours: number of the column.")
    rows = models.JSONField(default=list, help_text="[line, [values]]; empty once it is done.")
    source = models.CharField(_("source"), max_length=200)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    onto = models.ForeignKey(MediaList, null=True, on_delete=models.SET_NULL, related_name="+")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, help_text="Rows that are behind it.")
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0, help_text="Addresses that want no mail.")
    problems = models.JSONField(default=list, help_text="[line, what is wrong]; the first 500.")
    problem_count = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """How the journal names this row."""
        return f"press-import/{self.pk}"

    @property
    def is_running(self) -> bool:
        """Whether something happens by itself."""
        return self.state in (ImportState.TRYING, ImportState.RUNNING)
