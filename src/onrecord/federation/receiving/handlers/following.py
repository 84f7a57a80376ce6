# SPDX-License-Identifier: Apache-2.0
"""Who follows, and who does so no more."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from onrecord.federation import actors
from onrecord.federation.models import Actor, ActorKind, Follow, RemoteActor
from onrecord.federation.moving import keeping
from onrecord.federation.receiving import events
from onrecord.federation.receiving.normal import Activity, Document
from onrecord.federation.sending.actions import send_to
from onrecord.journal import actions as journal
from onrecord.journal.events import Actor as By

ELSEWHERE = By(id=None, name="an account elsewhere")
CONTEXT = "https://www.w3.org/ns/activitystreams"


def follow(activity: Activity, sender: RemoteActor) -> None:
    """Let an account elsewhere follow one of ours. Whoever asks again is answered again."""
    actor = actors.by_address(activity.object_id)
    if actor is None or actor.closed_at is not None or sender.gone_at is not None:
        return
    if actor.kind == ActorKind.INSTANCE or actor.moved_to:
        _answer("Reject", actor, sender, activity)  # it says nothing, or no more
        return
    with transaction.atomic():
        begin(actor, sender, activity.id)
        _answer("Accept", actor, sender, activity)


def block(activity: Activity, sender: RemoteActor) -> None:
    """Whoever blocks an account of ours follows it no more."""
    actor = actors.by_address(activity.object_id)
    if actor is not None:
        end(sender, actor, reason="blocked")


def begin(actor: Actor, follower: RemoteActor, activity: str) -> Follow:
    """Let somebody follow from now on. In a transaction; it changes nothing for whoever does already."""
    row, is_new = Follow.objects.select_for_update().get_or_create(
        actor=actor, follower=follower, defaults={"activity": activity}
    )
    began = is_new or row.ended_at is not None
    if row.ended_at is not None:
        row.ended_at, row.ended_reason, row.since = None, "", timezone.now()
    elif not is_new and (changed := keeping.address_changed_at()) is not None:
        row.since = (
            timezone.now() if row.since < changed else row.since
        )  # under the address of today only now
    row.activity = activity
    row.save()
    if began:
        event = events.Followed(subject=row.subject, actor=actor.name, host=follower.host.name)
        journal.write(event, by=ELSEWHERE)
    return row


@transaction.atomic
def end(follower: RemoteActor, actor: Actor | None = None, *, reason: str) -> int:
    """Let somebody follow no more: one account of ours, or any. Return how many that were."""
    rows = Follow.objects.select_for_update(of=("self",)).filter(follower=follower, ended_at=None)
    rows = rows.select_related("actor", "follower__host")
    ended = list(rows.filter(actor=actor) if actor is not None else rows)
    for row in ended:
        row.ended_at, row.ended_reason = timezone.now(), reason
        row.save(update_fields=["ended_at", "ended_reason"])
        event = events.Unfollowed(
            subject=row.subject, actor=row.actor.name, host=row.follower.host.name, reason=reason
        )
        journal.write(event, by=ELSEWHERE)
    return len(ended)


def _answer(kind: str, actor: Actor, sender: RemoteActor, activity: Activity) -> None:
    ours = actors.address_of(actor)
    # A Follow whose id is used again is answered again; the moment makes the answer another one.
    number = hashlib.sha256(f"{activity.id} {timezone.now().timestamp()}".encode()).hexdigest()[:32]
    answer: Document = {
        "@context": CONTEXT,
        "id": f"{ours}#{kind.lower()}-{number}",
        "type": kind,
        "actor": ours,
        "to": [sender.uri],
        "object": {"id": activity.id, "type": "Follow", "actor": sender.uri, "object": ours},
    }
    send_to(actor, sender, answer, purpose=kind.lower())
