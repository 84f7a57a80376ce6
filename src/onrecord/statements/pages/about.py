# SPDX-License-Identifier: Apache-2.0
"""What the keys of an edition depend on, read once in a batch for all apps that name keys."""

from __future__ import annotations

from functools import partial

from onrecord.bakery.batch import remembered
from onrecord.prepared import Prepared, PreparedObjects
from onrecord.statements.models import Edition, Publication, Statement, Topic, TopicListing


def publication_of(edition: Edition) -> Publication:
    """Return where the statement of an edition stands."""
    return remembered(
        (publication_of, edition.statement_id), partial(Publication.standing, edition.statement_id)
    )


def listings_of(publication: Publication) -> list[TopicListing]:
    """Return under which topics it stands, each listing with its topic."""
    return remembered(
        (listings_of, publication.pk),
        partial(_listings, publication.pk),
    )


def edition_before(edition: Edition) -> Edition | None:
    """Return the edition before this one, None before the first."""
    if edition.number == 1:
        return None
    earlier = Edition.objects.filter(statement=edition.statement_id, number=edition.number - 1)
    return remembered((edition_before, edition.pk), earlier.first)


def in_every_language(edition: Edition) -> list[int]:
    """Return the ids of the publications of a statement and of its translations, in their order."""
    statement = edition.statement_id
    return remembered(
        (in_every_language, statement), lambda: [pk for (pk,) in _same_in_other_words(statement)]
    )


_listings_of = PreparedObjects(lambda pk: TopicListing.objects.filter(publication=pk).order_by("pk"))
_topics = PreparedObjects(lambda *pks: Topic.objects.filter(pk__in=pks))
_same_in_other_words = Prepared(
    lambda pk: (
        Publication.objects.filter(
            statement__translation_key__in=Statement.objects.filter(pk=pk).values("translation_key")
        )
        .order_by("pk")
        .values_list("pk")
    )
)


def _listings(publication: int) -> list[TopicListing]:
    found = _listings_of(publication)
    topics = {topic.pk: topic for topic in _topics(*(one.topic_id for one in found))} if found else {}
    for one in found:
        one.topic = topics[one.topic_id]
    return found
