# SPDX-License-Identifier: Apache-2.0
"""What the screens read: pages of the queue by index, the history of a person, similar decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from onrecord.moderation import items, manners
from onrecord.moderation.models import Case, Decision, Owner, Rule

PAGE = 50
SIMILAR = 5


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some cases in the order in which they are due, and where the next page begins."""

    cases: list[Case]
    after: str


def queue(after: str = "", *, only: str = "") -> QueuePage:
    """Return a page of the queue: what is due first, then what has the highest score.

    `only` is spam, held, urgent, elsewhere or empty. An `after` that cannot be read is the beginning.
    """
    lane = {"item_kind": only} if only in dict(lanes()) else _ONLY.get(only, {})
    rows = Case.objects.filter(owner=Owner.MODERATORS, **lane)
    start = _read(after)
    if start is not None:
        due, score, pk = start
        later = (
            Q(deadline__gt=due) | Q(deadline=due, score__lt=score) | Q(deadline=due, score=score, pk__gt=pk)
        )
        rows = rows.filter(later, deadline__gte=due)
    found = list(rows.select_related("claimed_by").order_by("deadline", "-score", "pk")[: PAGE + 1])
    more = len(found) > PAGE
    return QueuePage(found[:PAGE], start_after(found[PAGE - 1]) if more else "")


def lanes() -> list[tuple[str, str]]:
    """Return kinds that are looked at by themselves, with their names: those that are no content."""
    return [(one.name, one.label()) for one in items.kinds() if not manners.of(one.name).is_content]


def start_after(case: Case) -> str:
    """Return what stands in the address of the page that begins behind a case."""
    assert case.deadline is not None  # noqa: S101 - what is in the queue has one: the database says so too
    return f"{case.deadline.isoformat()}~{case.score}~{case.pk}"


def next_after(case: Case) -> Case | None:
    """Return the case that comes after one in the queue, to go on with; after the last the first."""
    pages = (queue(start_after(case)), queue()) if case.deadline else (queue(),)
    return next((one for page in pages for one in page.cases if one.pk != case.pk), None)


def history_of(person: str, *, without: Case) -> list[Decision]:
    """Return the newest decisions about what somebody wrote."""
    if not person:
        return []
    rows = Decision.objects.filter(case__author=person).exclude(case=without)
    return list(_told(rows)[:10])


def similar(rule: Rule | None, case: Case) -> list[Decision]:
    """Return the newest decisions under the same rule, so that like is treated alike."""
    if rule is None:
        return []
    return list(_told(Decision.objects.filter(rule=rule).exclude(case=case))[:SIMILAR])


def _told(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    return rows.select_related("case", "rule__book", "reasons").prefetch_related("effects").order_by("-pk")


_ONLY: dict[str, dict[str, Any]] = {
    "spam": {"spam": True},
    "held": {"held": True},
    "urgent": {"urgent": True},
    "elsewhere": {"elsewhere": True},
}


def _read(after: str) -> tuple[datetime, int, int] | None:
    try:
        due, score, pk = after.split("~")
        moment = datetime.fromisoformat(due)
        return (moment, int(score), int(pk)) if moment.tzinfo else None
    except ValueError:
        return None
