# SPDX-License-Identifier: Apache-2.0
"""Followers over time as charts: of one account, or of all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from onrecord import charts
from onrecord.federation.models import Actor, FollowDay, HostCount
from onrecord.people.models import Organisation

PERIODS = {
    "day": (gettext_lazy("Day"), 42),
    "week": (gettext_lazy("Week"), 52 * 7),
    "month": (gettext_lazy("Month"), 3 * 365),
}
"""By what is counted, and how many days are shown."""


@dataclass(slots=True)
class Step:
    """One day, week or month."""

    label: str
    joined: int = 0
    ended: int = 0
    total: int = 0


def followers(actor: Actor | None) -> int:
    """Return how many follow an account, or any, as the clock counted last."""
    rows = HostCount.objects.filter(actor=actor)
    return rows.aggregate(all=Sum("followers"))["all"] or 0


def over_time(actor: Actor | None, period: str) -> list[Markup]:
    """Return two charts: how many there were, and who came and went; none before a day is counted."""
    steps = _steps(actor, period)
    if not steps:
        return []
    heading, _days = PERIODS[period]
    labels, first, last = [step.label for step in steps], steps[0], steps[-1]
    told = {
        "first": first.label,
        "before": number(first.total),
        "last": last.label,
        "now": number(last.total),
    }
    total = charts.Figure(
        key="total",
        title=_("Followers"),
        description=_("From %(first)s, %(before)s, to %(last)s, %(now)s.") % told,
        heading=str(heading),
        labels=labels,
        series=(charts.Series(_("Followers"), [step.total for step in steps]),),
        as_table=_("As a table"),
        number=number,
    )
    came, went = sum(step.joined for step in steps), sum(step.ended for step in steps)
    moves = charts.Figure(
        key="moves",
        title=_("Who came and who went"),
        description=_("In all, %(joined)s came and %(ended)s went.")
        % {"joined": number(came), "ended": number(went)},
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


def number(value: float) -> str:
    """Return a number as the language of the desk writes it."""
    whole = float(value).is_integer()
    return number_format(value, decimal_pos=0 if whole else 1, use_l10n=True, force_grouping=True)


def _steps(actor: Actor | None, period: str) -> Sequence[Step]:
    today = timezone.now().astimezone(ZoneInfo(Organisation.current().time_zone)).date()
    since = _begin(today - timedelta(days=PERIODS[period][1]), period)
    rows = FollowDay.objects.filter(day__gte=since)
    rows = rows.filter(actor=actor) if actor is not None else rows
    days = list(
        rows.values("day")
        .annotate(joined=Sum("joined"), ended=Sum("ended"), total=Sum("total"))
        .order_by("day")
    )
    if not any(day["total"] or day["joined"] for day in days):
        return []
    steps: dict[date, Step] = {}
    for day in days:
        begin = _begin(day["day"], period)
        step = steps.setdefault(begin, Step(_named(begin, period)))
        step.joined, step.ended = step.joined + day["joined"], step.ended + day["ended"]
        step.total = day["total"]
    return list(steps.values())


def _begin(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def _named(day: date, period: str) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT" if period == "month" else "SHORT_DATE_FORMAT")
