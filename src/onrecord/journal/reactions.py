# SPDX-License-Identifier: Apache-2.0
"""Who follows which event, and the running of what has to follow.

The table of followers is filled once, at start, from `wiring`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import connection, models
from django.utils import timezone

from onrecord.journal.errors import NotNow
from onrecord.journal.events import Event
from onrecord.journal.models import Entry, Reaction, ReactionState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""How long a process may work on one reaction before another takes it over."""
RETRY_AFTER_SECONDS = (1, 5, 30, 120, 600, 3600, 3600 * 4, 3600 * 12)
"""Waiting time after each failed attempt; after the last one the reaction waits for a person."""
PUT_BACK_FOR = timedelta(seconds=10)
"""How long what cannot be done at this moment waits."""
HEAD_START = timedelta(seconds=5)
"""How long the worker leaves a reaction of lane NOW to the process that committed."""
# Written by hand: these run for everything that follows anything, and Django took longer to build them than
# the database to carry them out.
_CLAIM = (
    "UPDATE journal_reaction SET state = %s, lease_until = %s, attempts = attempts + 1"
    " WHERE id = %s AND (state = %s OR (state = %s AND lease_until <= %s))"
)
_SETTLE = "UPDATE journal_reaction SET state = %s, lease_until = NULL, last_error = %s WHERE id = %s"
# Word for word the condition of the index `journal_reaction_open`: otherwise SQLite reads all that is done.
_IS_OPEN = models.Func(template="state IN ('waiting', 'running')", output_field=models.BooleanField())
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a worker that never pauses starves everybody else."""


class Lane(Enum):
    """Where a reaction runs first. Whatever the lane, a reaction left undone is taken up by the worker."""

    NOW = "now"
    """In the process that committed, right after the commit: what a person is waiting for."""
    WORKER = "worker"
    """In a worker process."""


@dataclass(frozen=True, slots=True)
class Follower:
    """One reaction to an event: `run` receives the entry and must be safe to run twice."""

    name: str
    run: Callable[[Entry], None]
    lane: Lane = Lane.WORKER
    concerns: Callable[[Any], bool] = lambda _event: True
    """Tells of an event of this kind whether there is anything to do after it."""


_followers: dict[str, dict[str, Follower]] = {}


def follow(event: type[Event], follower: Follower) -> None:
    """Let `follower` run after each entry of this kind. A second registration under its name replaces it."""
    _followers.setdefault(event.name, {})[follower.name] = follower


def unfollow(event: type[Event]) -> None:
    """Forget every follower of an event."""
    _followers.pop(event.name, None)


def followers_of(event_name: str) -> tuple[Follower, ...]:
    """Return the followers of an event in the order they were registered."""
    return tuple(_followers.get(event_name, {}).values())


def follower_named(event_name: str, name: str) -> Follower | None:
    """Return the follower that a stored reaction names; None when the wiring no longer lists it."""
    return _followers.get(event_name, {}).get(name)


def first_due(follower: Follower, at: datetime) -> datetime:
    """Return when the worker may run a reaction to an entry written at `at`."""
    return at + HEAD_START if follower.lane is Lane.NOW else at


def run_now(due: Sequence[tuple[Entry, Reaction]]) -> None:
    """Run those of lane NOW in this process, in order; each is claimed first, so nobody else runs it too."""
    for entry, reaction in due:
        follower = follower_named(entry.event, reaction.name)
        if follower is not None and follower.lane is Lane.NOW and _claim(reaction):
            _run(reaction, entry)


def has_worker_followers(event_name: str) -> bool:
    """Tell whether anything is left for a worker after an event of this name."""
    return any(follower.lane is Lane.WORKER for follower in followers_of(event_name))


def drain(*, limit: int = 100) -> int:
    """Run up to `limit` reactions that are due, oldest first, and return how many were run.

    This is also the recovery: a reaction whose process died is due again when its lease ends.
    """
    now = timezone.now()
    due = list(_due(now).order_by("due_at", "id")[:limit])
    entries = Entry.objects.in_bulk({reaction.entry_id for reaction in due})
    return _run_each(due, entries)


def release_leases(*, of_before: datetime) -> int:
    """Make due at once what waits, and what was taken up before a moment and is not done.

    Only for a start at which nobody who was at work before that moment can still be.
    """
    now = timezone.now()
    # A lease that ends later than any of now is of a time before the clock was set back.
    left = models.Q(lease_until__lt=of_before + LEASE) | models.Q(lease_until__gt=now + LEASE)
    unfinished = models.Q(state=ReactionState.WAITING) | models.Q(left, state=ReactionState.RUNNING)
    return Reaction.objects.filter(unfinished).update(
        state=ReactionState.WAITING, lease_until=None, due_at=now
    )


def retry_failed() -> int:
    """Give every reaction that has given up another round of attempts."""
    return Reaction.objects.filter(state=ReactionState.FAILED).update(
        state=ReactionState.WAITING, attempts=0, due_at=timezone.now()
    )


def later_is_due(name: str, entry: Entry) -> bool:
    """Tell whether the same reaction to a later entry is due and not begun: it will see what this would."""
    waiting = _due(timezone.now()).filter(name=name, state=ReactionState.WAITING)
    return waiting.filter(entry_id__gt=entry.pk).exists()


def anything_due() -> bool:
    """Tell whether the worker has something to do."""
    return _due(timezone.now()).exists()


def _due(now: datetime) -> models.QuerySet[Reaction]:
    waiting = models.Q(state=ReactionState.WAITING, due_at__lte=now)
    abandoned = models.Q(state=ReactionState.RUNNING, lease_until__lte=now)
    return Reaction.objects.filter(_IS_OPEN, waiting | abandoned)


def _run_each(due: Iterable[Reaction], entries: Mapping[int, Entry]) -> int:
    ran = 0
    for reaction in due:
        if _claim(reaction):
            _run(reaction, entries.get(reaction.entry_id))
            ran += 1
            time.sleep(PAUSE_SECONDS)
    return ran


def _claim(reaction: Reaction) -> bool:
    now, moment = timezone.now(), connection.ops.adapt_datetimefield_value
    running, waiting = ReactionState.RUNNING.value, ReactionState.WAITING.value
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [running, moment(now + LEASE), reaction.pk, waiting, running, moment(now)])
        won: bool = cursor.rowcount == 1
    reaction.attempts += won
    return won


def _run(reaction: Reaction, entry: Entry | None) -> None:
    follower = None if entry is None else follower_named(entry.event, reaction.name)
    if entry is None or follower is None:
        _settle(reaction, state=ReactionState.FAILED, error="Nothing in the wiring has this name any more.")
        return
    try:
        follower.run(entry)
    except NotNow as error:
        logger.info("reaction %s to entry %s waits: %s", reaction.name, entry.pk, error)
        _put_back(reaction, error)
    except Exception as error:  # whatever it was, the row says so and the next one runs
        logger.exception("reaction %s to entry %s failed", reaction.name, entry.pk)
        _postpone(reaction, error)
    else:
        _settle(reaction, state=ReactionState.DONE, error="")


def _postpone(reaction: Reaction, error: Exception) -> None:
    message = f"{type(error).__name__}: {error}"
    if reaction.attempts > len(RETRY_AFTER_SECONDS):
        _settle(reaction, state=ReactionState.FAILED, error=message)
        return
    wait = timedelta(seconds=RETRY_AFTER_SECONDS[reaction.attempts - 1])
    Reaction.objects.filter(pk=reaction.pk).update(
        state=ReactionState.WAITING, lease_until=None, due_at=timezone.now() + wait, last_error=message
    )


def _put_back(reaction: Reaction, error: NotNow) -> None:
    """Let it wait for a little, as if it had not been tried."""
    Reaction.objects.filter(pk=reaction.pk).update(
        state=ReactionState.WAITING,
        lease_until=None,
        attempts=reaction.attempts - 1,
        due_at=timezone.now() + PUT_BACK_FOR,
        last_error=str(error),
    )


def _settle(reaction: Reaction, *, state: ReactionState, error: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [state.value, error, reaction.pk])
