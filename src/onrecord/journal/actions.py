# SPDX-License-Identifier: Apache-2.0
"""Write down what happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from functools import partial

from django.db import transaction

from onrecord.journal import reactions, tasks
from onrecord.journal.errors import NotInTransaction
from onrecord.journal.events import Actor, Event
from onrecord.journal.models import Entry, Reaction
from onrecord.prepared import insert


def write(event: Event, *, by: Actor) -> Entry:
    """Record that `event` happened, in the transaction of the change itself, and let its followers run.

    Raises NotInTransaction outside a transaction: an entry without its change would be a lie.
    """
    (entry,) = write_all([event], by=by)
    return entry


def write_all(events: Sequence[Event], *, by: Actor) -> list[Entry]:
    """Record events in their order, as `write` does one; what follows them is kicked once."""
    for event in events:
        if not transaction.get_connection().in_atomic_block:
            raise NotInTransaction(
                f"{event.name} was journalled outside a transaction. Wrap the change and the entry in one."
            )
    entries = [_entry(event, by) for event in events]
    if len(entries) == 1:
        insert(entries[0])
    else:
        Entry.objects.bulk_create(entries)
    follow = [
        (entry, [one for one in reactions.followers_of(event.name) if one.concerns(event)])
        for event, entry in zip(events, entries, strict=True)
    ]
    due = [
        (entry, Reaction(entry_id=entry.pk, name=one.name, due_at=reactions.first_due(one, entry.at)))
        for entry, followers in follow
        for one in followers
    ]
    if len(due) == 1:
        insert(due[0][1])
    elif due:
        Reaction.objects.bulk_create(reaction for _entry, reaction in due)
    if due:
        transaction.on_commit(partial(_after_commit, due))
    return entries


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


def _entry(event: Event, by: Actor) -> Entry:
    data = asdict(event)
    subject = data.pop("subject")
    return Entry(event=event.name, actor_id=by.id, actor_name=by.name, subject=subject, data=data)


def _after_commit(due: Sequence[tuple[Entry, Reaction]]) -> None:
    reactions.run_now(due)
    if any(reactions.has_worker_followers(entry.event) for entry, _reaction in due):
        tasks.drain_reactions.enqueue()
