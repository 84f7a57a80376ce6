# SPDX-License-Identifier: Apache-2.0
"""What is under embargo goes to destinations that may see it, marked, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from onrecord.delivery.models import PENDING, Delivery, Distribution
from onrecord.people.models import User
from onrecord.press.models import Turn
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


def test_a_token_without_the_right_sees_no_text_whose_first_moment_passed_unused(
    olga: User, ines: User, ada: User
) -> None:
    row = destination(ada, "Agency", embargoed=True)
    _token, narrow = actions.make_token(row, "archive", by=ada)
    _token, wide = actions.make_token(row, "desk", embargoed=True, by=ada)
    moved, held = embargoed(olga, ines), embargoed(olga, ines, seal=False)
    tell()
    assert len(fetch(bearer(wide))["items"]) == 2
    later = timezone.now().replace(microsecond=0) + timedelta(hours=9)
    statements.unschedule(moved, by=ines, reason="The minister is ill.")
    statements.give_up_seals()
    statements.schedule(moved, by=ines, at=later, zone="UTC", embargoed=True)
    statements.unschedule(held, by=ines)
    tell()
    actions.heed_embargoes()
    assert fetch(bearer(narrow))["items"] == [], "the word that something is on hold names it"

    with time_machine.travel(timezone.now() + timedelta(hours=4), tick=True):
        assert fetch(bearer(narrow))["items"] == []
        assert {bearer(narrow).get(f"/wire/items/{one}").status_code for one in range(1, 6)} == {404}
        assert len(fetch(bearer(wide))["items"]) == 4


def test_what_waits_for_a_destination_does_not_go_once_it_may_see_no_embargo(
    olga: User, ines: User, ada: User, a_relay: object
) -> None:
    row = destination(ada, "Agency", transport="mail", address="desk@agency.example", embargoed=True)
    actions.pause(row, by=ada)
    statement = embargoed(olga, ines)
    tell()
    assert numbers(row) == [(1, 1, "open")]
    actions.change(row, actions.Given("Agency", "ninjs", "mail", "desk@agency.example"), by=ada)
    actions.resume(row, by=ada)
    tell()
    assert numbers(row) == [(1, 1, "left-out")]
    assert not Delivery.objects.filter(recipient_key=row.subject, state__in=PENDING).exists()

    statement.progress.refresh_from_db()
    with time_machine.travel(statement.progress.release_at + timedelta(seconds=5), tick=True):
        statements.release_due()
        tell()
        assert numbers(row) == [(1, 1, "left-out"), (2, 1, "open")], "what is public it gets"


def test_administrators_learn_that_something_is_under_embargo_and_not_what(
    olga: User, ines: User, ada: User, sign_in: Callable[[User], Client]
) -> None:
    row = destination(ada, "Agency", embargoed=True)
    statement = embargoed(olga, ines, seal=False)
    tell()
    sent = Distribution.objects.get(transport="wire-pull")
    places = [f"/desk/wire/{row.pk}/", "/desk/deliveries/", f"/desk/deliveries/{sent.pk}/"]
    admin, writer = sign_in(ada), sign_in(olga)
    for place in places:
        shown = admin.get(place)
        assert shown.status_code == 200, place
        assert statement.title not in shown.content.decode(), place
    assert statement.title in writer.get(places[0]).content.decode()


def test_a_token_without_the_right_does_not_tell_that_an_early_text_arrived(
    olga: User, ines: User, ada: User
) -> None:
    row = destination(ada, "Agency", embargoed=True)
    _token, narrow = actions.make_token(row, "archive", by=ada)
    _token, wide = actions.make_token(row, "desk", embargoed=True, by=ada)
    embargoed(olga, ines)
    tell()
    fetch(bearer(narrow), after=1)
    assert row.transmissions.get().turn == Turn.OPEN
    fetch(bearer(wide), after=1)
    assert row.transmissions.get().turn == Turn.DONE
