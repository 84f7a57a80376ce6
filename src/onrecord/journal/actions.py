# SPDX-License-Identifier: Apache-2.0
"""Write down what happened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from functools import partial

from django.db import transaction

from onrecord.journal import reactions, tasks
from onrecord.journal.errors import NotInTransaction
from onrecord.journal.events import Actor, Event
from onrecord.journal.models import Entry, Reaction


def write(event: Event, *, by: Actor) -> Entry:
    """Record that `event` happened, in the transaction of the change itself, and let its followers run.

    Raises NotInTransaction outside a transaction: an entry without its change would be a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(
            f"{event.name} was journalled outside a transaction. Wrap the change and the entry in one."
        )
    data = asdict(event)
    subject = data.pop("subject")
    entry = Entry.objects.create(
        event=event.name, actor_id=by.id, actor_name=by.name, subject=subject, data=data
    )
    followers = reactions.followers_of(event.name)
    if followers:
        Reaction.objects.bulk_create(
            Reaction(entry_id=entry.pk, name=follower.name, due_at=reactions.first_due(follower, entry.at))
            for follower in followers
        )
        transaction.on_commit(partial(_after_commit, entry))
    return entry


def forget(subject: str, fields: Collection[str]) -> None:
    """Blank these fields in all entries about a subject: the law obliges to forget what they repeat.

    Who did what and when stays.
    """
    entries = list(Entry.objects.filter(subject=subject))
    for entry in entries:
        blanked = {name: "" for name in fields if entry.data.get(name)}
        if blanked:
            Entry.objects.filter(pk=entry.pk).update(data=entry.data | blanked)
    Reaction.objects.filter(entry_id__in=[entry.pk for entry in entries]).update(last_error="")


def _after_commit(entry: Entry) -> None:
    reactions.run_now(entry)
    if reactions.has_worker_followers(entry.event):
        tasks.drain_reactions.enqueue()
