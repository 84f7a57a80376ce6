# SPDX-License-Identifier: Apache-2.0
"""Sealing at the desk: a choice that says what it reveals, and a way back that says what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from onrecord.people.models import User
from onrecord.record.models import Document, Opening
from onrecord.statements import actions
from onrecord.statements.models import Progress, Seal, State, Statement
from tests.statements.drafts import approved

SignIn = Callable[[User], Client]
MORNING = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
MOMENT = {"day": "2026-11-26", "clock": "09:00", "zone": "Europe/Brussels", "embargoed": "on", "seal": "on"}


def url(step: str, statement: Statement) -> str:
    return reverse(f"statements:{step}", args=[statement.pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def sealed(olga: User, ines: User) -> Statement:
    statement = approved(olga, ines)
    at = MORNING + timedelta(days=1)
    actions.schedule(statement, by=olga, at=at, zone="UTC", embargoed=True, seal=True)
    return statement


@time_machine.travel(MORNING, tick=False)
def test_the_choice_says_what_it_reveals_before_it_counts(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    browser = sign_in(olga)
    page = text(browser.get(url("schedule", statement)))
    assert "the record shows that something was sealed, and until when, but not what" in page
    assert "Public reason" not in page
    page = text(browser.post(url("schedule", statement), MOMENT))
    assert "A sealed leaf reveals that something was sealed, and until when." in page
    assert not Seal.objects.exists()
    browser.post(url("schedule", statement), MOMENT | {"confirmed": "yes"})
    assert Seal.objects.get().leaf_index == 0
    page = text(browser.get(url("edit", statement)))
    assert "Sealed: the record shows that something was sealed" in page
    assert "It is sealed and opens at its moment by itself." in page


@time_machine.travel(MORNING, tick=False)
def test_only_an_embargo_is_sealed_and_not_for_too_long(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    browser = sign_in(olga)
    without = {name: value for name, value in MOMENT.items() if name != "embargoed"}
    page = text(browser.post(url("schedule", statement), without | {"confirmed": "yes"}))
    assert "Only a text under embargo is sealed. Tick both, or neither." in page
    page = text(browser.post(url("schedule", statement), MOMENT | {"day": "2026-12-26", "confirmed": "yes"}))
    assert "Nothing may stay sealed for more than 30 days." in page
    assert not Seal.objects.exists()


@time_machine.travel(MORNING, tick=False)
def test_a_sealed_text_is_closed_and_not_released_early(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = sealed(olga, ines)
    browser = sign_in(ines)
    answer = browser.post(url("release", statement), follow=True)
    assert "It is sealed and opens at its moment by itself." in text(answer)
    page = text(browser.get(url("edit", statement)))
    assert "This text has a date. To change it, take it back" in page
    assert Opening.objects.get().state == "sealed"


@time_machine.travel(MORNING, tick=False)
def test_taking_it_back_asks_for_a_public_reason(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = sealed(olga, ines)
    browser = sign_in(olga)
    page = text(browser.get(url("unschedule", statement)))
    assert "Public reason for giving the seal up" in page
    page = text(browser.post(url("unschedule", statement), {"reason": " "}))
    assert "This field is required." in page
    assert Progress.objects.get(statement=statement).seal is not None
    browser.post(url("unschedule", statement), {"reason": "The vote was postponed."})
    progress = Progress.objects.get(statement=statement)
    assert (progress.state, progress.seal) == (State.APPROVED, None)
    assert b"The vote was postponed." in bytes(Document.objects.get().content)


@time_machine.travel(MORNING, tick=False)
def test_another_moment_gives_the_first_seal_up(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = sealed(olga, ines)
    browser = sign_in(olga)
    page = text(browser.get(url("schedule", statement)))
    assert "That seal is given up in public." in page
    page = text(browser.post(url("schedule", statement), MOMENT))
    assert "This field is required." in page
    page = text(browser.post(url("schedule", statement), MOMENT | {"reason": "A day later."}))
    assert "The seal that there is now is given up in public." in page
    browser.post(url("schedule", statement), MOMENT | {"reason": "A day later.", "confirmed": "yes"})
    assert sorted(Opening.objects.values_list("state", flat=True)) == ["erased", "open", "sealed"]


@time_machine.travel(MORNING, tick=False)
def test_a_date_without_a_seal_is_taken_back_as_ever(olga: User, ines: User, sign_in: SignIn) -> None:
    statement = approved(olga, ines)
    actions.schedule(statement, by=olga, at=MORNING + timedelta(days=1), zone="UTC", embargoed=True)
    assert "Public reason" not in text(sign_in(olga).get(url("unschedule", statement)))
    sign_in(olga).post(url("unschedule", statement))
    assert Progress.objects.get(statement=statement).state == State.APPROVED
    assert not Opening.objects.exists()
