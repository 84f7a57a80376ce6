# SPDX-License-Identifier: Apache-2.0
"""The Move: told to everybody who follows the old account, signed by it. And who came over since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # JSON
from urllib.parse import urlsplit

from django.db.models import Count, Exists, OuterRef

from onrecord.delivery.models import Delivery, Distribution
from onrecord.federation import actors, documents, objects
from onrecord.federation.documents.proofs import signed
from onrecord.federation.models import Actor, ActorKind, Follow
from onrecord.federation.moving import outpost
from onrecord.federation.sending import audiences
from onrecord.federation.sending.actions import freeze, key_of, letter
from onrecord.federation.sending.transport import NAME
from onrecord.statements.models import Edition, Erasure

PURPOSE = "move"
LATER = "later"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a move goes: by state how many inboxes were told, how many follow still, who came over."""

    told: dict[str, int]
    following: int
    came: int | None
    """Followers of before who follow the new account; None if that is not the newsroom's."""


def tell(actor: Actor) -> Distribution | None:
    """Tell all who follow an account that it has moved; None if nobody does, or it has not. Safe to repeat.

    Call it once both documents can be read.
    """
    if not actor.moved_to or actor.moved_at is None:
        return None
    inboxes = audiences.followers([actor])
    if not inboxes:
        return None
    old = actors.address_of(actor)
    activity = documents.move(identifier=f"{old}#move-{_number(actor)}", old=old, new=actor.moved_to)
    return freeze(
        object_key=_key(actor),
        version=1,
        purpose=PURPOSE,
        label=f"{actors.handle_of(actor)} → {actor.moved_to}",
        body={"letters": {"activity": letter(actor, signed(activity, actor, actor.moved_at))}},
        recipients=audiences.recipients((inbox, "", "") for inbox in inboxes),
    )


def tell_later(edition_id: int) -> list[Distribution]:
    """Tell a later edition under the ids of former hosts, each by the account that it is by there.

    To whoever still follows that, and whoever did something with the statement: no server takes a correction
    from another account than it got the statement from. Safe to repeat.
    """
    edition = Edition.objects.select_related("statement__publication").get(pk=edition_id)
    publication = edition.statement.publication
    told = []
    for base in outpost.former_bases() if edition.number > 1 and edition.published_at else ():
        author, found = outpost.author_at(base, publication.pk), outpost.documents_at(base, publication.pk)
        inboxes = audiences.followers([author]) | audiences.interested(publication) if author else set()
        if author is None or len(found) < 3 or not inboxes:
            continue
        told.append(
            freeze(
                object_key=f"{edition.statement.subject}/at/{urlsplit(base).netloc}",
                version=edition.number,
                purpose=LATER,
                label=str(edition.data["title"]),
                body={"letters": {"activity": letter(author, found[-1])}},
                recipients=audiences.recipients((inbox, "", "") for inbox in inboxes),
                release_at=edition.published_at,
            )
        )
    return told


def tell_erased(erasure_id: int) -> list[Distribution]:
    """Ask every known server to delete an erased statement under the ids and authors of before, too.

    Which former account it was by nobody knows any more; a Delete by another one than the author changes
    nothing. Safe to repeat.
    """
    erasure = Erasure.objects.get(pk=erasure_id)
    former = Actor.objects.filter(kind=ActorKind.FORMER).order_by("pk")
    if erasure.state != Erasure.State.DONE or erasure.number is not None or not former.exists():
        return []
    inboxes = audiences.everybody()
    at = erasure.done_at or erasure.proposed_at
    paths = erasure.tombstones.order_by("pk").values_list("path", flat=True)
    keys = [key for path in paths if (key := key_of(path)) is not None]
    return [
        freeze(
            object_key=f"erasure/{erasure.pk}/{key}/by/{author.pk}",
            version=1,
            purpose=LATER,
            label=key,
            body={"letters": {"activity": letter(author, signed(_delete(author, key, at), author, at))}},
            recipients=audiences.recipients((inbox, "", "") for inbox in inboxes),
        )
        for key in keys
        if inboxes
        for author in former
    ]


def _delete(author: Actor, key: str, at: datetime) -> dict[str, Any]:
    identifier = actors.home_of(author) + objects.quoted(objects.STATEMENTS + key)
    return documents.delete(
        documents.tombstone(identifier=identifier, deleted=at),
        identifier=f"{actors.address_of(author)}#delete-{hashlib.sha256(key.encode()).hexdigest()[:32]}",
        actor=actors.address_of(author),
        followers=actors.followers_of(author),
    )


def standing(actor: Actor) -> Standing:
    """Return how the move of an account goes."""
    rows = Delivery.objects.filter(distribution__transport=NAME, distribution__object_key=_key(actor))
    counted = rows.order_by().values_list("state").annotate(count=Count("pk"))
    old = Follow.objects.filter(actor=actor, ended_at=None)
    new = actors.by_address(actor.moved_to) if actor.moved_to else None
    came = None
    if new is not None:
        there = Follow.objects.filter(actor=new, follower=OuterRef("follower"), ended_at=None)
        came = Follow.objects.filter(Exists(there), actor=actor).count()
    return Standing({str(state): count for state, count in counted}, old.count(), came)


def _key(actor: Actor) -> str:
    return f"{actor.subject}/move/{_number(actor)}"


def _number(actor: Actor) -> int:
    return int(actor.moved_at.timestamp()) if actor.moved_at else 0
