# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Distribution, DistributionState
from onrecord.people.models import User
from onrecord.press.distributions.mornings import next_morning
from onrecord.press.models import When
from tests.press.people import JAN, journalist
from tests.press.sendings import published, rows, sent

pytestmark = pytest.mark.usefixtures("a_relay")


def test_in_the_morning_of_each_recipient(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    lee = journalist(olga, "lee", "lee@p.example", time_zone="Asia/Tokyo")
    kim = journalist(olga, "kim", "kim@p.example", time_zone="America/New_York")
    jan = journalist(olga)
    friday = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    with time_machine.travel(friday, tick=False):
        sent(edition.statement, olga, lee, kim, jan, when=When.MORNING)
        due = {row.recipient: row.due_at for row in rows()}
        assert due == {
            "kim@p.example": datetime(2026, 11, 27, 13, 30, tzinfo=UTC),
            "lee@p.example": datetime(2026, 11, 29, 23, 30, tzinfo=UTC),
            JAN: datetime(2026, 11, 30, 7, 30, tzinfo=UTC),
        }
        [ledger] = Distribution.objects.filter(purpose__startswith="press-")
        assert ledger.release_at == due["kim@p.example"]


def test_who_chose_their_morning_gets_it_then_and_is_not_late_for_it(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga, rhythm="morning", time_zone="America/New_York")
    with time_machine.travel(datetime(2026, 11, 25, 15, 0, tzinfo=UTC), tick=False) as clock:
        row = sent(edition.statement, olga, jan)
        assert rows()[0].due_at == datetime(2026, 11, 26, 13, 30, tzinfo=UTC)
        clock.shift(timedelta(hours=5))
        assert delivery.hold_back_late() == 0
        clock.shift(timedelta(hours=20))
        assert delivery.hold_back_late() == 1
        assert Distribution.objects.get(purpose=row.purpose).state == DistributionState.WAITING


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-11-27T07:00+01:00", "Europe/Brussels", "2026-11-27T08:30+01:00"),
        ("2026-11-27T08:30+01:00", "Europe/Brussels", "2026-11-30T08:30+01:00"),
        ("2026-03-27T12:00+01:00", "Europe/Brussels", "2026-03-30T08:30+02:00"),
        ("2026-11-28T23:00+00:00", "Pacific/Kiritimati", "2026-11-30T08:30+14:00"),
    ],
)
def test_the_next_morning_is_one_of_a_working_day(now: str, zone: str, expected: str) -> None:
    found = next_morning(datetime.fromisoformat(now), zone, time(8, 30))
    assert found == datetime.fromisoformat(expected)
