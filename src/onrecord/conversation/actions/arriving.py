# SPDX-License-Identifier: Apache-2.0
"""What strangers send is kept at once, and looked at a moment later: the request waits for one commit alone.

A form from a browser that is known goes straight to `submit`, since it is told what came of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation.actions.looking import (
    Circumstances,
    Form,
    Said,
    look_at,
    refuse_closed,
    refuse_missing,
)
from onrecord.conversation.actions.taking import take
from onrecord.conversation.errors import NoRelay
from onrecord.conversation.models import Arrival, Comment, Mode
from onrecord.conversation.trust import mode_for
from onrecord.delivery import mail
from onrecord.people.strangers.errors import SentAlready
from onrecord.people.strangers.guard import Admission, spend_all
from onrecord.people.strangers.together import Together
from onrecord.statements.models import Publication

TRY_AGAIN = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
GIVEN_UP_KEPT = timedelta(days=7)
CALM_AFTER = timedelta(seconds=0.5)
"""So long after a form came, no further one has."""
LEFT_AT_MOST = timedelta(seconds=10)
A_WHILE_SECONDS = 1.0
REST_SECONDS = 0.002
"""Between two of them, so that whoever waits for SQLite's one writer gets it."""
AT_ONCE = 25
"""In one transaction, which lasts some hundredths of a second."""
_KEEP = """
INSERT INTO conversation_arrival (publication_id, answers_id, name, address, link, text, language, crowded,
wants_replies, at, due_at, tries) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0)
"""
"""Written by hand: Django takes longer to write it than the database to do it, and forms come in bursts."""
Row = tuple[int | str | datetime | None, ...]
"""Its values, in that order."""
_log = logging.getLogger(__name__)


def receive(
    publication: Publication,
    said: Said,
    circumstances: Circumstances,
    admission: Admission,
    *,
    answers: Comment | None = None,
    wants_replies: bool = False,
) -> None:
    """Keep what a stranger sends until `take_arrivals` looks at it; uses the ticket of the form up.

    Raises Closed, BadComment, NoRelay, SentAlready.
    """
    if mail.relay() is None:
        raise NoRelay(_("This newsroom sends no mail at present, so nobody can comment."))
    refuse_missing(publication, answers)
    refuse_closed(publication, None)
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    row: Row = (
        *(publication.pk, answers.pk if answers else None, said.name, said.address, said.link, said.text),
        *(circumstances.language, circumstances.crowded, wants_replies, now, now),
    )
    if not _keep_with_others((admission, row)):
        raise SentAlready


def _keep(forms: Sequence[tuple[Admission, Row]]) -> list[bool]:
    """Keep forms whose tickets are still good; tell which."""
    good = spend_all([admission for admission, _row in forms])
    rows = [row for (_admission, row), is_good in zip(forms, good, strict=True) if is_good]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)
    return good


_keep_with_others = Together(_keep)


def may_take() -> bool:
    """Tell whether something waits to be looked at, and now is the time.

    While forms come in they are only kept, so that nobody who sends one waits for this; but not for long.
    """
    now = timezone.now()
    due = Arrival.objects.filter(due_at__lte=now).aggregate(first=Min("due_at"), last=Max("due_at"))
    if due["first"] is None:
        return False
    return bool(due["first"] < now - LEFT_AT_MOST or due["last"] < now - CALM_AFTER)


def take_arrivals(go_on: Callable[[], bool] = lambda: True) -> int:
    """Make comments of what arrived, in its order; return of how many forms. Safe in several processes.

    Before each handful `go_on` is asked, for who wants to stop.
    """
    taken = 0
    while go_on() and (rows := _next_ones()):
        taken += _take_safely(rows)
        time.sleep(REST_SECONDS)
    return taken


def take_some_arrivals() -> int:
    """Make comments for a second, unless forms come in meanwhile: others wait for the worker too."""
    until = time.monotonic() + A_WHILE_SECONDS
    return take_arrivals(lambda: time.monotonic() < until and may_take())


def forget_arrivals() -> int:
    """Delete what was given up a week ago; return how many. For a chore."""
    return Arrival.objects.filter(due_at=None, at__lt=timezone.now() - GIVEN_UP_KEPT).delete()[0]


def _next_ones() -> list[Arrival]:
    due = Arrival.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    return list(due.select_related("answers")[:AT_ONCE])


def _take_safely(rows: Sequence[Arrival]) -> int:
    """Take these together; where that fails, one by one, so that what cannot be taken holds up no other."""
    try:
        _take(rows)
    except Exception:  # whatever it is, the others have to go on; it is logged and tried again
        if len(rows) > 1:
            return sum(_take_safely([row]) for row in rows)
        (row,) = rows
        _log.exception("What arrived as %s could not be made a comment.", row)
        again = timezone.now() + TRY_AGAIN[row.tries] if row.tries < len(TRY_AGAIN) else None
        Arrival.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=again, tries=row.tries + 1)
    return len(rows)


def _take(rows: Sequence[Arrival]) -> None:
    publications = Publication.objects.select_related("edition").in_bulk({row.publication_id for row in rows})
    looked_at = look_at([_form(row, publications[row.publication_id]) for row in rows])
    with transaction.atomic():
        mine = _claimed(rows)
        closed = {pk for pk, row in publications.items() if mode_for(row.statement_id) == Mode.CLOSED}
        for row in rows:
            if row.pk in mine and row.publication_id in closed:
                _log.info("%s came before comments were closed and is not taken.", row)
        take(
            [
                one
                for row, one in zip(rows, looked_at, strict=True)
                if row.pk in mine and row.publication_id not in closed
            ]
        )


def _form(row: Arrival, publication: Publication) -> Form:
    said = Said(name=row.name, address=row.address, link=row.link, text=row.text)
    circumstances = Circumstances(language=row.language, crowded=row.crowded, at=row.at)
    return Form(publication, said, circumstances, answers=row.answers, wants_replies=row.wants_replies)


def _claimed(rows: Sequence[Arrival]) -> set[int]:
    """Delete those of these rows that nobody else has taken; return which."""
    due_at = {row.pk: row.due_at for row in rows}
    there = Arrival.objects.select_for_update(skip_locked=True).filter(pk__in=due_at).order_by("pk")
    mine = {row.pk for row in there.only("due_at") if row.due_at == due_at[row.pk]}
    Arrival.objects.filter(pk__in=mine).delete()
    return mine
