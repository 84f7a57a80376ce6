# SPDX-License-Identifier: Apache-2.0
"""Followers over time, and how domains answer, as charts for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from onrecord import charts
from onrecord.delivery.counting import Recent
from onrecord.followers.actions.counting import Moves, timeline_rows
from onrecord.people.models import Organisation

PERIODS = {
    "day": (gettext_lazy("Day"), 42),
    "week": (gettext_lazy("Week"), 52 * 7),
    "month": (gettext_lazy("Month"), 3 * 365),
}
"""By what is counted, and how many days are shown."""
_recent = Recent(30.0)


@dataclass(frozen=True, slots=True)
class Step:
    """One day, week or month of the timeline."""

    label: str
    joined: int
    ended: int
    total: int


def forget() -> None:
    """Count again when somebody asks next."""
    _recent.forget()


def timeline(period: str, language: str = "", topic: str = "") -> list[Step]:
    """Return followers over time, oldest first; at most half a minute old."""
    key = (period, language, topic)
    steps: list[Step] = _recent.get(key, lambda: _timeline(period, language, topic))
    return steps


def over_time(steps: Sequence[Step], period: str) -> list[Markup]:
    """Return two charts: how many there were, and who came and went."""
    labels = [step.label for step in steps]
    heading, _days = PERIODS[period]
    first, last = steps[0], steps[-1]
    total = charts.Figure(
        key="total",
        title=_("Followers"),
        description=_("From %(first)s, %(before)s, to %(last)s, %(now)s.")
        % {
            "first": first.label,
            "before": number(first.total),
            "last": last.label,
            "now": number(last.total),
        },
        heading=str(heading),
        labels=labels,
        series=(charts.Series(_("Followers"), [step.total for step in steps]),),
        as_table=_("As a table"),
        number=number,
    )
    moves = charts.Figure(
        key="moves",
        title=_("Who came and who went"),
        description=_("In all, %(joined)s came and %(ended)s went.")
        % {
            "joined": number(sum(step.joined for step in steps)),
            "ended": number(sum(step.ended for step in steps)),
        },
        heading=str(heading),
        labels=labels,
        series=(
            charts.Series(_("Came"), [step.joined for step in steps]),
            charts.Series(_("Went"), [step.ended for step in steps]),
        ),
        as_table=_("As a table"),
        number=number,
    )
    return [charts.lines(total), charts.up_and_down(moves)]


def compared(key: str, title: str, heading: str, rows: Sequence[tuple[str, int]]) -> Markup:
    """Return a chart of numbers side by side; nothing if there are none."""
    if not rows:
        return Markup("")
    largest = max(rows, key=lambda row: row[1])
    figure = charts.Figure(
        key=key,
        title=title,
        description=_("Most, %(count)s: %(name)s.") % {"count": number(largest[1]), "name": largest[0]},
        heading=heading,
        labels=[label for label, _count in rows],
        series=(charts.Series(_("Followers"), [count for _label, count in rows]),),
        as_table=_("As a table"),
        number=number,
    )
    return charts.bars(figure)


def number(value: float) -> str:
    """Return a number as the language of the desk writes it."""
    whole = float(value).is_integer()
    return number_format(value, decimal_pos=0 if whole else 1, use_l10n=True, force_grouping=True)


def _timeline(period: str, language: str, topic: str) -> list[Step]:
    zone = ZoneInfo(Organisation.current().time_zone)
    today = timezone.now().astimezone(zone).date()
    _label, days = PERIODS[period]
    rows = timeline_rows(language, topic, _begin(today - timedelta(days=days), period))
    if not any(one.total or one.joined or one.ended for one in rows.values()):
        return []
    steps: dict[date, Moves] = {}
    day, known = min(rows), 0
    while day <= today:
        one = rows.get(day)
        step = steps.setdefault(_begin(day, period), Moves())
        known = one.total if one else known
        step.total = known
        if one:
            step.joined, step.ended = step.joined + one.joined, step.ended + one.ended
        day += timedelta(days=1)
    return [Step(_named(day, period), one.joined, one.ended, one.total) for day, one in steps.items()]


def _begin(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _named(day: date, period: str) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT" if period == "month" else "SHORT_DATE_FORMAT")
