# SPDX-License-Identifier: Apache-2.0
"""Which key owns which address: what a bake changes in that, and its refusals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import IntegrityError, connection, transaction

from onrecord.bakery.errors import AddressTaken, WriteOnceRefused
from onrecord.bakery.models import BakedFile
from onrecord.bakery.pages import File, Key


@dataclass(frozen=True, slots=True)
class Owner:
    """One key of one family, as it is stored."""

    family: str
    key: str

    @classmethod
    def of(cls, family: str, key: Key) -> Owner:
        """Name a key."""
        return cls(family, json.dumps(key, ensure_ascii=False, separators=(",", ":")))

    def parts(self) -> tuple[str, Key]:
        """Return the family and the key as the bakery's actions take them."""
        return self.family, _parts(self.key)

    @property
    def number(self) -> int:
        """What the key begins with, in a family whose keys begin with a number."""
        return int(_parts(self.key)[0])

    def __str__(self) -> str:
        return f"{self.family} {self.key}"


@lru_cache(maxsize=1024)
def _parts(key: str) -> Key:
    # A full bake asks three times: where the key belongs, with which others it is read, what to render.
    return tuple(json.loads(key))


@dataclass(frozen=True, slots=True)
class Yielded:
    """One file that a key yielded, without its body."""

    owner: Owner
    path: str
    digest: str
    immutable: bool

    @classmethod
    def by(cls, owner: Owner, file: File) -> Yielded:
        """Note what a key yielded."""
        return cls(owner, file.path, hashlib.sha256(file.body).hexdigest(), file.immutable)


@dataclass(slots=True)
class Changes:
    """How the stored ownership differs from what some keys yield now."""

    new: list[Yielded] = field(default_factory=list)
    altered: list[BakedFile] = field(default_factory=list)
    stale: list[BakedFile] = field(default_factory=list)
    refused: list[tuple[Owner, AddressTaken | WriteOnceRefused]] = field(default_factory=list)

    def gone(self) -> list[str]:
        """Return the addresses that none of the keys yields any more."""
        taken_over = {one.path for one in self.new}
        return [row.path for row in self.stale if row.path not in taken_over]


def compare(owners: Sequence[Owner], yielded: Iterable[Yielded]) -> Changes:
    """Find what changes if these owners yield exactly this."""
    changes = Changes()
    rows = {row.path: row for row in _rows_of(owners)}
    yielded = list(yielded)
    others = _rows_at(one.path for one in yielded if one.path not in rows)
    claimed: dict[str, Owner] = {}
    for one in yielded:
        row = rows.get(one.path)
        holder = claimed.setdefault(one.path, one.owner)
        foreign = others.get(one.path)
        if holder != one.owner or foreign is not None:
            other = holder if foreign is None else Owner(foreign.family, foreign.key)
            changes.refused.append((one.owner, _taken(one, other)))
        elif row is None or (row.family, row.key) != (one.owner.family, one.owner.key):
            changes.new.append(one)
        elif row.digest != one.digest and one.immutable:
            changes.refused.append((one.owner, _altered(one, row)))
        elif row.digest != one.digest:
            changes.altered.append(_row(one))
    changes.stale = [row for row in rows.values() if claimed.get(row.path) != Owner(row.family, row.key)]
    return changes


def store(changes: Changes) -> None:
    """Write the changes in one transaction; raises AddressTaken if another process was first."""
    if not (changes.new or changes.altered or changes.stale):
        return
    try:
        with transaction.atomic(durable=True):
            BakedFile.objects.filter(pk__in=[row.pk for row in changes.stale]).delete()
            BakedFile.objects.bulk_create(
                changes.altered, update_conflicts=True, unique_fields=["path"], update_fields=["digest"]
            )
            _insert(changes.new)
    except IntegrityError as error:
        present = _rows_at(one.path for one in changes.new)
        for one in changes.new:
            if other := present.get(one.path):
                raise _taken(one, Owner(other.family, other.key)) from error
        raise


def _insert(new: Sequence[Yielded]) -> None:
    # A full bake stores dozens of files for each statement: building one statement for them took longer.
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO bakery_bakedfile (family, key, path, digest) VALUES (%s, %s, %s, %s)",
            [(one.owner.family, one.owner.key, one.path, one.digest) for one in new],
        )


def _row(one: Yielded) -> BakedFile:
    return BakedFile(family=one.owner.family, key=one.owner.key, path=one.path, digest=one.digest)


def _rows_of(owners: Iterable[Owner]) -> list[BakedFile]:
    # One query: for a release that asks for a dozen families, a query for each took longer than the answer.
    wanted = set(owners)
    if not wanted:
        return []
    families, keys = {owner.family for owner in wanted}, {owner.key for owner in wanted}
    sql = f"{_SELECT} WHERE family IN ({_marks(families)}) AND key IN ({_marks(keys)})"
    return [row for row in _read(sql, [*families, *keys]) if Owner(row.family, row.key) in wanted]


def _rows_at(paths: Iterable[str]) -> dict[str, BakedFile]:
    wanted = list(dict.fromkeys(paths))
    found: dict[str, BakedFile] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        found |= {row.path: row for row in _read(f"{_SELECT} WHERE path IN ({_marks(some)})", some)}
    return found


def _read(sql: str, values: Sequence[str]) -> list[BakedFile]:
    # Written by hand, as above: a release compares a hundred rows, a full bake millions.
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [BakedFile.from_db(connection.alias, _FIELDS, row) for row in cursor.fetchall()]


def owned(paths: Collection[str]) -> set[str]:
    """Return which of these addresses, at most a few hundred, are owned."""
    if not paths:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT path FROM bakery_bakedfile WHERE path IN ({_marks(paths)})", list(paths))  # noqa: S608  # only placeholders
        return {path for (path,) in cursor.fetchall()}


def _marks(values: Collection[str]) -> str:
    return ", ".join(["%s"] * len(values))


_FIELDS = ("id", "family", "key", "path", "digest")
_SELECT = f"SELECT {', '.join(_FIELDS)} FROM bakery_bakedfile"  # noqa: S608  # only names of columns
_AT_ONCE = 500


def _taken(one: Yielded, other: Owner) -> AddressTaken:
    return AddressTaken(
        f"{one.path} is yielded by {one.owner} and by {other}. Two keys may not yield the same address: "
        "give one of the pages another."
    )


def _altered(one: Yielded, row: BakedFile) -> WriteOnceRefused:
    return WriteOnceRefused(
        f"{one.path} is written once and was baked with sha256 {row.digest}; "
        f"{one.owner} now yields sha256 {one.digest}. Give the new bytes an address of their own."
    )
