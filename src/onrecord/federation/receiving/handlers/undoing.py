# SPDX-License-Identifier: Apache-2.0
"""Undo: of the sender's own activities alone, named by id or described."""

from __future__ import annotations

from django.utils import timezone

from onrecord.federation import actors, objects
from onrecord.federation.models import Follow, Interaction, InteractionKind, RemoteActor
from onrecord.federation.receiving import normal, taking
from onrecord.federation.receiving.handlers import following, reactions
from onrecord.federation.receiving.normal import Activity, Document

KINDS = {"Like": InteractionKind.LIKE, "Announce": InteractionKind.SHARE}


def undo(activity: Activity, sender: RemoteActor) -> None:
    """Take back what the sender did before; anything else changes nothing."""
    inner = activity.object
    if normal.first_id(inner.get("actor")) not in {"", sender.uri}:
        return  # somebody else's
    kinds = normal.kinds_of(inner)
    if "Follow" in kinds:
        followed = normal.first_id(inner.get("object"))
        if not followed:
            _undo_by_id(normal.first_id(inner.get("id")), sender)
        elif actor := actors.by_address(followed):
            following.end(sender, actor, reason="undone")
        return
    if kinds and kinds[0] in KINDS:
        _undo_reaction(inner, KINDS[kinds[0]], sender)
    elif not kinds:
        _undo_by_id(activity.object_id, sender)


def _undo_reaction(inner: Document, kind: InteractionKind, sender: RemoteActor) -> None:
    identity = normal.first_id(inner.get("id"))
    if identity:
        taking.note_deleted(sender.uri, identity)  # in case it is yet to come
    publication = objects.publication_at(normal.first_id(inner.get("object")))
    if not reactions.end(sender, identity) and publication is not None:
        mine = Interaction.objects.filter(publication=publication, kind=kind, by=sender, ended_at=None)
        mine.update(ended_at=timezone.now())


def _undo_by_id(identity: str, sender: RemoteActor) -> None:
    for row in Follow.objects.filter(follower=sender, activity=identity, ended_at=None):
        following.end(sender, row.actor, reason="undone")
    reactions.end(sender, identity)
