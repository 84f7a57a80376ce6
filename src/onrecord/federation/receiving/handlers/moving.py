# SPDX-License-Identifier: Apache-2.0
"""Accounts elsewhere that move to another server, and those that end."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from onrecord.conversation import actions as conversation
from onrecord.conversation.models import Commenter
from onrecord.federation.models import Follow, Interaction, RemoteActor
from onrecord.federation.receiving import events, fetching, normal
from onrecord.federation.receiving.errors import Refused
from onrecord.federation.receiving.handlers import following
from onrecord.federation.receiving.normal import Activity
from onrecord.journal import actions as journal


def move(activity: Activity, sender: RemoteActor) -> None:
    """Let whoever moves follow from the new account, if that says it was the old one. Raises NotFetched."""
    target = normal.address(normal.first_id(activity.document.get("target")))
    if activity.object_id != sender.uri or not target or target == sender.uri:
        return
    follows = Follow.objects.filter(follower=sender, ended_at=None).select_related("actor")
    if not follows.exists():
        return
    there = fetching.actor_at(target, fresh=True)
    if sender.uri not in there.also_known_as:
        raise Refused(f"The account {target} does not say that it was {sender.uri} before (alsoKnownAs).")
    with transaction.atomic():
        for row in list(follows):
            following.begin(row.actor, there, activity.id)
        following.end(sender, reason="moved")


@transaction.atomic
def leave(sender: RemoteActor) -> None:
    """Forget somebody whose account is gone: they follow no more, and what they said is erased."""
    row = RemoteActor.objects.select_for_update(of=("self",)).select_related("host").get(pk=sender.pk)
    followed = following.end(row, reason="gone")
    Interaction.objects.filter(by=row, ended_at=None).update(ended_at=timezone.now())
    commenter = Commenter.objects.filter(origin=row.uri, erased_at=None).first()
    if commenter is not None:
        conversation.erase(commenter, by=conversation.ELSEWHERE)
    is_new = row.gone_at is None or followed or commenter is not None
    fetching.note_gone(row)
    if is_new:
        journal.write(events.ActorGone(subject=row.subject, host=row.host.name), by=following.ELSEWHERE)
