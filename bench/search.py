# SPDX-License-Identifier: Apache-2.0
"""Search an archive: how long readers wait for a page of results, on the database that is configured.

    ./run bench search [--size 100000] [--queries 300]

Set ONRECORD_DATABASE_URL to measure PostgreSQL. The archive is made of paragraphs of presidents' messages,
put together by chance, four to a statement; it has no log, so give it an ONRECORD_HOME of its own. Ordinary
queries are one to four words of one paragraph; hard ones are made of words that are in nearly every text.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from bench.texts import bodies
from onrecord.config import django_setup

if TYPE_CHECKING:
    from onrecord.people.models import User

HARD = (
    "the",
    "the of and",
    "united states",
    '"of the united states"',
    '"state of the union"',
    "government of the people",
    "con",
    "the people of america",
    '"by the of people"',
    "congress pre",
)
AIM_MS = 100
BATCH = 1000


def main() -> None:
    """Grow the archive, then search it."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--size", type=int, default=100_000)
    arguments.add_argument("--queries", type=int, default=300)
    given = arguments.parse_args()
    django_setup.load()
    from django.db import connection

    from onrecord.statements.models import SearchEntry

    grow(given.size)
    entries = SearchEntry.objects.count()
    print(f"{entries:,} statements, {connection.vendor}")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE statements_searchentry")
    report("ordinary", measure(_queries(given.queries)))
    hard = {query: measure([query] * 5) for query in HARD}
    report("hard", [took for times in hard.values() for took in times])
    for query, times in hard.items():
        print(f"    {query:<32} {statistics.median(times):6.1f} ms")


def grow(size: int) -> None:
    """Add statements until there are `size`: published editions and their places in the search index."""
    from bench import archive
    from onrecord.statements.models import Publication

    _olga, ines = archive.prepare()
    have = Publication.objects.count()
    chance = random.Random(have)
    paragraphs = _paragraphs() if have < size else []
    start = time.perf_counter()
    for first in range(have, size, BATCH):
        _add(range(first, min(first + BATCH, size)), paragraphs, chance, ines)
        print(f"\r{first + BATCH:>9,} statements", end="", file=sys.stderr, flush=True)
    if have < size:
        print(f"\n  made and indexed in {time.perf_counter() - start:.0f} s")


def measure(queries: Sequence[str]) -> list[float]:
    """Return the milliseconds that each query took, its first page of results and excerpts included."""
    from onrecord.statements import search

    times = []
    for query in queries:
        start = time.perf_counter()
        search.find(query)
        times.append((time.perf_counter() - start) * 1000)
    return times


def report(name: str, times: list[float]) -> None:
    """Print the middle, the 95th percentile and the worst."""
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    print(
        f"  {name:<9} p50 {statistics.median(ordered):6.1f} ms   p95 {p95:6.1f} ms (aim < {AIM_MS})   "
        f"max {ordered[-1]:6.1f} ms"
    )


def _queries(count: int) -> list[str]:
    """Return queries of all shapes, made of words that are in the archive."""
    from onrecord.statements.models import SearchEntry
    from onrecord.statements.tokens import tokenise

    chance = random.Random(7)
    ids = list(SearchEntry.objects.values_list("pk", flat=True))
    queries: list[str] = []
    while len(queries) < count:
        data = SearchEntry.objects.select_related("edition").get(pk=chance.choice(ids)).edition.data
        words = tokenise(chance.choice(data["blocks"])["text"])
        length = chance.randint(1, 4)
        if len(words) < length + 1:
            continue
        start = chance.randrange(len(words) - length)
        together = words[start : start + length]
        shape = chance.randrange(4)
        if shape == 0:
            queries.append('"' + " ".join(together) + '"')
        elif shape == 1:
            queries.append(" ".join(chance.sample(words, length)))
        else:
            last = together[-1][: max(3, len(together[-1]) - 2)] if shape == 2 else together[-1]
            queries.append(" ".join([*together[:-1], last]))
    return queries


def _paragraphs() -> list[str]:
    return [text for body in islice(bodies(), 1500) for text in body]


def _add(numbers: range, paragraphs: list[str], chance: random.Random, ines: User) -> None:
    from wagtail.models import Locale

    from onrecord.statements.models import Edition, Publication, SearchEntry, Statement
    from onrecord.statements.search.databases import database_index
    from onrecord.statements.search.indexing import words_of

    locale, now = Locale.objects.get(language_code="en"), datetime.now(UTC)
    with transaction.atomic():
        statements = Statement.objects.bulk_create(
            Statement(title=f"Statement {number}", summary="-", slug=f"statement-{number}", locale=locale)
            for number in numbers
        )
        editions = Edition.objects.bulk_create(
            Edition(
                statement=statement,
                number=1,
                language="en",
                op="publish",
                content=_content(number, chance.sample(paragraphs, 4)),
                nonce=b"",
                commitment=number.to_bytes(32),
                released_at=now,
                released_by=ines,
                leaf_index=number,
                published_at=now,
            )
            for number, statement in zip(numbers, statements, strict=True)
        )
        publications = Publication.objects.bulk_create(
            Publication(
                statement=edition.statement,
                edition=edition,
                language="en",
                year=2026,
                slug=f"statement-{number}",
                path=f"/s/2026/statement-{number}/",
                position=number + 1,
                first_released_at=now,
                changed_at=now,
            )
            for number, edition in zip(numbers, editions, strict=True)
        )
        entries = SearchEntry.objects.bulk_create(
            SearchEntry(publication=row, edition=row.edition, dated=row.edition.data["dated"])
            for row in publications
        )
        for entry in entries:
            database_index().add(entry.pk, words_of(entry.edition))


def _content(number: int, paragraphs: list[str]) -> bytes:
    data = {
        "title": " ".join(paragraphs[0].split()[:9]),
        "summary": paragraphs[1][:240],
        "lang": "en",
        "kind": "statement",
        "dated": f"{1790 + number % 237}-01-08",
        "place": "Washington",
        "spokespeople": [],
        "topics": [],
        "blocks": [{"id": str(at), "kind": "paragraph", "text": text} for at, text in enumerate(paragraphs)],
    }
    return json.dumps(data).encode()


if __name__ == "__main__":
    main()
