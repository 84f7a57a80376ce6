# SPDX-License-Identifier: Apache-2.0
"""Which pages a release changes: as many in an archive of a million as in one of ten."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, ExpressionWrapper, F, IntegerField, Max

from onrecord.bakery.pages import Key
from onrecord.statements.models import Edition, Publication, TopicListing
from onrecord.statements.pages import about
from onrecord.statements.pages.lists import PER_PAGE, full_pages
from onrecord.statements.pages.statement import media_of

Named = tuple[str, Key]


def keys_for(edition: Edition) -> list[Named]:
    """Return the pages to bake again when an edition is released, reviewed or withdrawn, without feeds."""
    publication = about.publication_of(edition)
    found = [
        *_editions(edition, publication),
        ("statements.front", (publication.language,)),
        *_archive(publication),
        *_topics(publication),
        *_topics_left(edition, publication),
        *_other_languages(edition, publication),
    ]
    return list(dict.fromkeys(found))


def _editions(edition: Edition, publication: Publication) -> Iterator[Named]:
    yield ("statements.statement", (str(publication.pk),))
    yield ("statements.statement", (str(publication.pk), str(edition.pk)))
    yield from (("statements.media", key) for key in media_of(edition.data))
    if edition.number == 1:
        return
    earlier = Edition.objects.filter(statement=edition.statement_id, number__lt=edition.number)
    # Whether it stands or not is told on every edition; that there is a newer one only the last one learns.
    if edition.op != "withdraw" and not earlier.filter(op="withdraw").exists():
        earlier = earlier.filter(number=edition.number - 1)
    for pk in earlier.order_by("pk").values_list("pk", flat=True):
        yield ("statements.statement", (str(publication.pk), str(pk)))


def _archive(publication: Publication) -> Iterator[Named]:
    language, year = publication.language, publication.year
    if publication.position == 1:
        yield ("statements.archive", (language,))
    yield ("statements.archive", (language, str(year)))
    for number in _pages_with(publication.position, Publication.last_position(language, year)):
        yield ("statements.archive", (language, str(year), str(number)))


def _topics(publication: Publication) -> Iterator[Named]:
    language = publication.language
    for listing in about.listings_of(publication):
        slug = str(listing.topic.slug)
        if listing.position == 1:
            yield ("statements.topics", (language,))
        yield ("statements.topic", (slug, language))
        for number in _pages_with(listing.position, TopicListing.last_position(listing.topic_id, language)):
            yield ("statements.topic", (slug, language, str(number)))


def _topics_left(edition: Edition, publication: Publication) -> Iterator[Named]:
    """Return the pages of topics that the statement stood under until this edition."""
    before = about.edition_before(edition)
    if before is None:
        return
    listed = {listing.topic.slug for listing in about.listings_of(publication)}
    language = publication.language
    for slug in sorted({topic["slug"] for topic in before.data["topics"]} - listed):
        yield ("statements.topics", (language,))
        yield ("statements.topic", (slug, language))
        for number in _pages_with_gaps(slug, language):
            yield ("statements.topic", (slug, language, str(number)))


def _other_languages(edition: Edition, publication: Publication) -> Iterator[Named]:
    for pk in about.in_every_language(edition):
        if pk != publication.pk:
            yield ("statements.statement", (str(pk),))


def _pages_with(position: int, last: int) -> list[int]:
    """Return the full page that holds a position; a page just filled gives the one before a link to it."""
    number = (position - 1) // PER_PAGE + 1
    if number > full_pages(last):
        return []
    just_filled = position % PER_PAGE == 0 and number > 1
    return [number - 1, number] if just_filled else [number]


def _pages_with_gaps(slug: str, language: str) -> list[int]:
    """Return the full pages of a topic where statements have left; few, as leaving a topic is rare."""
    rows = TopicListing.objects.filter(topic__slug=slug, language=language)
    last = rows.aggregate(last=Max("position"))["last"] or 0
    page = ExpressionWrapper((F("position") - 1) / PER_PAGE + 1, output_field=IntegerField())
    counted = rows.annotate(page=page).values("page").annotate(count=Count("pk"))
    filled = {row["page"]: row["count"] for row in counted}
    return [number for number in range(1, full_pages(last) + 1) if filled.get(number, 0) < PER_PAGE]
