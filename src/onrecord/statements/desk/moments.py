# SPDX-License-Identifier: Apache-2.0
"""Moments as people enter them – a date, a time, a named zone – and as they read them back.

Embargo mistakes are mostly clock mistakes, so nothing is guessed here: a time that the clocks skip is
refused, one that they show twice has to be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.statements.pages import languages

FIRST_YEAR, LAST_YEAR = 2, 9998
_ELSEWHERE = ("Etc/", "SystemV/", "posix/", "right/")
_NO_PLACES = {"Factory", "localtime", "posixrules"}


class SkippedTime(Exception):
    """The clocks are put forward past this time; `before` and `after` are the nearest that exist."""

    def __init__(self, before: datetime, after: datetime) -> None:
        super().__init__()
        self.before, self.after = before, after


class TooFar(Exception):
    """The day is at an end of the calendar, where a moment in another zone is none that Python knows."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a local time; `fold` is 1 for the second time the clocks show it."""

    at: datetime
    fold: int


def readings(day: date, clock: time, zone: str) -> list[Reading]:
    """Return every moment at which clocks in a zone show this time: one, or two when they are put back.

    Raises SkippedTime when they never show it, TooFar on the first and last days of the calendar.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise TooFar
    local = datetime.combine(day, clock, ZoneInfo(zone))
    found: list[Reading] = []
    for fold in (0, 1):
        moment = local.replace(fold=fold).astimezone(UTC)
        shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if shown == local.replace(tzinfo=None) and moment not in [other.at for other in found]:
            found.append(Reading(moment, fold))
    if not found:
        raise SkippedTime(*_around_gap(local))
    return found


def zones() -> list[str]:
    """Return the names of all time zones that people live in, and UTC."""
    named = (name for name in available_timezones() if name not in _NO_PLACES)
    return sorted(
        name for name in named if name == "UTC" or ("/" in name and not name.startswith(_ELSEWHERE))
    )


def in_words(at: datetime, zone: str) -> str:
    """Return "Tuesday 24 November 2026, 09:00 in Brussels, that is 08:00 UTC, in 3 hours"."""
    language = translation.get_language() or "en"
    local, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    utc_text = languages.clock(utc, "UTC", language)
    if utc.date() != local.date():
        utc_text = _("%(time)s on %(day)s") % {
            "time": utc_text,
            "day": languages.full_date(utc.date(), language),
        }
    words = {
        "day": languages.full_date(local.date(), language),
        "time": languages.clock(at, zone, language),
        "place": languages.place_of(zone, language),
        "utc": utc_text,
        "distance": distance(at),
    }
    if zone == "UTC":
        return _("%(day)s, %(time)s UTC, %(distance)s") % words
    return _("%(day)s, %(time)s in %(place)s, that is %(utc)s UTC, %(distance)s") % words


def distance(at: datetime) -> str:
    """Return how far away a moment is: "in 3 hours", "20 minutes ago"."""
    away = at - timezone.now()
    unit: Literal["minute", "hour", "day"] = "day"
    if abs(away) < timedelta(days=2):
        unit = "minute" if abs(away) < timedelta(minutes=90) else "hour"
    words: str = format_timedelta(
        away, granularity=unit, threshold=1.6, add_direction=True, locale=_babel_locale()
    )
    return words


def local(at: datetime, zone: str) -> datetime:
    """Return a moment as clocks in a zone show it."""
    return at.astimezone(ZoneInfo(zone))


def clock_in(at: datetime, zone: str) -> str:
    """Return a moment's time of day in a zone, as the person at the desk writes times."""
    return languages.clock(at, zone, translation.get_language() or "en")


def _around_gap(local: datetime) -> tuple[datetime, datetime]:
    zone = local.tzinfo
    # PEP 495: in a gap, fold 1 counts with the offset after it and so falls before it, fold 0 the reverse.
    low, high = local.replace(fold=1).astimezone(UTC), local.replace(fold=0).astimezone(UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        passed = middle.astimezone(zone).utcoffset() != low.astimezone(zone).utcoffset()
        low, high = (low, middle) if passed else (middle, high)
    change = (high + timedelta(milliseconds=500)).replace(microsecond=0)
    return (change - timedelta(minutes=1)).astimezone(zone), change.astimezone(zone)


def _babel_locale() -> Locale:
    language = translation.get_language() or "en"
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language.split("-")[0])
