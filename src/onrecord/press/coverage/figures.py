# SPDX-License-Identifier: Apache-2.0
"""Coverage over time and by country, drawn for the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from onrecord import charts
from onrecord.delivery.counting import Recent
from onrecord.press.coverage import listing
from onrecord.press.coverage.listing import Filter
from onrecord.press.places import countries

BY_DAY_UP_TO, BY_WEEK_UP_TO = 45, 400
"""Days between the first and the last, up to which days and weeks are told apart; beyond: months."""
COMPARED = 20
_recent = Recent(5.0)


def forget() -> None:
    """Count again when somebody asks next."""
    _recent.forget()


def drawn(asked: Filter) -> list[Markup]:
    """Return the charts of what a filter finds; none where it finds nothing."""
    days, places = _recent.get(asked, lambda: (listing.by_day(asked), listing.by_country(asked)))
    return [_over_time(days), _by_country(places)] if days else []


def _over_time(days: Sequence[tuple[date, int]]) -> Markup:
    span = (days[-1][0] - days[0][0]).days
    step = "day" if span <= BY_DAY_UP_TO else "week" if span <= BY_WEEK_UP_TO else "month"
    counted: Counter[date] = Counter()
    for day, count in days:
        counted[_begin(day, step)] += count
    steps = _every(min(counted), max(counted), step)
    total = sum(counted.values())
    figure = charts.Figure(
        key="coverage-time",
        title=_("Over time"),
        description=_("From %(first)s to %(last)s: %(count)s in all.")
        % {"first": _named(steps[0], step), "last": _named(steps[-1], step), "count": _number(total)},
        heading=str({"day": _("Day"), "week": _("Week"), "month": _("Month")}[step]),
        labels=[_named(one, step) for one in steps],
        series=(charts.Series(_("Coverage"), [counted[one] for one in steps]),),
        as_table=_("As a table"),
        number=_number,
    )
    return charts.lines(figure)


def _by_country(places: Sequence[tuple[str, int]]) -> Markup:
    known = countries(get_language() or "en")
    named = [(known.get(code, code) or _("Not known"), count) for code, count in places]
    shown, rest = named[:COMPARED], sum(count for _name, count in named[COMPARED:])
    if rest:
        shown.append((_("Others"), rest))
    figure = charts.Figure(
        key="coverage-country",
        title=_("By country"),
        description=_("Most, %(count)s: %(name)s.") % {"count": _number(shown[0][1]), "name": shown[0][0]},
        heading=_("Country"),
        labels=[name for name, _count in shown],
        series=(charts.Series(_("Coverage"), [count for _name, count in shown]),),
        as_table=_("As a table"),
        number=_number,
    )
    return charts.bars(figure)


def _begin(day: date, step: str) -> date:
    if step == "week":
        return date.fromordinal(day.toordinal() - day.weekday())
    return day.replace(day=1) if step == "month" else day


def _every(first: date, last: date, step: str) -> list[date]:
    found, day = [], first
    while day <= last:
        found.append(day)
        day = date.fromordinal(day.toordinal() + {"day": 1, "week": 7, "month": 32}[step])
        day = _begin(day, step)
    return found


def _named(day: date, step: str) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT" if step == "month" else "SHORT_DATE_FORMAT")


def _number(value: float) -> str:
    return number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)
