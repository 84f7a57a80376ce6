# SPDX-License-Identifier: Apache-2.0
"""When it is morning where somebody is."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5


def next_morning(now: datetime, zone: str, at: time) -> datetime:
    """Return the next time, from Monday to Friday, at which clocks in a zone show `at`."""
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    while True:
        moment = datetime.combine(day, at, place)
        if moment > now and day.weekday() < _SATURDAY:
            return moment
        day += timedelta(days=1)


class Mornings:
    """The next morning in each time zone, worked out once."""

    def __init__(self, now: datetime, at: time, default: str) -> None:
        self._now, self._at, self._default = now, at, default
        self._known: dict[str, datetime] = {}

    def of(self, zone: str) -> datetime:
        """Return the next morning in a zone; of an empty one, that of the newsroom."""
        zone = zone or self._default
        if zone not in self._known:
            self._known[zone] = next_morning(self._now, zone, self._at)
        return self._known[zone]
