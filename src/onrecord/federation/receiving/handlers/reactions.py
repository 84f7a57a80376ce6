# SPDX-License-Identifier: Apache-2.0
"""Who liked and who shared a statement. Of accounts elsewhere it is kept who did it, and shown how many."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from onrecord.federation import objects
from onrecord.federation.models import Interaction, InteractionKind, RemoteActor
from onrecord.federation.receiving import taking
from onrecord.federation.receiving.normal import Activity
from onrecord.statements.models import Publication


def like(activity: Activity, sender: RemoteActor) -> None:
    """Count that somebody likes a statement."""
    publication = objects.publication_at(activity.object_id)
    if publication is not None:
        note(publication, InteractionKind.LIKE, sender, activity.id)


def announce(activity: Activity, sender: RemoteActor) -> None:
    """Count that somebody shares a statement."""
    publication = objects.publication_at(activity.object_id)
    if publication is not None:
        note(publication, InteractionKind.SHARE, sender, activity.id)


@transaction.atomic
def note(
    publication: Publication, kind: InteractionKind, by: RemoteActor, uri: str, *, number: str = ""
) -> Interaction | None:
    """Keep what somebody did with a statement. Likes and shares count once for each account."""
    once = kind in {InteractionKind.LIKE, InteractionKind.SHARE}
    if once and taking.was_deleted(by.uri, uri):
        return None
    RemoteActor.objects.select_for_update().get(pk=by.pk)  # two likes at once are one
    mine = Interaction.objects.filter(publication=publication, kind=kind, by=by)
    if once and (found := mine.filter(ended_at=None).first()) is not None:
        return found
    row, is_new = Interaction.objects.get_or_create(
        by=by, kind=kind, uri=uri, defaults={"publication": publication, "number": number}
    )
    if not is_new and row.ended_at is not None and row.publication_id == publication.pk:
        row.ended_at, row.at = None, timezone.now()
        row.save(update_fields=["ended_at", "at"])
    return row


def end(by: RemoteActor, uri: str) -> int:
    """End what somebody did, by the id it had there; return how much that was."""
    rows = Interaction.objects.filter(by=by, uri=uri, ended_at=None)
    return rows.update(ended_at=timezone.now())
