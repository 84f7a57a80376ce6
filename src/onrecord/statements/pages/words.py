# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from onrecord.statements.pages import languages
from onrecord.statements.pages.catalogue import gettext as _


@dataclass(frozen=True, slots=True)
class Words:
    """Dates, numbers and names as a page in this language writes them; times by the newsroom's clock."""

    language: str
    zone: str

    @property
    def code(self) -> str:
        """The language tag for HTML."""
        return languages.html_code(self.language)

    @property
    def direction(self) -> str:
        """The direction of writing: "ltr" or "rtl"."""
        return languages.direction(self.language)

    def full_date(self, day: date) -> str:
        """Return Tuesday 24 November 2026."""
        return languages.full_date(day, self.language)

    def long_date(self, day: date) -> str:
        """Return 24 November 2026."""
        return languages.long_date(day, self.language)

    def day_of(self, moment: datetime) -> str:
        """Return the date of a moment where the newsroom is: 24 November 2026."""
        return languages.long_date(moment.astimezone(ZoneInfo(self.zone)).date(), self.language)

    def month(self, day: date) -> str:
        """Return November 2026."""
        return languages.month(day, self.language)

    def moment(self, moment: datetime) -> str:
        """Return 24 November 2026, 09:00 (Brussels)."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return _("%(date)s, %(time)s (%(place)s)") % {
            "date": languages.long_date(local.date(), self.language),
            "time": languages.clock(moment, self.zone, self.language),
            "place": languages.place_of(self.zone, self.language),
        }

    def number(self, value: int) -> str:
        """Return 1,234 with the language's digits."""
        return languages.number(value, self.language)

    def plain_number(self, value: int) -> str:
        """Return 2026 with the language's digits and no separators: years, page and edition numbers."""
        return languages.digits(str(value), self.language)

    def size(self, count: int) -> str:
        """Return a number of bytes as people read it: 1.2 MB."""
        if count < 1_000_000:
            return languages.digits(f"{max(1, round(count / 1000))} kB", self.language)
        return languages.digits(f"{count / 1_000_000:.1f} MB", self.language)

    def own_name(self, language: str) -> str:
        """Return the name of another language in that language."""
        return languages.own_name(language)

    def code_of(self, language: str) -> str:
        """Return another language's tag for HTML."""
        return languages.html_code(language)

    def direction_of(self, language: str) -> str:
        """Return another language's direction of writing."""
        return languages.direction(language)
