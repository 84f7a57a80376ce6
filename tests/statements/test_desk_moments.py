# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.utils import translation

from onrecord.statements.desk import moments

BRUSSELS = "Europe/Brussels"
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def test_an_ordinary_time_has_one_meaning() -> None:
    assert moments.readings(date(2026, 11, 24), time(9), BRUSSELS) == [
        moments.Reading(datetime(2026, 11, 24, 8, tzinfo=UTC), 0)
    ]


def test_a_time_shown_twice_has_two() -> None:
    found = moments.readings(date(2026, 10, 25), time(2, 30), BRUSSELS)
    assert [reading.at.hour for reading in found] == [0, 1]


@pytest.mark.parametrize(
    ("day", "clock", "zone", "before", "after"),
    [
        (date(2026, 3, 29), time(2, 30), BRUSSELS, "2026-03-29 01:59", "2026-03-29 03:00"),
        # Half an hour is put forward there.
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-04 01:59", "2026-10-04 02:30"),
        # A whole day was left out when the island moved across the date line.
        (date(2011, 12, 30), time(12), "Pacific/Apia", "2011-12-29 23:59", "2011-12-31 00:00"),
    ],
)
def test_a_skipped_time_names_its_neighbours(
    day: date, clock: time, zone: str, before: str, after: str
) -> None:
    with pytest.raises(moments.SkippedTime) as gap:
        moments.readings(day, clock, zone)
    assert f"{gap.value.before:%Y-%m-%d %H:%M}" == before
    assert f"{gap.value.after:%Y-%m-%d %H:%M}" == after


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        (
            datetime(2026, 11, 24, 8, tzinfo=UTC),
            BRUSSELS,
            "Tuesday 24 November 2026, 09:00 in Brussels, that is 08:00 UTC, in 3 hours",
        ),
        (
            datetime(2026, 11, 24, 23, 30, tzinfo=UTC),
            "Asia/Tokyo",
            (
                "Wednesday 25 November 2026, 08:30 in Tokyo, "
                "that is 23:30 on Tuesday 24 November 2026 UTC, in 18 hours"
            ),
        ),
        (
            datetime(2026, 11, 24, 5, 20, tzinfo=UTC),
            "UTC",
            "Tuesday 24 November 2026, 05:20 UTC, in 20 minutes",
        ),
    ],
)
def test_a_moment_is_told_in_words(at: datetime, zone: str, words: str) -> None:
    with translation.override("en"):
        assert moments.in_words(at, zone).replace("\u00a0", " ") == words


@pytest.mark.parametrize("language", ["fr", "es", "ar", "ru", "zh-hans", "pt-br"])
def test_a_moment_is_told_in_every_language_of_the_desk(language: str) -> None:
    with translation.override(language):
        assert "2026" in moments.in_words(NOW, BRUSSELS) or "٢٠٢٦" in moments.in_words(NOW, BRUSSELS)


def test_zones_are_places_and_utc() -> None:
    zones = moments.zones()
    assert {"Europe/Brussels", "Africa/Kinshasa", "UTC"} <= set(zones)
    assert not [zone for zone in zones if zone.startswith("Etc/") or ("/" not in zone and zone != "UTC")]
