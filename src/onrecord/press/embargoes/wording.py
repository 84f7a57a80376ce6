# SPDX-License-Identifier: Apache-2.0
"""Moments as journalists read them: by their own clock, and in UTC, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.statements.pages import languages


def moment(at: datetime, zone: str, language: str) -> str:
    """Return “Tuesday 24 November 2026, 09:00 in Brussels, that is 08:00 UTC”."""
    local, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    with translation.override(language):
        written = languages.clock(utc, "UTC", language)
        if utc.date() != local.date():
            day = languages.full_date(utc.date(), language)
            written = _("%(time)s on %(day)s") % {"time": written, "day": day}
        words = {
            "day": languages.full_date(local.date(), language),
            "time": languages.clock(at, zone, language),
            "place": languages.place_of(zone, language),
            "utc": written,
        }
        if zone == "UTC":
            return _("%(day)s, %(time)s UTC") % words
        return _("%(day)s, %(time)s in %(place)s, that is %(utc)s UTC") % words


class Moments:
    """One moment in the words of many zones, each worked out once."""

    def __init__(self, at: datetime, language: str, default: str) -> None:
        self._at, self._language, self._default = at, language, default
        self._known: dict[str, str] = {}

    def of(self, zone: str) -> str:
        """Return the moment as clocks in a zone show it; of an empty one, where it was agreed."""
        zone = zone or self._default
        if zone not in self._known:
            self._known[zone] = moment(self._at, zone, self._language)
        return self._known[zone]


def usual_terms() -> str:
    """Return what always holds, in the language at hand."""
    return _(
        "Nothing of it may be published, broadcast or passed on before that moment. You may prepare your"
        " report, and ask others about it if they keep to the same terms."
    )
