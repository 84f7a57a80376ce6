# SPDX-License-Identifier: Apache-2.0
"""Languages as readers see them: names, directions, dates and numbers written the way each is used to."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_location
from babel.numbers import format_decimal
from django.conf.locale import LANG_INFO

TRANSLATED = ("en", "fr", "es", "ar", "ru", "zh-hans")
"""Languages that the words of the site itself are translated into; content may be in any."""

_NEAREST = {"en": "en_GB", "zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW"}
"""Where the bare language would give another region's habits: "24 November 2026", not "November 24"."""
_DIGITS = {
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
    "mymr": "၀၁၂၃၄၅၆၇၈၉",
}


@lru_cache(maxsize=128)
def html_code(language: str) -> str:
    """Return the language tag for HTML and hreflang (BCP 47): zh-hans is zh-Hans, pt-br is pt-BR."""
    first, *rest = language.split("-")
    return "-".join([first, *(part.title() if len(part) == 4 else part.upper() for part in rest)])


@lru_cache(maxsize=128)
def open_graph_code(language: str) -> str:
    """Return the language as OpenGraph spells it, with the territory where it has most readers: fr_FR."""
    locale = _locale(language)
    likely = str(get_global("likely_subtags").get(locale.language, ""))
    territory = locale.territory or likely.rpartition("_")[2]
    return f"{locale.language}_{territory}" if territory.isalpha() else locale.language


@lru_cache(maxsize=128)
def direction(language: str) -> str:
    """Return "rtl" for scripts written from right to left, else "ltr"."""
    return "rtl" if _info(language).get("bidi") else "ltr"


@lru_cache(maxsize=128)
def own_name(language: str) -> str:
    """Return the name of a language in that language, as people look for it in a list."""
    name = str(_info(language).get("name_local") or language)
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=8192)
def full_date(day: date, language: str) -> str:
    """Return the date with its weekday: Tuesday 24 November 2026."""
    pattern = "EEEE d MMMM y" if language.partition("-")[0] == "en" else "full"
    return digits(format_date(day, pattern, _locale(language)), language)


@lru_cache(maxsize=8192)
def long_date(day: date, language: str) -> str:
    """Return the date: 24 November 2026."""
    return digits(format_date(day, "long", _locale(language)), language)


@lru_cache(maxsize=1024)
def month(day: date, language: str) -> str:
    """Return the month with its year, as a heading: November 2026."""
    pattern = _locale(language).datetime_skeletons.get("yMMMM")
    text = format_date(day, pattern.pattern if pattern else "LLLL y", _locale(language))
    return digits(text[:1].upper() + text[1:], language)


def clock(moment: datetime, zone: str, language: str) -> str:
    """Return the time of day in a zone: 09:00."""
    local = moment.astimezone(ZoneInfo(zone))
    return _time_of_day(local.hour, local.minute, language)


@lru_cache(maxsize=4096)
def _time_of_day(hour: int, minute: int, language: str) -> str:
    written = format_time(time(hour, minute), "short", locale=_locale(language))
    return digits(written.replace("\u202f", "\u00a0"), language)


@lru_cache(maxsize=256)
def place_of(zone: str, language: str) -> str:
    """Return where a time zone's clocks hang: Brussels, or UTC."""
    if "/" not in zone:
        return zone
    return str(get_timezone_location(zone, _locale(language), return_city=True))


@lru_cache(maxsize=1024)
def number(value: int, language: str) -> str:
    """Return a whole number with the language's own digits and separators."""
    return digits(format_decimal(value, locale=_locale(language)), language)


def _info(language: str) -> dict[str, Any]:
    return LANG_INFO.get(language) or LANG_INFO.get(language.partition("-")[0]) or {}


@lru_cache(maxsize=128)
def _locale(language: str) -> Locale:
    spelled = _NEAREST.get(language, html_code(language).replace("-", "_"))
    for candidate in (spelled, spelled.split("_")[0], "en_GB"):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel has no English.")


@lru_cache(maxsize=128)
def _table(language: str) -> dict[int, str] | None:
    digits = _DIGITS.get(_locale(language).default_numbering_system)
    return {ord(str(value)): digit for value, digit in enumerate(digits)} if digits else None


def digits(text: str, language: str) -> str:
    """Return text with the digits that the language writes."""
    table = _table(language)
    return text.translate(table) if table else text
