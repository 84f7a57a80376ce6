# SPDX-License-Identifier: Apache-2.0
"""What is under embargo goes to destinations that may see it, marked, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from onrecord.people.models import User
from onrecord.press.wire import actions
from onrecord.statements import actions as statements
from onrecord.statements.models import Statement
from tests.press.desks import bearer, destination, numbers, tell
from tests.press.wired import allowances_begin_anew, fetch, towards_this_machine
from tests.statements.drafts import approved

__all__ = ["allowances_begin_anew", "towards_this_machine"]

pytestmark = pytest.mark.django_db


def embargoed(olga: User, ines: User, *, seal: bool = True, hours: int = 3) -> Statement:
    statement = approved(olga, ines)
    at = timezone.now().replace(microsecond=0) + timedelta(hours=hours)
    statements.schedule(
        statement, by=ines, at=at, zone="Europe/Brussels", embargoed=True, terms="Not online", seal=seal
    )
    return statement


@pytest.mark.parametrize("seal", [True, False])
def test_what_is_under_embargo_goes_to_those_who_may_see_it_and_nowhere_else(
    olga: User, ines: User, ada: User, seal: bool
) -> None:
    trusted = destination(ada, "Agency", embargoed=True)
    other = destination(ada, "Blog")
    _narrow, narrow = actions.make_token(trusted, "archive", by=ada)
    _wide, wide = actions.make_token(trusted, "desk", embargoed=True, by=ada)
    _blog, blog = actions.make_token(other, "import", by=ada)
    statement = embargoed(olga, ines, seal=seal)
    tell()
    tell()
    assert numbers(other) == []
    assert fetch(bearer(blog))["items"] == []
    assert fetch(bearer(narrow))["items"] == []
    assert bearer(narrow).get("/wire/items/1").status_code == 404
    [told] = fetch(bearer(wide))["items"]
    progress = statement.progress
    progress.refresh_from_db()
    assert told["item"]["embargoedUntil"] == f"{progress.release_at:%Y-%m-%dT%H:%M:%SZ}"
    assert told["item"]["edNote"].startswith("EMBARGOED until ")
    assert "Europe/Brussels). Not online." in told["item"]["edNote"]
    assert bool([one for one in told["item"].get("altIds", []) if one["role"] == "onrecord:sha256"]) == seal
    fetch(bearer(wide), after=1)

    with time_machine.travel(progress.release_at + timedelta(seconds=5), tick=True):
        statements.release_due()
        tell()
        [free] = fetch(bearer(wide), after=1)["items"]
        assert (free["number"], free["item"]["version"]) == (2, "1")
        assert free["item"]["edNote"] == "EMBARGO LIFTED: it may be used now."
        assert "embargoedUntil" not in free["item"]
        [open_one] = fetch(bearer(blog))["items"]
        assert "edNote" not in open_one["item"]


def test_a_moment_that_is_taken_back_puts_the_item_on_hold(olga: User, ines: User, ada: User) -> None:
    row = destination(ada, "Agency", embargoed=True)
    _token, secret = actions.make_token(row, "desk", embargoed=True, by=ada)
    statement = embargoed(olga, ines, seal=False)
    tell()
    fetch(bearer(secret), after=1)
    statements.unschedule(statement, by=ines)
    tell()
    actions.heed_embargoes()
    [hold] = fetch(bearer(secret), after=1)["items"]
    assert hold["item"]["pubStatus"] == "withheld"
    assert hold["item"]["edNote"].startswith("HOLD: do not use until further notice.")
    assert "bodies" not in hold["item"]

    at = timezone.now().replace(microsecond=0) + timedelta(hours=9)
    statements.schedule(statement, by=ines, at=at, zone="UTC", embargoed=True)
    tell()
    [later] = fetch(bearer(secret), after=2)["items"]
    assert later["item"]["embargoedUntil"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_destination_that_may_see_no_embargo_any_more_sees_none(olga: User, ines: User, ada: User) -> None:
    row = destination(ada, "Agency", embargoed=True)
    _token, secret = actions.make_token(row, "desk", embargoed=True, by=ada)
    embargoed(olga, ines)
    tell()
    actions.change(row, actions.Given("Agency", "ninjs", "pull"), by=ada)
    assert fetch(bearer(secret))["items"] == []
