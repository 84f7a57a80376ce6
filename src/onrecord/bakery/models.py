# SPDX-License-Identifier: Apache-2.0
"""Which key yielded which file. Loss costs a full bake; the files themselves are read without it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class BakedFile(models.Model):
    """One file of the site as it was last baked. Its address is unique: no two keys may yield it."""

    family = models.CharField(max_length=80)
    key = models.TextField()
    """The key's strings as a JSON list."""
    path = models.CharField(max_length=1024)
    digest = models.CharField(max_length=64)
    """SHA-256 of the body, hexadecimal."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["path"], name="bakery_file_path")]
        indexes: ClassVar = [models.Index(fields=["family", "key"], name="bakery_file_key")]

    def __str__(self) -> str:
        return f"{self.path} by {self.family} {self.key}"
