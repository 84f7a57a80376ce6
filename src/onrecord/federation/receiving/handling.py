# SPDX-License-Identifier: Apache-2.0
"""Handling what was taken: in order for each account, in any order for different ones.

A row is claimed by moving the moment at which it is due, so any number of processes may handle at once. What
fails is tried again, at most five times; then it is given up, with its error. That holds for what ends its
process as well: what was claimed and never heard of again comes last and alone, and each try is noted first.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from onrecord.federation.models import ReceivedActivity, RemoteActor, RemoteHost
from onrecord.federation.receiving import normal, verifying
from onrecord.federation.receiving.errors import Blocked, Gone, Malformed, NotFetched, Refused, TooMuch
from onrecord.federation.receiving.handlers import HANDLERS, reactions
from onrecord.federation.receiving.normal import Activity
from onrecord.federation.sending import hosts

AT_ONCE = 100
CLAIMED = timedelta(minutes=2)
TRY_AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
KEPT = timedelta(days=8)
"""How long an activity is known, so that it is not taken twice."""
_BEGUN = "The process that handled it ended."
"""Until something else is known of it."""
_FORGOTTEN_AT_ONCE = 2000
_log = logging.getLogger(__name__)


def anything_due() -> bool:
    """Tell whether something waits to be handled."""
    return ReceivedActivity.objects.filter(due_at__lte=timezone.now()).exists()


def handle_due() -> int:
    """Handle all that is due; return how many activities. Safe in several processes at once."""
    handled = 0
    while claimed := _claim():
        _note_hosts(claimed)
        for row in _handle_together(claimed):
            if row.due_at is not None and row.due_at > timezone.now():
                _handle(row)  # others, that waited behind slow ones, may be somebody else's by now
        handled += len(claimed)
    return handled


def forget_old() -> int:
    """Forget activities that nobody would send again; return how many. For a chore."""
    old = ReceivedActivity.objects.filter(at__lt=timezone.now() - KEPT).order_by("at")
    rows = list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])
    return ReceivedActivity.objects.filter(pk__in=rows).delete()[0]


def _claim() -> list[ReceivedActivity]:
    """Take rows that are due, of each account only the first that waits."""
    now = timezone.now()
    before = ReceivedActivity.objects.filter(
        actor=OuterRef("actor"), pk__lt=OuterRef("pk"), due_at__isnull=False
    )
    rows = ReceivedActivity.objects.filter(~Exists(before), due_at__lte=now).select_related("actor__host")
    with transaction.atomic():
        free = rows.select_for_update(of=("self",), skip_locked=True) if _can_skip() else rows
        claimed = list(free.order_by("due_at")[:AT_ONCE])
        mine = ReceivedActivity.objects.filter(pk__in=[row.pk for row in claimed])
        mine.update(due_at=now + CLAIMED, last_error=_BEGUN)
    for row in claimed:
        row.due_at = now + CLAIMED
    return sorted(claimed, key=lambda row: row.tries)


def _can_skip() -> bool:
    """Tell whether rows are locked one by one; SQLite lets one transaction write at a time."""
    return connection.features.has_select_for_update_skip_locked


def _note_hosts(claimed: list[ReceivedActivity]) -> None:
    """Note that these servers are there: what could not be delivered to them is tried again."""
    names = {row.actor.host.name for row in claimed if row.actor is not None}
    RemoteHost.objects.filter(name__in=names).update(seen_at=timezone.now())
    hosts.heard_from_all(names)


def _handle_together(claimed: list[ReceivedActivity]) -> list[ReceivedActivity]:
    """Handle likes and shares in one transaction; return what is left to be handled one by one.

    Of each account one activity at most was claimed, so the order is kept.
    """
    reactions_of: dict[int, tuple[Activity, RemoteActor]] = {}
    for row in claimed:
        if row.last_error == _BEGUN:
            continue
        with suppress(Malformed):
            activity = normal.activity(row.document or {})
            if activity.kind in reactions.KINDS and row.actor and activity.actor == row.actor.uri:
                reactions_of[row.pk] = activity, row.actor
    if len(reactions_of) < 2:
        return claimed
    try:
        with transaction.atomic():
            reactions.note_together(list(reactions_of.values()))
            rows = ReceivedActivity.objects.filter(pk__in=reactions_of, due_at=claimed[0].due_at)
            rows.update(due_at=None, document=None, last_error="")
    except Exception:  # whatever it is, one of them must not stop the others
        _log.exception("Likes and shares could not be counted together; it is tried one by one.")
        return claimed
    return [row for row in claimed if row.pk not in reactions_of]


def _handle(row: ReceivedActivity) -> None:
    assert row.actor is not None  # noqa: S101 - what waits has one
    if row.last_error == _BEGUN and not _begin_again(row):
        return
    try:
        activity = normal.activity(row.document or {})
        verifying.refuse_blocked(row.actor.host.name, activity.kind)  # it may be blocked since
        handler = HANDLERS.get(activity.kind)
        if handler is not None and activity.actor == row.actor.uri:
            handler(activity, row.actor)
    except (Malformed, Refused, Gone, Blocked) as error:
        _settle(row, str(error))
    except (NotFetched, TooMuch) as error:
        _later(row, str(error))
    except Exception as error:  # whatever it is, the others have to go on; it is logged and tried again
        _log.exception("An activity from %s could not be handled.", row.actor.host.name)
        _later(row, f"{type(error).__name__}: {error}")
    else:
        _settle(row, "")


def _begin_again(row: ReceivedActivity) -> bool:
    """Count a try of what may have ended a process before it begins; False if it has had all its tries."""
    if row.tries > len(TRY_AGAIN):
        _log.error("An activity from %s has ended %d processes; it is given up.", row.actor, row.tries)
        _settle(row, _BEGUN)
        return False
    row.tries += 1
    ReceivedActivity.objects.filter(pk=row.pk, due_at=row.due_at).update(tries=row.tries)
    return True


def _later(row: ReceivedActivity, error: str) -> None:
    if row.tries >= len(TRY_AGAIN):
        _settle(row, error)
        return
    ReceivedActivity.objects.filter(pk=row.pk, due_at=row.due_at).update(
        due_at=timezone.now() + TRY_AGAIN[row.tries], tries=row.tries + 1, last_error=error[:500]
    )


@transaction.atomic
def _settle(row: ReceivedActivity, error: str) -> None:
    ReceivedActivity.objects.filter(pk=row.pk, due_at=row.due_at).update(
        due_at=None, document=None, last_error=error[:500]
    )
