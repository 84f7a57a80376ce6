# SPDX-License-Identifier: Apache-2.0
"""Whether every leaf is accounted for: open, sealed until a date, or erased by a named leaf (A7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from onrecord.prepared import Prepared
from onrecord.proof.openings import GRACE, MAX_SEALED_DAYS
from onrecord.record.keys import newest_register
from onrecord.record.models import LogHead, Opening


@dataclass(frozen=True, slots=True)
class Account:
    """How many leaves are in which state. The sums fit: `missing` leaves have no opening at all."""

    leaves: int
    open: int
    sealed: int
    late: int
    """Of the sealed ones, those whose date has passed by more than the grace."""
    erased: int
    missing: int
    """Leaves that nothing is known about; 0 unless rows of the database were lost."""

    @property
    def complete(self) -> bool:
        """Tell whether an audit by a stranger would pass: nothing is late, nothing is missing."""
        return not self.late and not self.missing


def max_sealed_days() -> int:
    """Return how long a leaf may stay sealed, as the register of keys says."""
    register = newest_register()
    return register.max_sealed_days if register else MAX_SEALED_DAYS


def account(now: datetime | None = None) -> Account:
    """Account for all leaves. Reads only those that are not open, and counts the rest."""
    size, rows = _size(), Opening.objects.count()
    return _account(size, rows, now)


def published_account() -> Account:
    """Account for all leaves as pages show it: at the same cost however long the log is.

    It takes for granted that every leaf has its row, which `account` counts.
    """
    size = _size()
    if not _any_shut():
        return Account(leaves=size, open=size, sealed=0, late=0, erased=0, missing=0)
    return _account(size, size, None)


def _account(size: int, rows: int, now: datetime | None) -> Account:
    shut = Opening.objects.exclude(state=Opening.State.OPEN).aggregate(
        sealed=Count("pk", filter=Q(state=Opening.State.SEALED)),
        late=Count(
            "pk", filter=Q(state=Opening.State.SEALED, sealed_until__lt=(now or timezone.now()) - GRACE)
        ),
        erased=Count("pk", filter=Q(state=Opening.State.ERASED)),
    )
    return Account(
        leaves=size,
        open=rows - shut["sealed"] - shut["erased"],
        sealed=shut["sealed"],
        late=shut["late"],
        erased=shut["erased"],
        missing=max(0, size - rows),
    )


def _size() -> int:
    head = LogHead.current()
    return head.size if head else 0


_any_shut = Prepared(lambda: Opening.objects.exclude(state=Opening.State.OPEN).values_list("pk")[:1])
