# SPDX-License-Identifier: Apache-2.0
"""What was answered to a statement, as servers elsewhere read it: numbers, and answers that are shown.

Who liked or shared is not told.
"""

from __future__ import annotations

from typing import Any  # JSON

from django.core.cache import cache

from onrecord.conversation.models import Appearance, Comment, Source
from onrecord.federation import objects
from onrecord.federation.models import Interaction, InteractionKind
from onrecord.statements.models import Publication

CONTEXT = "https://www.w3.org/ns/activitystreams"
SECONDS = 60
"""How long a number may be old."""
MOST_REPLIES = 500


def likes(publication: Publication) -> dict[str, Any]:
    """Return how many like a statement."""
    return _numbered(objects.likes_of(publication), publication, InteractionKind.LIKE)


def shares(publication: Publication) -> dict[str, Any]:
    """Return how many shared a statement."""
    return _numbered(objects.shares_of(publication), publication, InteractionKind.SHARE)


def replies(publication: Publication) -> dict[str, Any]:
    """Return the answers from elsewhere that are shown, the oldest first, by their ids there."""

    def found() -> list[str]:
        rows = Comment.objects.filter(
            statement=publication.statement_id, appearance=Appearance.READABLE, source=Source.FEDIVERSE
        )
        return list(rows.order_by("path").values_list("source_id", flat=True)[:MOST_REPLIES])

    items = cache.get_or_set(f"federation/replies/{publication.pk}", found, SECONDS)
    return {
        "@context": CONTEXT,
        "id": objects.replies_of(publication),
        "type": "Collection",
        "totalItems": len(items or ()),
        "items": items or [],
    }


def _numbered(address: str, publication: Publication, kind: InteractionKind) -> dict[str, Any]:
    def count() -> int:
        return Interaction.objects.filter(publication=publication, kind=kind, ended_at=None).count()

    number = cache.get_or_set(f"federation/{kind}/{publication.pk}", count, SECONDS)
    return {"@context": CONTEXT, "id": address, "type": "Collection", "totalItems": number}
