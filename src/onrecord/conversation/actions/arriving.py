# SPDX-License-Identifier: Apache-2.0
"""What strangers send is kept at once, and looked at a moment later: the request waits for one commit alone.

A form from a browser that is known goes straight to `submit`, since it is told what came of it.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onrecord.conversation.actions.submitting import Circumstances, Said, keep, refuse_closed, refuse_missing
from onrecord.conversation.errors import Closed, NoRelay
from onrecord.conversation.models import Arrival, Comment
from onrecord.delivery import mail
from onrecord.people.strangers.errors import SentAlready
from onrecord.people.strangers.guard import Admission
from onrecord.statements.models import Publication

TRY_AGAIN = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
GIVEN_UP_KEPT = timedelta(days=7)
_AT_ONCE = 100
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
    with transaction.atomic(durable=True):
        good = admission.spend()
        if good:
            Arrival.objects.create(
                publication=publication,
                answers=answers,
                name=said.name,
                address=said.address,
                link=said.link,
                text=said.text,
                html=said.html,
                language=circumstances.language,
                crowded=circumstances.crowded,
                wants_replies=wants_replies,
            )
    if not good:
        raise SentAlready


def any_arrived() -> bool:
    """Tell whether something waits to be looked at."""
    return Arrival.objects.filter(due_at__lte=timezone.now()).exists()


def take_arrivals() -> int:
    """Make comments of what arrived, in its order; return of how many forms. Safe in several processes."""
    taken = 0
    while rows := list(
        Arrival.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")[:_AT_ONCE]
    ):
        for row in rows:
            _take_safely(row)
        taken += len(rows)
    return taken


def forget_arrivals() -> int:
    """Delete what was given up a week ago; return how many. For a chore."""
    return Arrival.objects.filter(due_at=None, at__lt=timezone.now() - GIVEN_UP_KEPT).delete()[0]


def _take_safely(row: Arrival) -> None:
    try:
        _take(row)
    except Exception:  # whatever it is, the others have to go on; it is logged and tried again
        _log.exception("What arrived as %s could not be made a comment.", row)
        again = timezone.now() + TRY_AGAIN[row.tries] if row.tries < len(TRY_AGAIN) else None
        Arrival.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=again, tries=row.tries + 1)


@transaction.atomic
def _take(row: Arrival) -> None:
    if not Arrival.objects.filter(pk=row.pk, due_at=row.due_at).delete()[0]:
        return  # another process was first
    said = Said(name=row.name, address=row.address, link=row.link, text=row.text, html=row.html)
    circumstances = Circumstances(language=row.language, crowded=row.crowded, at=row.at)
    publication = Publication.objects.select_related("edition").get(pk=row.publication_id)
    try:
        keep(publication, said, circumstances, answers=row.answers, wants_replies=row.wants_replies)
    except Closed:
        _log.info("%s came before comments were closed and is not taken.", row)
