# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onrecord.people.models import User
from onrecord.statements.models import Statement


class Mode(models.TextChoices):
    """When a comment appears. A commenter may be held to a stricter one than the newsroom."""

    AFTER = "after", _("At once from people who are known, after a look from others")
    BEFORE = "before", _("After a moderator has looked")
    CLOSED = "closed", _("Not at all: comments are closed")


STRICTNESS = (Mode.AFTER, Mode.BEFORE, Mode.CLOSED)
"""The later one wins where several apply."""


class Policy(models.Model):
    """How the newsroom takes comments. One row; without it, BEFORE."""

    ONLY: ClassVar[int] = 1

    mode = models.CharField(_("comments appear"), max_length=8, choices=Mode.choices, default=Mode.BEFORE)
    mode_elsewhere = models.CharField(
        _("those from the fediverse"),
        max_length=8,
        choices=Mode.choices,
        default=Mode.AFTER,
        help_text=_("Never less strict than the one above."),
    )
    close_after_days = models.PositiveIntegerField(
        _("close after so many days"),
        null=True,
        blank=True,
        help_text=_("From the first release of a statement. Empty: they stay open."),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="conversation_policy_only_one"),
        ]

    def __str__(self) -> str:
        return self.mode


class StatementPolicy(models.Model):
    """What is different for one statement."""

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(_("comments appear"), max_length=8, choices=Mode.choices)
    stays_open = models.BooleanField(
        _("stay open"), default=False, help_text=_("However long ago the statement was released.")
    )

    def __str__(self) -> str:
        return f"statement {self.statement_id}: {self.mode}"


class HoldWord(models.Model):
    """A word or phrase with which a comment waits for a look; it is never refused for it."""

    written = models.CharField(_("word or phrase"), max_length=80)
    folded = models.CharField(max_length=160, unique=True, help_text="As compared: see `folding.py`.")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.written
