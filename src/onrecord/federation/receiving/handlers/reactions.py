# SPDX-License-Identifier: Apache-2.0
"""Who liked and who shared a statement. Of accounts elsewhere it is kept who did it, and shown how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from onrecord.federation import objects
from onrecord.federation.models import Interaction, InteractionKind, RemoteActor
from onrecord.federation.receiving import taking
from onrecord.federation.receiving.normal import Activity
from onrecord.statements.models import Publication

KINDS = {"Like": InteractionKind.LIKE, "Announce": InteractionKind.SHARE}


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
def note_together(came: Sequence[tuple[Activity, RemoteActor]]) -> None:
    """Count likes and shares of different accounts, as `like` and `announce` do for one."""
    addresses = {activity.object_id for activity, _ in came}
    publications = {address: objects.publication_at(address) for address in addresses}
    rows = [
        Interaction(publication=publication, kind=KINDS[activity.kind], by=sender, uri=activity.id)
        for activity, sender in came
        if (publication := publications[activity.object_id]) is not None
    ]
    accounts = sorted(row.by_id for row in rows)
    locked = RemoteActor.objects.select_for_update().filter(pk__in=accounts).order_by("pk")
    list(locked.values_list("pk", flat=True))  # two likes at once are one
    kept = _Kept(rows, accounts)
    Interaction.objects.filter(pk__in=[found.pk for row in rows if (found := kept.again(row))]).update(
        ended_at=None, at=timezone.now()
    )
    Interaction.objects.bulk_create([row for row in rows if kept.is_new(row)], ignore_conflicts=True)


class _Kept:
    """What was known of some likes and shares before they came."""

    def __init__(self, rows: Sequence[Interaction], accounts: Sequence[int]) -> None:
        self._undone = taking.deleted_of([(row.by.uri, row.uri) for row in rows])
        about = {row.publication_id for row in rows}
        mine = Q(publication__in=about) | Q(uri__in=[row.uri for row in rows])
        found = list(Interaction.objects.filter(mine, by__in=accounts, kind__in=KINDS.values()))
        self._same = {(row.by_id, row.kind, row.uri): row for row in found}
        self._standing = {(row.by_id, row.kind, row.publication_id) for row in found if row.ended_at is None}

    def again(self, row: Interaction) -> Interaction | None:
        """Return the row that ended and now stands again, if there is one."""
        found = self._same.get((row.by_id, row.kind, row.uri))
        counts = found is not None and found.ended_at is not None and self._counts(row)
        return found if counts and found and found.publication_id == row.publication_id else None

    def is_new(self, row: Interaction) -> bool:
        """Tell whether a row counts that was not there."""
        return self._counts(row) and (row.by_id, row.kind, row.uri) not in self._same

    def _counts(self, row: Interaction) -> bool:
        if (row.by.uri, row.uri) in self._undone:
            return False
        return (row.by_id, row.kind, row.publication_id) not in self._standing


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


def changed_since(moment: datetime) -> list[int]:
    """Return the statements that somebody took up since then, or no longer does."""
    began = Interaction.objects.filter(at__gte=moment)
    ended = Interaction.objects.filter(ended_at__gte=moment)
    found = {*_statements(began), *_statements(ended)}
    return sorted(found)


def _statements(rows: QuerySet[Interaction]) -> Iterable[int]:
    return rows.order_by().values_list("publication__statement", flat=True).distinct()
