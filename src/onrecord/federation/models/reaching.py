# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class SelfCheck(models.Model):
    """What the newsroom found when it last looked at itself as another server would. One row."""

    ONLY: ClassVar[int] = 1

    at = models.DateTimeField(default=timezone.now)
    problems = models.JSONField(default=list, help_text="Of each error: id and message.")
    failing_since = models.DateTimeField(null=True, help_text="Empty: nothing was wrong.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="federation_self_check_only_one"),
        ]

    def __str__(self) -> str:
        return f"{len(self.problems)} problems at {self.at}"
