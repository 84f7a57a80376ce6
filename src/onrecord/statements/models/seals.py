# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from typing import ClassVar

from django.db import models

from onrecord.statements.models.editions import Asset
from onrecord.statements.models.statements import Statement


class Seal(models.Model):
    """An edition that is frozen and committed to, but not released: nothing public comes from this table.

    Written once by `actions.schedule`. At its moment the very same bytes become an `Edition` and the seal
    is gone. A seal that no `Progress` holds any more was given up: its leaf is erased, then it is deleted.
    """

    statement = models.ForeignKey(Statement, null=True, on_delete=models.SET_NULL, related_name="seals")
    number = models.PositiveIntegerField(help_text="Of the edition it will be.")
    op = models.CharField(max_length=20)
    change = models.CharField(max_length=20, blank=True)
    content = models.BinaryField(help_text="The edition file, as it will be served.")
    body_html = models.TextField()
    nonce = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32, unique=True)
    assets = models.ManyToManyField(Asset, related_name="+")
    path = models.CharField(max_length=140, help_text="The address that is kept free for it.")
    year = models.PositiveIntegerField()
    slug = models.CharField(max_length=80)
    sealed_at = models.DateTimeField()
    until = models.DateTimeField(help_text="The moment of release.")
    leaf_index = models.BigIntegerField(null=True, unique=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was given up; public.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["year", "slug"], name="statements_seal_address")]

    def __str__(self) -> str:
        return f"seal {self.pk} until {self.until:%Y-%m-%d %H:%M}"
