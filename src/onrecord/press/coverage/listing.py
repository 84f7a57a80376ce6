# SPDX-License-Identifier: Apache-2.0
"""What the desk asks about coverage: filters, pages by key, counts. An index serves each filter alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from onrecord.press.comparing import outlet_key
from onrecord.press.models import Coverage, CoverageSource, CoverageState

PER_PAGE = 50
MOST_COUNTED = 1000
"""Beyond so many that wait, how many makes no difference to whoever looks."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to see. Empty: everything of the state."""

    state: str = CoverageState.CONFIRMED
    statement: int = 0
    outlet: str = ""
    country: str = ""
    language: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filter:
        """Read a query; what makes no sense is left out."""
        state, source = given.get("state", ""), given.get("source", "")
        return cls(
            state=state if state in {*CoverageState.values, "waiting"} else CoverageState.CONFIRMED,
            statement=_number(given.get("statement", "")),
            outlet=given.get("outlet", "").strip()[:200],
            country=given.get("country", "").strip()[:2].upper(),
            language=given.get("language", "").strip()[:20],
            source=source if source in CoverageSource.values else "",
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
        )

    @property
    def query(self) -> str:
        """The filter as a query of an address."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: str(value) for name, value in values.items() if value})

    @property
    def is_narrow(self) -> bool:
        """Tell whether anything but the state was asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name != "state")


def rows(asked: Filter) -> QuerySet[Coverage]:
    """Return what a filter finds, the newest first."""
    found = Coverage.objects.order_by("-day", "-pk")
    found = found.filter(waits=True) if asked.state == "waiting" else found.filter(state=asked.state)
    if asked.statement:
        found = found.filter(links__statement=asked.statement)
    if asked.outlet:
        found = found.filter(outlet_key=outlet_key(asked.outlet))
    for name in ("country", "language", "source"):
        if value := getattr(asked, name):
            found = found.filter(**{name: value})
    if asked.since:
        found = found.filter(day__gte=asked.since)
    if asked.until:
        found = found.filter(day__lte=asked.until)
    return found


def page(asked: Filter, after: str = "") -> tuple[list[Coverage], str]:
    """Return a page of what a filter finds, and what to ask for the next one with; empty at the end."""
    found = rows(asked)
    day, _slash, number = after.partition("/")
    last, pk = _day(day), _number(number)
    if last is not None and pk:
        # Written so that both databases walk the index from where it was left.
        found = found.filter(day__lte=last).filter(Q(day__lt=last) | Q(pk__lt=pk))
    listed = list(
        found.select_related("outlet", "journalist").prefetch_related("links__statement__publication")[
            : PER_PAGE + 1
        ]
    )
    shown = listed[:PER_PAGE]
    return shown, f"{shown[-1].day.isoformat()}/{shown[-1].pk}" if len(listed) > PER_PAGE else ""


def count_waiting() -> int:
    """Return how many wait for a look, up to a thousand."""
    return len(Coverage.objects.filter(waits=True).values_list("pk", flat=True)[:MOST_COUNTED])


def by_day(asked: Filter) -> list[tuple[date, int]]:
    """Return how many a filter finds on each day that has any."""
    found = rows(asked).order_by("day").values_list("day").annotate(count=Count("pk"))
    return [(day, count) for day, count in found]


def by_country(asked: Filter) -> list[tuple[str, int]]:
    """Return how many a filter finds in each country, most first."""
    found = rows(asked).order_by().values_list("country").annotate(count=Count("pk"))
    return sorted(((country, count) for country, count in found), key=lambda row: (-row[1], row[0]))


def of_statement(statement: int, most: int) -> list[Coverage]:
    """Return the newest coverage that counts of a statement."""
    found = Coverage.objects.filter(
        state=CoverageState.CONFIRMED, links__statement=statement, links__confirmed_at__isnull=False
    )
    return list(found.select_related("outlet").order_by("-day", "-pk")[:most])


def _number(text: str) -> int:
    return int(text[:18]) if text.isascii() and text.isdigit() else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
