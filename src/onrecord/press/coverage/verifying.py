# SPDX-License-Identifier: Apache-2.0
"""Whether a page really links to a statement: asked once, read, and kept as a candidate (section 3.2.2).

A row is claimed by moving the moment at which it is due, so any number of processes may look at once. Where
nobody answers it is tried again, four times in all.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.outbound import OutboundError, Response, fetch
from onrecord.outbound.errors import BadAddress, RefusedAddress, TooLarge, TooManyRedirects
from onrecord.press.coverage import actions, addresses, reading
from onrecord.press.coverage.actions import Suggestion
from onrecord.press.coverage.errors import Unreadable
from onrecord.press.coverage.reading import Page
from onrecord.press.models import CoverageSource, Mention, MentionState

AT_ONCE = 20
CLAIMED = timedelta(minutes=3)
TRY_AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
SECONDS = 10.0
MOST_REDIRECTS = 5
ACCEPT = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5, application/json;q=0.5"
KEPT = timedelta(days=30)
"""How long it is known that a page does not link; what became coverage is known as long as that."""
_FORGOTTEN_AT_ONCE = 1000
_log = logging.getLogger(__name__)


def verify_due() -> int:
    """Look at what is due; return how many Webmentions."""
    waiting = Mention.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    looked_at = 0
    for row in waiting.select_related("coverage")[:AT_ONCE]:
        until = timezone.now() + CLAIMED
        if Mention.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=until) == 1:
            row.due_at = until
            _verify(row)
            looked_at += 1
    return looked_at


def anything_due() -> bool:
    """Tell whether a Webmention waits."""
    return Mention.objects.filter(due_at__lte=timezone.now()).exists()


def forget_old() -> int:
    """Forget Webmentions that led to nothing, after thirty days; return how many. For a chore."""
    old = Mention.objects.filter(received_at__lt=timezone.now() - KEPT, due_at=None, coverage=None)
    rows = list(old.order_by("received_at").values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])
    return Mention.objects.filter(pk__in=rows).delete()[0]


def _verify(row: Mention) -> None:
    with translation.override("en"):  # for whoever sent it; nobody knows which language they speak
        try:
            answer = _asked(row.source)
            if answer.status in {404, 410}:
                _note(row, MentionState.GONE, _("It answers %(status)s.") % {"status": answer.status})
                return
            if answer.status != 200:
                _later(row, _("It answers %(status)s.") % {"status": answer.status})
                return
            page = reading.read(answer.body, answer.headers.get("content-type", ""), address=answer.url)
        except (BadAddress, RefusedAddress, TooLarge, TooManyRedirects, Unreadable) as error:
            _note(row, MentionState.UNREADABLE, str(error))
        except OutboundError as error:
            _later(row, str(error))
        except Exception as error:  # whatever it is, the others have to go on; it is logged and tried again
            _log.exception("A page that may link to a statement could not be looked at.")
            _later(row, type(error).__name__)
        else:
            if addresses.comparable(row.target) in page.links:
                _found(row, page)
            else:
                _note(row, MentionState.NO_LINK, "")


def _asked(source: str) -> Response:
    return fetch(
        source,
        headers={"Accept": ACCEPT},
        limit=reading.LARGEST,
        timeout=SECONDS,
        redirects=MOST_REDIRECTS,
        allow_private=settings.STRANGERS_PRIVATE_ADDRESSES,
    )


@transaction.atomic
def _found(row: Mention, page: Page) -> None:
    if not _settle(row, MentionState.LINKED, ""):
        return
    coverage = actions.suggest(
        Suggestion(
            url=row.source,
            statement=row.statement_id,
            source=CoverageSource.WEBMENTION,
            headline=page.headline,
            outlet=page.site or addresses.host_of(row.source),
            language=page.language,
            published_on=page.day,
        )
    )
    Mention.objects.filter(pk=row.pk).update(coverage=coverage)


@transaction.atomic
def _note(row: Mention, state: MentionState, problem: str) -> None:
    """Note that a page is none of ours, or no longer."""
    if not _settle(row, state, problem) or row.coverage is None:
        return
    if state == MentionState.GONE:
        actions.page_gone(row.coverage)
    elif state == MentionState.NO_LINK:
        actions.link_removed(row.coverage, row.statement_id)


def _settle(row: Mention, state: MentionState, problem: str) -> bool:
    found = Mention.objects.filter(pk=row.pk, due_at=row.due_at)
    return found.update(due_at=None, state=state, problem=problem[:300], checked_at=timezone.now()) == 1


def _later(row: Mention, problem: str) -> None:
    if row.tries >= len(TRY_AGAIN):
        _note(row, MentionState.UNREACHABLE, problem)
        return
    Mention.objects.filter(pk=row.pk, due_at=row.due_at).update(
        due_at=timezone.now() + TRY_AGAIN[row.tries], tries=row.tries + 1, problem=problem[:300]
    )
