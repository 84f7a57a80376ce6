# SPDX-License-Identifier: Apache-2.0
"""Copies of pages elsewhere: the SHA-256 of their bytes, and the bytes where somebody chose to keep them.

Bytes are written below the data directory under their hash, before the row says so. A crash in between
leaves a file that nobody names, never a row without its file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.journal import actions as journal
from onrecord.outbound import OutboundError, fetch
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.coverage import events
from onrecord.press.coverage.errors import BadCoverage
from onrecord.press.models import Coverage, CoverageCopy, Keeping
from onrecord.record import durably

FOLDER = "coverage"
LARGEST = 5_000_000
SECONDS = 20.0
MOST_REDIRECTS = 5
CLAIMED = timedelta(minutes=2)
_AT_ONCE = 10


@transaction.atomic
def ask_copy(row: Coverage, keeping: Keeping, *, by: User) -> CoverageCopy:
    """Have a page fetched once, soon. Raises BadCoverage while one is on its way, and NotAllowed."""
    require(by, Right.WRITE)
    row = Coverage.objects.select_for_update().get(pk=row.pk)
    if row.copies.filter(due_at__isnull=False).exists():
        raise BadCoverage(_("The page is being fetched already."))
    return CoverageCopy.objects.create(coverage=row, keeping=keeping, asked_by=by, due_at=timezone.now())


def anything_to_fetch() -> bool:
    """Tell whether a page waits to be fetched."""
    return CoverageCopy.objects.filter(due_at__lte=timezone.now()).exists()


def fetch_due() -> int:
    """Fetch what was asked for; return how many pages. Safe in several processes at once."""
    fetched = 0
    waiting = CoverageCopy.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    for copy in waiting.select_related("coverage", "asked_by")[:_AT_ONCE]:
        until = timezone.now() + CLAIMED
        if CoverageCopy.objects.filter(pk=copy.pk, due_at=copy.due_at).update(due_at=until) == 1:
            copy.due_at = until
            _fetch(copy)
            fetched += 1
    return fetched


@transaction.atomic
def forget_bytes(copy: CoverageCopy, *, by: User) -> CoverageCopy:
    """Delete the bytes that were kept; hash and moment stay. Raises BadCoverage if there are none."""
    require(by, Right.WRITE)
    if CoverageCopy.objects.filter(pk=copy.pk, is_kept=True).update(is_kept=False) != 1:
        raise BadCoverage(_("Nothing of this page is kept but its hash."))
    copy.refresh_from_db()
    event = events.CopyForgotten(subject=f"coverage/{copy.coverage_id}", copy_id=copy.pk)
    journal.write(event, by=by.as_actor())
    transaction.on_commit(lambda: forget_files([copy.sha256]))
    return copy


def read_copy(copy: CoverageCopy) -> bytes:
    """Return the bytes that are kept. Raises FileNotFoundError."""
    return path_of(copy.sha256).read_bytes()


def path_of(sha256: str) -> Path:
    """Return where bytes are kept."""
    return Path(settings.HOME) / FOLDER / sha256[:2] / sha256


def forget_files(hashes: Iterable[str]) -> None:
    """Delete files that no row names any more."""
    for sha256 in set(hashes):
        if sha256 and not CoverageCopy.objects.filter(sha256=sha256, is_kept=True).exists():
            path_of(sha256).unlink(missing_ok=True)


def _fetch(copy: CoverageCopy) -> None:
    at = timezone.now()
    try:
        answer = fetch(
            copy.coverage.url,
            limit=LARGEST,
            timeout=SECONDS,
            redirects=MOST_REDIRECTS,
            allow_private=settings.STRANGERS_PRIVATE_ADDRESSES,
        )
    except OutboundError as error:
        _settle(copy, at, problem=str(error))
        return
    if answer.status != 200:
        problem = _("The page answers %(status)s.") % {"status": answer.status}
        _settle(copy, at, problem=problem)
        return
    digest = hashlib.sha256(answer.body).hexdigest()
    if copy.keeping == Keeping.BYTES:
        _write(path_of(digest), answer.body)
    found = {
        "address": answer.url[:2000],
        "media_type": answer.headers.get("content-type", "")[:100],
        "size": len(answer.body),
        "sha256": digest,
        "is_kept": copy.keeping == Keeping.BYTES,
    }
    with transaction.atomic():
        if _settle(copy, at, **found):
            event = events.PageFetched(
                subject=copy.coverage.subject,
                copy_id=copy.pk,
                sha256=digest,
                kept=copy.keeping == Keeping.BYTES,
            )
            journal.write(event, by=copy.asked_by.as_actor())


def _settle(copy: CoverageCopy, at: datetime, **found: object) -> bool:
    if "problem" in found:
        found["problem"] = str(found["problem"])[:300]
    rows = CoverageCopy.objects.filter(pk=copy.pk, due_at=copy.due_at)
    return rows.update(due_at=None, fetched_at=at, **found) == 1


def _write(path: Path, body: bytes) -> None:
    durably.private_folder(path.parent)
    durably.replace(path, body)
