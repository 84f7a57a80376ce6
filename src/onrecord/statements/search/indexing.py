# SPDX-License-Identifier: Apache-2.0
"""What gets into the index: the newest published edition of every statement, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from django.db import transaction

from onrecord.prepared import Prepared, PreparedObjects, insert
from onrecord.statements.errors import WrongState
from onrecord.statements.models import Edition, Publication, SearchEntry
from onrecord.statements.search.databases import Words, database_index
from onrecord.statements.search.queries import facets
from onrecord.statements.tokens import tokenise

BATCH = 50
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""


@transaction.atomic
def index(edition: Edition) -> SearchEntry:
    """Let readers find a statement by this edition. Refuses one that is not published; safe to run twice."""
    if not _published(edition.pk):
        raise WrongState(
            f"Edition {edition.number} of statement {edition.statement_id} is not published, so it cannot be "
            "put into the search index. Publish it first."
        )
    words = database_index()
    entry = _entry_of.first(edition.statement_id)
    if entry is None:
        entry = SearchEntry(publication=Publication.standing(edition.statement_id))
    elif entry.edition_id == edition.pk or entry.edition.number > edition.number:
        return entry
    else:
        words.remove(entry.pk, words_of(entry.edition))
    entry.edition, entry.dated = edition, date.fromisoformat(edition.data["dated"])
    if entry.pk is None:
        insert(entry)
    else:
        entry.save()
    words.add(entry.pk, words_of(edition))
    return entry


_entry_of = PreparedObjects(lambda pk: SearchEntry.objects.filter(publication__statement=pk))
_published = Prepared(lambda pk: Edition.objects.filter(pk=pk, published_at__isnull=False).values_list("pk"))


def forget(publication: Publication) -> None:
    """Take a statement out of the index, for good. The caller's transaction holds it together."""
    entry = SearchEntry.objects.filter(publication=publication).select_related("edition").first()
    if entry is not None:
        database_index().remove(entry.pk, words_of(entry.edition))
        entry.delete()


def rebuild(progress: Callable[[int, int], object] | None = None) -> int:
    """Empty the index and fill it again; return the number of statements.

    `progress` is told how many are done, of how many. Meanwhile readers find what is already in.
    """
    with transaction.atomic():
        database_index().clear()
        SearchEntry.objects.all().delete()
    total = Publication.objects.count()
    last = done = 0
    while True:
        batch = list(Publication.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not batch:
            return SearchEntry.objects.count()
        newest = {
            edition.statement_id: edition
            for edition in Edition.objects.filter(
                statement__publication__in=batch, published_at__isnull=False
            ).order_by("number")
        }
        with transaction.atomic():
            for publication in batch:
                if edition := newest.get(publication.statement_id):
                    index(edition)
        last = batch[-1].pk
        done += len(batch)
        if progress:
            progress(done, max(total, done))
        time.sleep(PAUSE_SECONDS)


def words_of(edition: Edition) -> Words:
    """Return what an edition is found by; the same for ever, since an edition never changes."""
    data = edition.data
    dated = date.fromisoformat(data["dated"])
    texts = [data["place"]]
    texts.extend(f"{person['name']} {person['role']}" for person in data["spokespeople"])
    texts.extend(topic["name"] for topic in data["topics"])
    for block in data["blocks"]:
        texts.extend(str(block[field]) for field in ("text", "alt", "speaker", "role") if block.get(field))
    return Words(
        facets=facets(data["lang"], data["kind"], dated.year),
        title=tokenise(data["title"]),
        summary=tokenise(data["summary"]),
        body=[token for text in texts for token in tokenise(text)],
    )
