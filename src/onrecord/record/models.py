# SPDX-License-Identifier: Apache-2.0
"""The log as rows: leaves that are never changed, hashes above them, and one head."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from onrecord.prepared import PreparedObjects
from onrecord.proof import openings
from onrecord.proof.merkle import EMPTY_ROOT, HASH_SIZE, RightEdge


class Leaf(models.Model):
    """One entry of the log. Written once; triggers in the database refuse to change or delete it.

    It reveals nothing of the edition. What opens it is in its `Opening`, which may be erased.
    """

    index = models.BigIntegerField(primary_key=True)
    commitment = models.BinaryField(max_length=HASH_SIZE, unique=True)
    body = models.BinaryField(help_text="The leaf exactly as it stands in the log.")
    hash = models.BinaryField(max_length=HASH_SIZE, help_text="RFC 6962 leaf hash of the body.")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(index__gte=0), name="record_leaf_index_from_zero"),
        ]

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Opening(models.Model):
    """What opens a leaf, and whether anyone may know it. Every leaf has one, made together with it.

    Triggers in the database allow only these changes: sealed becomes open; open or sealed becomes erased,
    and then nonce and path are gone for good.
    """

    class State(models.TextChoices):
        OPEN = openings.OPEN
        SEALED = openings.SEALED
        ERASED = openings.ERASED

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, related_name="opening")
    state = models.CharField(max_length=10, default=State.OPEN)
    nonce = models.BinaryField(max_length=32, null=True, help_text="Opens the commitment.")
    edition_path = models.CharField(  # noqa: DJ001 - of those without, none equals another
        max_length=500, unique=True, null=True
    )
    sealed_until = models.DateTimeField(null=True, help_text="Kept once it is opened or erased.")
    erased_by = models.ForeignKey(Leaf, null=True, on_delete=models.PROTECT, related_name="erases")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="record_opening_state",
                condition=models.Q(
                    state="open", nonce__isnull=False, edition_path__isnull=False, erased_by=None
                )
                | models.Q(
                    state="sealed",
                    nonce__isnull=False,
                    edition_path__isnull=False,
                    sealed_until__isnull=False,
                    erased_by=None,
                )
                | models.Q(
                    state="erased",
                    nonce=None,
                    edition_path=None,
                    erased_by__isnull=False,
                    erased_by__gt=models.F("leaf"),
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "sealed_until"],
                condition=~models.Q(state="open"),
                name="record_opening_not_open",
            ),
        ]

    def __str__(self) -> str:
        return f"leaf {self.pk}: {self.state}"

    @classmethod
    def erased(cls) -> models.QuerySet[Opening]:
        """Return the erased ones, by the index of those that are not open: there are few in many."""
        return cls.objects.exclude(state=cls.State.OPEN).filter(state=cls.State.ERASED)

    def published(self) -> openings.LeafState:
        """Return what readers may know of the leaf: of a sealed or erased one neither nonce nor path."""
        if self.state == self.State.SEALED and self.sealed_until is not None:
            return openings.Sealed(self.pk, self.sealed_until)
        if self.state == self.State.ERASED and self.erased_by_id is not None:
            return openings.Erased(self.pk, self.erased_by_id)
        return openings.Opened(self.pk, str(self.edition_path), bytes(self.nonce or b""))


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
    cosigned = models.BinaryField(
        null=True, help_text="The checkpoint with the lines of witnesses, until the log grows."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="record_loghead_only_one"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"

    @classmethod
    def current(cls) -> LogHead | None:
        """Return how far the log has come, or None before anybody has asked it to begin."""
        return _head.first()

    @classmethod
    def locked(cls) -> LogHead | None:
        """Return the same, held until the transaction ends."""
        return _held_head.first()

    def right_edge(self) -> RightEdge:
        """Return what is needed to append. Raises BadTile when the row contradicts itself."""
        return RightEdge.from_bytes(self.size, bytes(self.edge))


class Document(models.Model):
    """A logged edition that is no statement's: a register of keys, an erasure, commitments to decisions.

    Written once together with its leaf; triggers in the database refuse everything but adding signatures of
    root keys to `note`.
    """

    class Kind(models.TextChoices):
        REGISTER = "register"
        ERASE = "erase"
        POLICY = "policy"
        DECISIONS = "decisions"

    path = models.CharField(max_length=500, unique=True, help_text="Where the edition file is baked.")
    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField(help_text="Its edition number.")
    content = models.BinaryField(help_text="The edition file, as it is logged and served.")
    nonce = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=HASH_SIZE, unique=True)
    leaf_index = models.BigIntegerField(null=True, unique=True)
    note = models.BinaryField(default=b"", help_text="A register's note with the signatures of root keys.")
    created = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(kind="register"),
                name="record_document_register_number",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "-number"], name="record_document_newest")]

    def __str__(self) -> str:
        return self.path

    @classmethod
    def newest_register(cls) -> Document | None:
        """Return the newest register of keys, or None before the first one."""
        return _newest_register.first()


_head = PreparedObjects(lambda: LogHead.objects.filter(pk=LogHead.ONLY))
_held_head = PreparedObjects(lambda: LogHead.objects.select_for_update().filter(pk=LogHead.ONLY))
_newest_register = PreparedObjects(
    lambda: Document.objects.filter(kind=Document.Kind.REGISTER).order_by("-number")[:1]
)


class Timestamp(models.Model):
    """What an authority outside said about a checkpoint: that it existed at a moment (RFC 3161)."""

    size = models.BigIntegerField(primary_key=True, help_text="How many leaves the checkpoint covers.")
    checkpoint = models.BinaryField(help_text="The signed note exactly as it was timestamped.")
    reply = models.BinaryField(help_text="The verified answer, a TimeStampResp.")
    at = models.DateTimeField(help_text="The moment that the authority names.")
    authority = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"timestamp over {self.size} leaves"


class TimestampTrouble(models.Model):
    """Why the last attempt to get a timestamp failed; no row if it went well."""

    ONLY: ClassVar = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    reason = models.CharField(max_length=1000)
    since = models.DateTimeField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reason


class Witness(models.Model):
    """A program, mostly of another organisation, that is asked to cosign each checkpoint.

    One that is no longer asked stays as it is: its cosignatures are on proofs that readers keep.
    """

    class Answer(models.TextChoices):
        """What came of the last time it was asked."""

        NEVER = "", _("not asked yet")
        COSIGNED = "cosigned", _("cosigned")
        SILENT = "silent", _("does not answer")
        UNKNOWN_LOG = "unknown_log", _("does not follow this log yet")
        REFUSED = "refused", _("refuses")
        DISAGREES = "disagrees", _("has seen another history of this log")

    name = models.CharField(max_length=300, unique=True, help_text="The name of its key.")
    vkey = models.CharField(max_length=500, unique=True)
    url = models.CharField(max_length=500, help_text="Where add-checkpoint is asked; without a slash.")
    outside = models.BooleanField(default=True, help_text="Whether another organisation runs it.")
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, blank=True)
    detail = models.TextField(blank=True, help_text="The last answer in words.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row, since it last cosigned.")
    cosigned_at = models.DateTimeField(null=True, help_text="By the clock of this machine.")
    cosigned_size = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def asked(cls) -> list[Witness]:
        """Return those that are asked, by name."""
        return _asked()


_asked = PreparedObjects(lambda: Witness.objects.filter(active=True))


class Cosignature(models.Model):
    """What a witness said of one tree: when it first saw it, and the newest signature line."""

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=HASH_SIZE)
    first_time = models.BigIntegerField(help_text="By the clock of the witness, in POSIX seconds.")
    time = models.BigIntegerField(help_text="The same, of the newest line.")
    line = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["witness", "size"], name="record_cosignature_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["size"], name="record_cosignature_size")]

    def __str__(self) -> str:
        return f"{self.witness} at {self.size}"


class FollowedLog(models.Model):
    """A log for which this newsroom is a witness: how far it was seen. Moves by compare-and-swap."""

    origin = models.CharField(max_length=300, unique=True)
    vkeys = models.JSONField(help_text="The keys by which the log may sign.")
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=HASH_SIZE, default=EMPTY_ROOT)
    checkpoint = models.BinaryField(default=b"", help_text="The newest, with our cosignature.")
    cosigned_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["origin"]

    def __str__(self) -> str:
        return f"{self.origin} at {self.size}"


class Evidence(models.Model):
    """Two checkpoints of one log that cannot both be true, each signed by it. Kept and shown for ever."""

    log = models.ForeignKey(FollowedLog, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField(help_text="From 1 for each log.")
    first = models.BinaryField(help_text="What was cosigned.")
    second = models.BinaryField(help_text="What was refused.")
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["log", "number"], name="record_evidence_number"),
        ]

    def __str__(self) -> str:
        return f"{self.log.origin} {self.number}"
