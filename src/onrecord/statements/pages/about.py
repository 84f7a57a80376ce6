# SPDX-License-Identifier: Apache-2.0
"""What the keys of an edition depend on, read once in a batch for all apps that name keys."""

from __future__ import annotations

from onrecord.bakery.batch import remembered
from onrecord.statements.models import Edition, Publication, TopicListing


def publication_of(edition: Edition) -> Publication:
    """Return where the statement of an edition stands."""
    return remembered(
        (publication_of, edition.statement_id),
        lambda: Publication.objects.get(statement=edition.statement_id),
    )


def listings_of(publication: Publication) -> list[TopicListing]:
    """Return under which topics it stands, each listing with its topic."""
    return remembered(
        (listings_of, publication.pk),
        lambda: list(publication.listings.select_related("topic").order_by("pk")),
    )


def edition_before(edition: Edition) -> Edition | None:
    """Return the edition before this one, None before the first."""
    if edition.number == 1:
        return None
    earlier = Edition.objects.filter(statement=edition.statement_id, number=edition.number - 1)
    return remembered((edition_before, edition.pk), earlier.first)


def in_every_language(edition: Edition) -> list[int]:
    """Return the ids of the publications of a statement and of its translations, in their order."""
    key = edition.statement.translation_key
    siblings = Publication.objects.filter(statement__translation_key=key).order_by("pk")
    return remembered((in_every_language, key), lambda: list(siblings.values_list("pk", flat=True)))
