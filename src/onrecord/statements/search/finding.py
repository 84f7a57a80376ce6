# SPDX-License-Identifier: Apache-2.0
"""Find statements: every word has to be there; what fits best comes first, the recent before the old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from markupsafe import Markup

from onrecord.statements.models import SearchEntry
from onrecord.statements.search.databases import Candidate, database_index
from onrecord.statements.search.excerpts import excerpt, marked
from onrecord.statements.search.queries import facets, parse

PER_PAGE = 10
MOST_RANKED = 200
"""Of what matches, so many are ranked: a word that is everywhere takes no longer than others."""
_RECENT_LIFT = 0.25
_HALF_LIFE_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One statement found; `title` and `excerpt` are HTML in which what was looked for is marked."""

    path: str
    language: str
    kind: str
    dated: date
    withdrawn: bool
    title: Markup
    excerpt: Markup


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found. `more`: there are more than `total`, which are mostly the newest."""

    total: int
    more: bool
    page: int
    pages: int
    hits: tuple[Hit, ...]


NOTHING = Results(total=0, more=False, page=1, pages=0, hits=())


def find(
    query: str, *, language: str = "", kind: str = "", year: int | None = None, page: int = 1
) -> Results:
    """Return a page of the statements that match: all words, the last one as a prefix, quotes as phrases.

    A page beyond the last gives the last one.
    """
    phrases = parse(query)
    if not phrases:
        return NOTHING
    found = database_index().newest(phrases, facets(language, kind, year), MOST_RANKED + 1)
    more = len(found) > MOST_RANKED
    ranked = sorted(found, key=_rank, reverse=True)[:MOST_RANKED]
    pages = -(-len(ranked) // PER_PAGE)
    page = min(max(page, 1), max(pages, 1))
    wanted = [candidate.entry for candidate in ranked[(page - 1) * PER_PAGE : page * PER_PAGE]]
    rows = (
        SearchEntry.objects.filter(edition__published_at__isnull=False)
        .select_related("edition", "publication")
        .only("dated", "edition__content", "publication__path", "publication__withdrawn")
        .in_bulk(wanted)
    )
    hits = tuple(
        Hit(
            path=row.publication.path,
            language=row.edition.data["lang"],
            kind=row.edition.data["kind"],
            dated=row.dated,
            withdrawn=row.publication.withdrawn,
            title=marked(row.edition.data["title"], phrases),
            excerpt=excerpt(row.edition.data, phrases),
        )
        for row in (rows[pk] for pk in wanted if pk in rows)
    )
    return Results(total=len(ranked), more=more, page=page, pages=pages, hits=hits)


def _rank(candidate: Candidate) -> tuple[float, int]:
    age = max(0, (timezone.now().date() - candidate.dated).days)
    lift = 1 + _RECENT_LIFT * float(0.5 ** (age / _HALF_LIFE_DAYS))
    return candidate.score * lift, candidate.entry
