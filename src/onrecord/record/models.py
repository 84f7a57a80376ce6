# SPDX-License-Identifier: Apache-2.0
"""The log as rows: leaves that are never changed, hashes above them, and one head."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from onrecord.proof.merkle import HASH_SIZE, RightEdge


class Leaf(models.Model):
    """One entry of the log. Written once; triggers in the database refuse to change or delete it."""

    index = models.BigIntegerField(primary_key=True)
    commitment = models.BinaryField(max_length=HASH_SIZE, unique=True)
    body = models.BinaryField(help_text="The leaf exactly as it stands in the log.")
    hash = models.BinaryField(max_length=HASH_SIZE, help_text="RFC 6962 leaf hash of the body.")
    nonce = models.BinaryField(max_length=32, help_text="Opens the commitment.")
    edition_path = models.CharField(max_length=500, unique=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(index__gte=0), name="record_leaf_index_from_zero"),
        ]

    def __str__(self) -> str:
        return f"leaf {self.index}: {self.edition_path}"


class Node(models.Model):
    """The root of a full tile: hash `index` of tile level `level`, from 1. Follows from the leaves."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=HASH_SIZE)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(level__gte=1), name="record_node_level_from_one"),
        ]

    def __str__(self) -> str:
        return f"node {self.index} of level {self.level}"


class LogHead(models.Model):
    """The one row that says how far the log has come. Moves by compare-and-swap, and only forwards."""

    ONLY: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    origin = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=HASH_SIZE)
    edge = models.BinaryField(help_text="The hashes of the tree's right edge, the largest subtree first.")
    checkpoint = models.BinaryField(help_text="The signed note over origin, size and root.")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="record_loghead_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"

    def right_edge(self) -> RightEdge:
        """Return what is needed to append. Raises BadTile when the row contradicts itself."""
        return RightEdge.from_bytes(self.size, bytes(self.edge))
