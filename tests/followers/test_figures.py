# SPDX-License-Identifier: Apache-2.0
"""How many followers there were on each day, also when those who were there are forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.delivery.desk import domains
from onrecord.delivery.models import Distribution, State
from onrecord.followers import actions, figures
from onrecord.followers.models import DayCount, Reason
from onrecord.people.models import User
from onrecord.statements.models import Topic
from tests.followers.readers import follower, tell
from tests.statements.drafts import released

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    figures.forget()
    domains.forget()
    yield
    figures.forget()
    domains.forget()


def _on(day: int) -> time_machine.travel:
    return time_machine.travel(MONDAY + timedelta(days=day), tick=False)


def _counted(language: str = "", topic: str = "") -> list[tuple[date, int, int, int | None]]:
    rows = DayCount.objects.filter(language=language, topic=topic).order_by("day")
    return list(rows.values_list("day", "joined", "ended", "total"))


def test_a_day_is_counted_once_when_it_is_over(olga: User) -> None:
    Topic.objects.create(slug="water", name="Water")
    with _on(0):
        follower("a@reader.example")
        follower("b@reader.example", topics=("water",), languages=("en", "fr"))
        assert actions.count_days() == 0, "the day is not over"
    with _on(1):
        assert actions.count_days() == 1
        assert actions.count_days() == 0

    monday = MONDAY.date()
    assert _counted() == [(monday, 2, 0, 2)]
    assert _counted(language="en") == [(monday, 2, 0, 2)]
    assert _counted(language="fr") == [(monday, 1, 0, 1)]
    assert _counted(topic="water") == [(monday, 1, 0, 1)]
    assert _counted(topic=DayCount.ALL_TOPICS) == [(monday, 1, 0, 1)]


def test_whoever_is_erased_at_once_has_come_and_gone(olga: User) -> None:
    with _on(0):
        actions.erase(follower("gone@reader.example"))
        follower("here@reader.example")
    with _on(1):
        actions.count_days()
    assert _counted() == [(MONDAY.date(), 2, 1, 1)]
    assert _counted(language="en") == [(MONDAY.date(), 2, 1, 1)]


def test_days_without_the_program_are_made_up_for(olga: User) -> None:
    with _on(0):
        one = follower("a@reader.example")
    with _on(2):
        follower("b@reader.example")
        actions.end(one, Reason.REQUEST)
    with _on(4):
        assert actions.count_days() == 4
    days = [MONDAY.date() + timedelta(days=number) for number in range(4)]
    assert _counted() == [(days[0], 1, 0, 1), (days[1], 0, 0, 1), (days[2], 1, 1, 1), (days[3], 0, 0, 1)]


def test_counts_stay_when_an_address_is_reduced(olga: User) -> None:
    with _on(0):
        actions.end(follower("a@reader.example"), Reason.REQUEST)
    with _on(1):
        actions.count_days()
    with _on(40):
        assert actions.reduce_ended() == 1
    assert _counted() == [(MONDAY.date(), 1, 1, 0)]


def test_a_list_that_is_counted_late_loses_nobody_who_was_reduced_first(olga: User) -> None:
    with _on(0):
        actions.end(follower("a@reader.example"), Reason.REQUEST)
    with _on(40):
        actions.reduce_ended()
        for _run in range(10):
            actions.count_days()
    assert _counted()[0] == (MONDAY.date(), 1, 1, 0)


def test_the_timeline_sums_weeks_and_reaches_today(olga: User) -> None:
    with _on(-7):
        follower("a@reader.example")
    with _on(0):
        actions.count_days()
        follower("b@reader.example")
        steps = figures.timeline("week")
    assert [(step.joined, step.ended, step.total) for step in steps] == [(1, 0, 1), (1, 0, 2)]


def test_the_page_shows_charts_with_their_numbers(olga: User, sign_in: SignIn) -> None:
    Topic.objects.create(slug="water", name="Water")
    follower("a@reader.example", topics=("water",))

    page = sign_in(olga).get("/desk/followers/?by=month&of=topic:water").content.decode()

    assert page.count('role="img"') == 5
    assert "Who came and who went" in page
    assert "<td>1</td>" in page
    assert '<option value="topic:water" selected>' in page
    assert "a@reader.example" not in page
    for nonsense in ("?by=century", "?of=topic:", "?of=:::", "?of=language:xx"):
        figures.forget()
        assert sign_in(olga).get(f"/desk/followers/{nonsense}").status_code == 200


def test_each_domain_is_told_with_what_it_refused(olga: User, ines: User, sign_in: SignIn) -> None:
    for number in range(4):
        follower(f"reader{number}@good.example")
    follower("reader@bad.example")
    edition = released(olga, ines)
    tell()
    deliveries = Distribution.objects.get(object_key=edition.statement.subject, transport="smtp").deliveries
    deliveries.update(state=State.ACCEPTED, settled_at=timezone.now())
    deliveries.filter(destination="bad.example").update(state=State.BOUNCED)

    page = sign_in(olga).get("/desk/deliveries/domains/?channel=mail").content.decode()

    assert "Worst is bad.example with 100 of a hundred." in page
    assert page.index("good.example") < page.index("bad.example</a>")
