# SPDX-License-Identifier: Apache-2.0
"""Dates of release at the desk: read back in words, changed, taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.models import Progress, State, Statement
from tests.statements.drafts import approved
from tests.statements.test_desk_steps import MORNING, SignIn, state, text, url


@time_machine.travel(MORNING, tick=False)
def test_a_date_is_read_back_in_words_before_it_counts(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    browser = sign_in(olga)
    assert 'value="Europe/Brussels" selected' in text(browser.get(url("schedule", statement)))
    moment = {"day": "2026-11-24", "clock": "09:00", "zone": "Europe/Brussels", "embargoed": "on"}
    page = text(browser.post(url("schedule", statement), moment))
    assert "Tuesday 24 November 2026, 09:00 in Brussels, that is 08:00 UTC, in 3 hours" in page
    assert state(statement) == State.APPROVED, "it does not count before it is confirmed"
    browser.post(url("schedule", statement), moment | {"confirmed": "yes"})
    progress = Progress.objects.get(statement=statement)
    assert (progress.state, progress.embargoed) == (State.SCHEDULED, True)
    assert progress.release_at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    page = text(browser.get(url("edit", statement)))
    assert "09:00 in Brussels, that is 08:00 UTC" in page


@time_machine.travel(MORNING, tick=False)
def test_a_date_can_be_changed_while_it_is_read_back(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    moment = {"day": "2026-11-24", "clock": "09:00", "zone": "Europe/Brussels"}
    page = text(sign_in(olga).post(url("schedule", statement), moment | {"confirmed": "yes", "again": "yes"}))
    assert 'name="day" value="2026-11-24"' in page
    assert 'type="hidden" name="day"' not in page
    assert state(statement) == State.APPROVED


@time_machine.travel(MORNING, tick=False)
@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (
            {"day": "2027-03-28", "clock": "02:30", "zone": "Europe/Brussels"},
            "Choose 01:59, the last minute before, or 03:00, the first after.",
        ),
        (
            {"day": "2027-10-31", "clock": "02:30", "zone": "Europe/Brussels"},
            "On that day clocks in Europe/Brussels show 02:30 twice, because they are put back. Say which.",
        ),
        (
            {"day": "0001-01-01", "clock": "00:30", "zone": "Asia/Tokyo"},
            "Such a day is too far away. Choose another one.",
        ),
        (
            {"day": "9999-12-31", "clock": "23:30", "zone": "America/New_York"},
            "Such a day is too far away. Choose another one.",
        ),
        (
            {"day": "2026-11-24", "clock": "05:30", "zone": "Europe/Brussels"},
            "has passed already. Release now, or choose a later moment.",
        ),
        ({"day": "2026-11-24", "clock": "09:00", "zone": "Mars/Olympus"}, "Select a valid choice."),
    ],
)
def test_a_moment_that_cannot_be_is_refused(
    olga: User, ines: User, sign_in: SignIn, moment: dict[str, str], refusal: str
) -> None:
    statement = approved(olga, ines)
    answer = sign_in(olga).post(url("schedule", statement), moment | {"confirmed": "yes"})
    assert refusal in text(answer)
    assert state(statement) == State.APPROVED


@time_machine.travel(MORNING, tick=False)
def test_of_a_time_shown_twice_the_second_can_be_chosen(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    moment = {"day": "2027-10-31", "clock": "02:30", "zone": "Europe/Brussels", "fold": "1"}
    assert "that is 01:30 UTC" in text(sign_in(olga).post(url("schedule", statement), moment))
    sign_in(olga).post(url("schedule", statement), moment | {"confirmed": "yes"})
    assert Progress.objects.get(statement=statement).release_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@time_machine.travel(MORNING, tick=False)
def test_a_date_is_taken_back(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    actions.schedule(statement, by=olga, at=datetime(2026, 11, 25, tzinfo=UTC), zone="UTC")
    sign_in(olga).post(url("unschedule", statement))
    assert state(statement) == State.APPROVED


def test_a_release_that_came_too_late_says_what_can_be_done(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    with time_machine.travel(MORNING, tick=False):
        actions.schedule(statement, by=olga, at=datetime(2026, 11, 25, tzinfo=UTC), zone="UTC")
    with time_machine.travel(datetime(2026, 11, 25, 3, tzinfo=UTC), tick=False):
        actions.release_due()
        assert state(statement) == State.OVERDUE
        page = text(sign_in(olga).get(f"/desk/statements/edit/{statement.pk}/"))
        assert (
            "Its moment passed while the program did not run. Release it, or choose another moment." in page
        )


def test_a_release_that_was_refused_says_why_and_not_that_the_program_stood_still(
    olga: User, ines: User, sign_in: SignIn
) -> None:
    statement = approved(olga, ines)
    with time_machine.travel(MORNING, tick=False):
        actions.schedule(statement, by=olga, at=datetime(2026, 11, 25, tzinfo=UTC), zone="UTC")
    Statement.objects.filter(pk=statement.pk).update(title="Changed behind the desk's back")
    with time_machine.travel(datetime(2026, 11, 25, 0, 1, tzinfo=UTC), tick=False):
        actions.release_due()
        page = text(sign_in(olga).get(f"/desk/statements/edit/{statement.pk}/"))
        assert "It was not released at its moment: “Changed behind the desk" in page
        assert "while the program did not run" not in page
        assert "More than two hours late" not in text(sign_in(olga).get("/desk/"))
