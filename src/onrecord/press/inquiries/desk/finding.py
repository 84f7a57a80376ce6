# SPDX-License-Identifier: Apache-2.0
"""Which inquiries a screen shows: by state and filters, in order of deadline, a page at a time.

Each page reads no more than it shows, by an index for each filter, however many there are.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from onrecord.people.models import User
from onrecord.people.roles import Right
from onrecord.press.comparing import outlet_key
from onrecord.press.inquiries import references, searching
from onrecord.press.models import Inquiry, InquiryKind, InquiryMessage, InquiryState, MessageKind
from onrecord.press.models.inquiries import OPEN

PER_PAGE = 50
EVERYTHING_OPEN = "open"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see."""

    state: str = EVERYTHING_OPEN
    owner: str = ""
    """Number of a person, `none`, or nothing for all."""
    kind: str = ""
    outlet: str = ""
    language: str = ""
    query: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        """Read what an address asks for; what makes no sense is passed over."""
        state, owner, kind = (asked.get(name, "") for name in ("state", "owner", "kind"))
        return cls(
            state=state if state in InquiryState.values else EVERYTHING_OPEN,
            owner=owner if owner == "none" or _is_number(owner) else "",
            kind=kind if kind in InquiryKind.values else "",
            outlet=asked.get("outlet", "").strip()[:200],
            language=asked.get("language", "")[:20],
            query=asked.get("q", "").strip()[:200],
        )

    @property
    def backwards(self) -> bool:
        """Tell whether the last deadlines come first: what is over."""
        return self.state in (InquiryState.ANSWERED, InquiryState.CLOSED)

    @property
    def states(self) -> tuple[str, ...]:
        """The states that are looked through."""
        return OPEN if self.state == EVERYTHING_OPEN else (self.state,)


@dataclass(frozen=True, slots=True)
class Page:
    """Inquiries, and where the next page begins, if there is one."""

    rows: list[Inquiry]
    after: str


def page_of(wanted: Wanted, after: str = "") -> Page:
    """Return the inquiries that somebody wants to see, the first deadlines first, after a place."""
    conditions = _conditions(wanted)
    if conditions is None:
        return Page([], "")
    place = _place(after)
    found = [
        list(_places(Inquiry.objects.filter(conditions, state=state), wanted, place)[: PER_PAGE + 1])
        for state in wanted.states
    ]
    merged = list(islice(heapq.merge(*found, reverse=wanted.backwards), PER_PAGE + 1))
    rows = _rows([pk for _at, pk in merged[:PER_PAGE]])
    return Page(rows, _written(*merged[PER_PAGE - 1]) if len(merged) > PER_PAGE else "")


def counts() -> dict[str, int]:
    """Return how many there are in each state but the last, which only grows."""
    found = Inquiry.objects.filter(state__in=[one for one in InquiryState.values if one != "closed"])
    return dict(found.order_by().values_list("state").annotate(count=Count("pk")))


def officers() -> QuerySet[User]:
    """Return the people who may answer."""
    return User.objects.who_may(Right.WRITE).order_by("name", "pk")


def _conditions(wanted: Wanted) -> Q | None:
    """Return what is true of the inquiries; None if a search finds nothing."""
    conditions = Q(reduced_at=None) if wanted.state == InquiryState.CLOSED and wanted.query else Q()
    if wanted.owner:
        conditions &= Q(owner=None) if wanted.owner == "none" else Q(owner=int(wanted.owner))
    if wanted.kind:
        conditions &= Q(kind=wanted.kind)
    if wanted.language:
        conditions &= Q(language=wanted.language)
    if wanted.outlet:
        conditions &= Q(outlet_key=outlet_key(wanted.outlet))
    if wanted.query:
        if reference := references.written(wanted.query):
            return conditions & Q(reference=reference)
        found = searching.find(wanted.query)
        if not found:
            return None
        conditions &= Q(pk__in=found)
    return conditions


def _places(
    rows: QuerySet[Inquiry], wanted: Wanted, place: tuple[datetime, int] | None
) -> QuerySet[Inquiry, tuple[datetime, int]]:
    """Return where inquiries stand in the list, in its order, from behind a place on."""
    if place is not None:
        at, pk = place
        way = "lt" if wanted.backwards else "gt"
        beyond = Q(**{f"order_at__{way}": at}) | Q(order_at=at, **{f"pk__{way}": pk})
        rows = rows.filter(beyond, **{f"order_at__{way}e": at})
    order = ("-order_at", "-pk") if wanted.backwards else ("order_at", "pk")
    return rows.order_by(*order).values_list("order_at", "pk")


def _rows(pks: list[int]) -> list[Inquiry]:
    """Return these inquiries in this order, each with the beginning of what was asked."""
    first = InquiryMessage.objects.filter(inquiry=OuterRef("pk"), kind=MessageKind.ASKED).order_by("pk")
    rows = Inquiry.objects.select_related("owner").defer("draft", "outcome_reason")
    found = rows.annotate(asked=Subquery(first.values(start=Left("text", 160))[:1])).in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _written(at: datetime, pk: int) -> str:
    return f"{(at - _EPOCH) // _MICROSECOND}-{pk}"


def _place(text: str) -> tuple[datetime, int] | None:
    at, _dash, pk = text.partition("-")
    if not (_is_number(at) and _is_number(pk)):
        return None
    try:
        return _EPOCH + int(at) * _MICROSECOND, int(pk)
    except OverflowError:
        return None
