# SPDX-License-Identifier: Apache-2.0
"""Facts into figures: one pass of the database for each table, however many rows there are."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from django.db.models import Count, Min, Model, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from onrecord.moderation import manners
from onrecord.moderation.models import (
    UNDECIDED,
    Appeal,
    AppealFact,
    Case,
    DecisionFact,
    EffectKind,
    ExternalFact,
    Recheck,
    RecheckFact,
    ReportFact,
    SuspensionFact,
    Verdict,
)
from onrecord.moderation.models.appeals import CLOSED

NO_ACTION = "no_action"
KINDS = (*(kind.value for kind in EffectKind), NO_ACTION)
OUTCOMES = ("upheld", "partially_reversed", "reversed", "omitted", "inadmissible")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many there were, and how long they took."""

    number: int
    done: int
    late: int
    hours: float | None
    """The median from beginning to end; None if nothing has ended."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What was decided by one rule, or by the law alone (`version` is None)."""

    version: int | None
    number: str
    kinds: dict[str, int]
    total: int
    reversed: int


@dataclass(frozen=True, slots=True)
class Month:
    """What came and went in one month, or one year."""

    first: date
    reports: int
    decisions: int
    appeals: int
    kinds: dict[str, int]
    """Decisions by what they did; one may have done several things."""


@dataclass(frozen=True, slots=True)
class Rechecks:
    """Decisions that were drawn to be judged again by somebody else, and what came of it."""

    drawn: int
    examined: int
    omitted: int
    otherwise: int
    wrong: int

    @property
    def error_rate(self) -> float | None:
        """The share of those examined that were wrong; None before the first."""
        return round(self.wrong / self.examined, 4) if self.examined else None


@dataclass(frozen=True, slots=True)
class Period:
    """Every figure of a time. `year` is None for all that ever was."""

    year: int | None
    first: date
    last: date
    reports: Pace
    by_category: dict[str, int]
    by_source: dict[str, int]
    unfounded: int
    decisions: Pace
    by_kind: dict[str, int]
    by_rule: tuple[Ruled, ...]
    automatic: int
    by_law: int
    appeals: Pace
    by_outcome: dict[str, int]
    by_party: dict[str, int]
    disputes: int
    disputes_lost: int
    suspensions: dict[str, int]
    rechecks: Rechecks
    steps: tuple[Month, ...]

    @property
    def empty(self) -> bool:
        """True if nothing happened."""
        return not (self.reports.number or self.decisions.number or self.appeals.number)


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits now. It changes by the clock, so no year has it."""

    open_cases: int
    overdue_cases: int
    open_appeals: int
    overdue_appeals: int


def years() -> list[int]:
    """Return the years in which something happened, newest first; this year among them."""
    first = [
        model.objects.aggregate(day=Min("day"))["day"] for model in (ReportFact, DecisionFact, AppealFact)
    ]
    now = timezone.now().year
    return list(range(now, min((day.year for day in first if day), default=now) - 1, -1))


def period(year: int | None) -> Period:
    """Count a year, or everything."""
    first, last = (date(year, 1, 1), date(year, 12, 31)) if year else (date(years()[-1], 1, 1), date.max)
    within = Q(day__range=(first, last))
    about_content = within & manners.content()
    reports = ReportFact.objects.filter(about_content)
    taken = DecisionFact.objects.filter(about_content, on_appeal=False)
    appeals = AppealFact.objects.filter(about_content)
    disputes = ExternalFact.objects.filter(within)
    return Period(
        year=year,
        first=first,
        last=min(last, timezone.now().date()),
        reports=_pace(reports, reports.filter(answered_on__isnull=False)),
        by_category=_by(reports, "category"),
        by_source=_by(reports, "source"),
        unfounded=reports.filter(unfounded=True).count(),
        decisions=_pace(taken, taken),
        by_kind=_kinds(taken),
        by_rule=tuple(_ruled(taken)),
        automatic=taken.filter(automated_decision=True).count(),
        by_law=taken.filter(ground="law").count(),
        appeals=_pace(appeals, appeals.exclude(outcome="")),
        by_outcome=_by(appeals.exclude(outcome=""), "outcome"),
        by_party=_by(appeals, "party"),
        disputes=disputes.count(),
        disputes_lost=disputes.filter(outcome__in=("partially_reversed", "reversed")).count(),
        suspensions=_by(SuspensionFact.objects.filter(within), "conduct"),
        rechecks=_rechecks(examined_content().filter(within)),
        steps=tuple(_steps(year, reports, taken, appeals)),
    )


def examined_content() -> QuerySet[RecheckFact]:
    """Return the facts of what was drawn to be judged again, of decisions about content alone."""
    others = Recheck.objects.filter(decision__case__item_kind__in=manners.other_kinds())
    return RecheckFact.objects.exclude(of__in=others.values("pk"))


def _rechecks(rows: QuerySet[RecheckFact]) -> Rechecks:
    found = rows.aggregate(
        drawn=Count("pk"),
        examined=Count("pk", filter=~Q(outcome="")),
        omitted=Count("pk", filter=~Q(omitted="")),
        otherwise=Count("pk", filter=Q(outcome="otherwise")),
        wrong=Count("pk", filter=Q(outcome="wrong")),
    )
    return Rechecks(**found)


def standing() -> Standing:
    """Count what waits for somebody now, by the indexes of the queues."""
    now = timezone.now()
    cases = Case.objects.filter(state__in=UNDECIDED)
    appeals = Appeal.objects.exclude(state__in=CLOSED)
    return Standing(
        open_cases=cases.count(),
        overdue_cases=cases.filter(deadline__lt=now).count(),
        open_appeals=appeals.count(),
        overdue_appeals=appeals.filter(deadline__lt=now).count(),
    )


def middle(histogram: Sequence[tuple[float, int]]) -> float | None:
    """Return the median of values that come so and so often, in order of value."""
    total = sum(often for _value, often in histogram)
    if not total:
        return None
    found = [_nth(histogram, (total - 1) // 2), _nth(histogram, total // 2)]
    return sum(found) / 2


def _nth(histogram: Sequence[tuple[float, int]], index: int) -> float:
    for value, often in histogram:
        if index < often:
            return value
        index -= often
    raise IndexError(index)


def _pace(every: QuerySet[Row], done: QuerySet[Row]) -> Pace:
    ended = done.filter(hours__isnull=False)
    histogram = list(ended.values_list("hours").annotate(often=Count("pk")).order_by("hours"))
    return Pace(
        number=every.count(),
        done=done.count(),
        late=every.filter(late=True).count(),
        hours=middle(histogram),
    )


def _by(rows: QuerySet[Row], field: str) -> dict[str, int]:
    return dict(rows.values_list(field).annotate(often=Count("pk")).order_by("-often", field))


def _kinds(rows: QuerySet[DecisionFact]) -> dict[str, int]:
    counted = rows.aggregate(
        **{kind.value: Count("pk", filter=Q(**{kind.value: True})) for kind in EffectKind},
        no_action=Count("pk", filter=Q(verdict=Verdict.NO_ACTION)),
    )
    return {kind: counted[kind] for kind in KINDS}


def _ruled(rows: QuerySet[DecisionFact]) -> Iterable[Ruled]:
    grounded = rows.exclude(verdict=Verdict.NO_ACTION)
    counted = (
        grounded.values("rule_version", "rule_number")
        .annotate(
            total=Count("pk"),
            changed=Count("pk", filter=Q(reversed__in=(Verdict.REVERSED, Verdict.PARTIALLY_REVERSED))),
            **{f"kind_{kind.value}": Count("pk", filter=Q(**{kind.value: True})) for kind in EffectKind},
        )
        .order_by("-rule_version", "rule_number")
    )
    for row in cast("Iterable[dict[str, Any]]", counted):
        kinds = {kind.value: row[f"kind_{kind.value}"] for kind in EffectKind}
        yield Ruled(row["rule_version"], row["rule_number"], kinds, row["total"], row["changed"])


def _steps(
    year: int | None,
    reports: QuerySet[ReportFact],
    decisions: QuerySet[DecisionFact],
    appeals: QuerySet[AppealFact],
) -> Iterable[Month]:
    """Yield each month of a year up to now, or each year."""
    counted = [_by_month(reports), _by_month(decisions), _by_month(appeals)]
    kinds = _kinds_by_month(decisions)
    today = timezone.now().date()
    if year:
        last = today.month if year == today.year else 12
        firsts = [date(year, month, 1) for month in range(1, last + 1)]
        for first in firsts:
            reported, decided, appealed = (those.get(first, 0) for those in counted)
            yield Month(first, reported, decided, appealed, _sum(kinds, [first]))
    else:
        for each in reversed(years()):
            months = [month for month in kinds if month.year == each]
            reported, decided, appealed = (_in_year(those, each) for those in counted)
            yield Month(date(each, 1, 1), reported, decided, appealed, _sum(kinds, months))


def _by_month(rows: QuerySet[Row]) -> dict[date, int]:
    found = rows.annotate(month=TruncMonth("day")).values_list("month").annotate(often=Count("pk"))
    return dict(found.order_by("month"))


def _kinds_by_month(rows: QuerySet[DecisionFact]) -> dict[date, dict[str, int]]:
    counted = rows.annotate(month=TruncMonth("day")).values("month")
    found = counted.annotate(
        **{f"of_{kind.value}": Count("pk", filter=Q(**{kind.value: True})) for kind in EffectKind},
        of_no_action=Count("pk", filter=Q(verdict=Verdict.NO_ACTION)),
    ).order_by("month")
    rows_found = cast("Iterable[dict[str, Any]]", found)
    return {row["month"]: {kind: row[f"of_{kind}"] for kind in KINDS} for row in rows_found}


def _sum(kinds: dict[date, dict[str, int]], months: Iterable[date]) -> dict[str, int]:
    found = [kinds[month] for month in months if month in kinds]
    return {kind: sum(one[kind] for one in found) for kind in KINDS}


def _in_year(months: dict[date, int], year: int) -> int:
    return sum(often for month, often in months.items() if month.year == year)


def last_day(first: date) -> date:
    """Return the last day of a month."""
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])
