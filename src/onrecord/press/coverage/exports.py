# SPDX-License-Identifier: Apache-2.0
"""Coverage as a table for spreadsheets: one line at a time, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from onrecord.delivery.desk.exports import harmless
from onrecord.press.coverage import listing
from onrecord.press.coverage.listing import Filter
from onrecord.press.models import Coverage

COLUMNS = (
    *("date", "outlet", "headline", "address", "medium", "language", "country", "journalist"),
    *("statements", "source", "state", "gone since", "sha256", "fetched", "note"),
)
_AT_ONCE = 500


def lines(asked: Filter) -> Iterator[str]:
    """Yield the lines of the table of what a filter finds."""
    yield _line(COLUMNS)
    found = listing.rows(asked).select_related("outlet", "journalist")
    related = found.prefetch_related("links__statement__publication", "copies")
    for row in related.iterator(chunk_size=_AT_ONCE):
        yield _line(_values(row))


def _values(row: Coverage) -> tuple[str, ...]:
    copies = sorted((one for one in row.copies.all() if one.sha256), key=lambda one: one.pk)
    last = copies[-1] if copies else None
    paths = [link.statement.publication.path for link in row.links.all()]
    return (
        row.published_on.isoformat() if row.published_on else "",
        row.outlet_shown,
        row.headline,
        row.url,
        row.medium,
        row.language,
        row.country,
        row.journalist.name if row.journalist else "",
        " ".join(paths),
        row.source,
        row.state,
        row.gone_at.isoformat(timespec="seconds") if row.gone_at else "",
        last.sha256 if last else "",
        last.fetched_at.isoformat(timespec="seconds") if last and last.fetched_at else "",
        row.note,
    )


def _line(values: tuple[str, ...]) -> str:
    written = StringIO()
    csv.writer(written).writerow([harmless(value) for value in values])
    return written.getvalue()
