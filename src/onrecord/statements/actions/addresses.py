# SPDX-License-Identifier: Apache-2.0
"""Where a statement appears for good: its address, its place in the archive and under its topics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, count, islice

from django.utils.text import slugify
from django.utils.translation import gettext as _

from onrecord.prepared import Prepared, insert
from onrecord.statements.errors import WrongState
from onrecord.statements.models import (
    Change,
    Edition,
    Publication,
    Seal,
    Statement,
    Tombstone,
    Topic,
    TopicListing,
)

RESERVED = frozenset({"changes"})
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Address:
    """A public address: `path` as `/s/2026/water/`, for a translation `/s/2026/water/fr/`."""

    path: str
    year: int
    slug: str


def address_of(statement: Statement) -> Address:
    """Return a statement's address: the one it has, or the one it will have if it were released now.

    Refuses a translation whose original has not been released: it stands below the original's address.
    """
    publication = Publication.of(statement.pk)
    if publication is not None:
        return Address(publication.path, publication.year, publication.slug)
    if statement.original is not None:
        original = Publication.objects.filter(statement=statement.original).first()
        if original is None:
            raise WrongState(
                _("The original, “%s”, has not been released yet. Release it first.")
                % statement.original.title
            )
        path = f"{original.path}{statement.language}/"
        if Tombstone.objects.filter(path=path).exists():
            raise WrongState(
                _("A text at %s was erased. Nothing else is put there: make this a statement of its own.")
                % path
            )
        return Address(path, original.year, original.slug)
    year = statement.dated.year
    slug = _free_slug(statement, year)
    return Address(f"/s/{year}/{slug}/", year, slug)


def publish_at(address: Address, edition: Edition) -> Publication:
    """Let an address show an edition; the first edition takes the next place in the archive of its year."""
    publication = Publication.of(edition.statement_id)
    if publication is None:
        publication = Publication(
            statement=edition.statement,
            language=edition.language,
            year=address.year,
            slug=address.slug,
            path=address.path,
            position=Publication.last_position(edition.language, address.year) + 1,
            first_released_at=edition.released_at,
        )
    publication.edition = edition
    if edition.change != Change.MINOR:
        publication.changed_at = edition.released_at
    publication.withdrawn = edition.op == "withdraw"
    if publication.pk is None:
        insert(publication)
    else:
        publication.save()
    return publication


def file_under_topics(publication: Publication, slugs: Iterable[str]) -> None:
    """List a statement under exactly these topics; places under the others are given up, never reused."""
    wanted = {topic.pk: topic for topic in Topic.objects.filter(slug__in=list(slugs))}
    listed = set(publication.listings.values_list("topic_id", flat=True))
    publication.listings.filter(topic_id__in=listed - set(wanted)).delete()
    for pk in sorted(set(wanted) - listed):
        TopicListing.objects.create(
            topic_id=pk,
            publication=publication,
            language=publication.language,
            position=TopicListing.last_position(pk, publication.language) + 1,
            changed_at=publication.changed_at,
        )
    if listed & set(wanted):
        publication.listings.update(changed_at=publication.changed_at)


_appearing = Prepared(lambda *paths: Publication.objects.filter(path__in=paths).values_list("path"))
_gone = Prepared(lambda *paths: Tombstone.objects.filter(path__in=paths).values_list("path"))
_sealed = Prepared(
    lambda year, statement, *slugs: (
        Seal.objects.exclude(statement=statement).filter(year=year, slug__in=slugs).values_list("slug")
    )
)


def _free_slug(statement: Statement, year: int) -> str:
    wanted = statement.slug or slugify(statement.title, allow_unicode=True)[:80].strip("-") or "statement"
    if wanted in RESERVED or wanted.isdigit():
        wanted = f"{wanted}-{year}"
    candidates = chain([wanted], (f"{wanted[:74]}-{number}" for number in count(2)))
    while True:
        some = list(islice(candidates, _AT_ONCE))
        taken = _taken(statement, year, some)
        for slug in some:
            if slug not in taken:
                return slug


def _taken(statement: Statement, year: int, slugs: list[str]) -> set[str]:
    """Return which of these stand for something already; asked one by one, as an index answers at once."""
    paths = {f"/s/{year}/{slug}/": slug for slug in slugs}
    # Where something was erased, nothing else is ever put.
    found = [path for (path,) in (*_appearing(*paths), *_gone(*paths))]
    # An address that waits for another, sealed statement is taken.
    sealed = _sealed(year, statement.pk, *slugs)
    return {paths[path] for path in found} | {slug for (slug,) in sealed}
