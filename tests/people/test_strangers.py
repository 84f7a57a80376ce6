# SPDX-License-Identifier: Apache-2.0
"""The guard of forms that strangers may send."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import altcha
import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from onrecord.people.models import FormCount, SpentTicket
from onrecord.people.strangers import counting, tickets, work
from onrecord.people.strangers.errors import ReadFirst, SentAlready, TooOften, Trapped
from onrecord.people.strangers.guard import Admitted, Guard, Limits
from tests.people.forms import read_ticket

pytestmark = pytest.mark.django_db

GUARD = Guard("trial", Limits(network=12, address=6, everybody=24))
READER = "192.0.2.7"


def _solved(ticket: str) -> str:
    challenge = altcha.Challenge.from_dict(work.challenge(ticket))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return str(altcha.Payload(challenge, solution).to_base64())


def _send(reader: str = READER, address: str = "", **fields: str) -> Admitted:
    fields = {"ticket": read_ticket(GUARD)} | fields
    return GUARD.admit(fields, reader=reader, address=address)


def test_a_form_that_was_read_is_taken_once() -> None:
    ticket = read_ticket(GUARD)

    assert _send(ticket=ticket) == Admitted(worked=False, crowded=False)
    with pytest.raises(SentAlready, match="has been sent already"):
        _send(ticket=ticket)


def test_a_ticket_holds_for_one_form_and_one_thing_alone() -> None:
    about_water = read_ticket(GUARD, "statement/12")

    for about in ("", "statement/13"):
        with pytest.raises(ReadFirst):
            GUARD.admit({"ticket": about_water}, reader=READER, about=about)
    with pytest.raises(ReadFirst):
        Guard("other", GUARD.limits).admit({"ticket": about_water}, reader=READER, about="statement/12")
    assert GUARD.admit({"ticket": about_water}, reader=READER, about="statement/12")


@pytest.mark.parametrize("seconds", [0, 1, 2 * 3600 + 1, -60])
def test_a_ticket_is_neither_too_new_nor_too_old(seconds: int) -> None:
    with pytest.raises(ReadFirst, match="Read once more"):
        _send(ticket=read_ticket(GUARD, seconds=seconds))


@pytest.mark.parametrize("ticket", ["", "x", "a:b:c", "é" * 700, ":" * 300])
def test_what_is_no_ticket_is_none(ticket: str) -> None:
    with pytest.raises(ReadFirst):
        _send(ticket=ticket)
    assert not SpentTicket.objects.exists()


def test_every_byte_of_a_ticket_is_signed() -> None:
    ticket = read_ticket(GUARD)
    for place in range(len(ticket)):
        changed = ticket[:place] + ("A" if ticket[place] != "A" else "B") + ticket[place + 1 :]
        if changed.rpartition(":")[2][:-1] == ticket.rpartition(":")[2][:-1] and place == len(ticket) - 1:
            continue  # the last letter of base64 holds bits that mean nothing
        with pytest.raises(ReadFirst):
            tickets.read(changed, "trial")


def test_who_fills_in_what_nobody_sees_is_a_program() -> None:
    with pytest.raises(Trapped):
        _send(website="https://spam.example")


def test_work_counts_with_its_own_ticket_alone() -> None:
    mine, other = read_ticket(GUARD), read_ticket(GUARD)
    solved = _solved(mine)

    assert not work.is_done(solved, other)
    assert _send(ticket=mine, work=solved).worked
    assert not _send(ticket=other, work=solved).worked


@pytest.mark.parametrize("nonsense", ["x", "e30=", "eyJjaGFsbGVuZ2UiOjF9", "é", "A" * 5000, "W10=", "MQ=="])
def test_nonsense_is_no_work(nonsense: str) -> None:
    assert not work.is_done(nonsense, read_ticket(GUARD))


def test_easier_work_than_was_asked_for_is_no_work() -> None:
    ticket = read_ticket(GUARD)
    asked = work.challenge(ticket)
    asked["parameters"]["cost"] = 1
    challenge = altcha.Challenge.from_dict(asked)
    solution = altcha.solve_challenge(challenge)
    assert solution is not None

    assert not work.is_done(altcha.Payload(challenge, solution).to_base64(), ticket)


def test_work_that_was_given_out_before_it_was_changed_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = read_ticket(GUARD)
    with monkeypatch.context() as before:
        before.setattr(work, "ITERATIONS", 5000)
        before.setattr(work, "PREFIX", "00")
        solved = _solved(ticket)

    assert _send(ticket=ticket, work=solved).worked


def test_the_work_costs_its_sender_a_thousand_times_what_its_check_costs_us() -> None:
    attempts = 16 ** len(work.PREFIX)
    assert attempts >= 1000
    assert 1_000_000 <= attempts * work.ITERATIONS <= 4_000_000, "half a second of a browser, more or less"
    assert work.ITERATIONS <= 1000, "a check is one attempt"


@pytest.mark.usefixtures("stopped_clock")
def test_networks_are_counted_as_a_whole() -> None:
    for number in range(4):
        _send(f"192.0.2.{number}")
    with pytest.raises(TooOften, match="Try again in an hour"):
        _send("192.0.2.200")

    assert _send("192.0.3.1")
    assert counting.network_of("2001:db8:1:2::1") == counting.network_of("2001:db8:1:ffff::9")
    assert counting.network_of("2001:db8:1::1") != counting.network_of("2001:db8:2::1")


@pytest.mark.usefixtures("stopped_clock")
def test_one_mail_address_from_many_networks_is_counted_too() -> None:
    for number in range(2):
        _send(f"192.0.{number}.1", address="Jan@reader.example")
    with pytest.raises(TooOften):
        _send("192.0.9.1", address="jan@reader.example ")
    assert _send("192.0.9.1", address="other@reader.example")


@pytest.mark.usefixtures("stopped_clock")
def test_everybody_together_is_counted_too() -> None:
    crowded = [_send(f"198.51.{number}.1").crowded for number in range(8)]

    assert crowded == [False] * 4 + [True] * 4
    with pytest.raises(TooOften):
        _send("198.51.99.1")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert _send("198.51.99.1"), "an hour later it goes on"


def test_what_is_kept_of_readers_is_a_keyed_hash_that_is_soon_forgotten() -> None:
    _send(address="jan@reader.example")
    kept = str(list(FormCount.objects.values_list()))
    assert "192.0.2" not in kept
    assert "jan" not in kept

    assert counting.forget_old() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert counting.forget_old() == 4
    assert not FormCount.objects.exists()
    assert not SpentTicket.objects.exists()


def test_everything_whose_time_is_over_goes_however_much_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_AT_ONCE", 2)
    for network in range(5):
        counting.add({f"trial/network/{network}": 1})
    cache.set("a-minute", 1, 60)
    cache.set("a-day", 1, 24 * 3600)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert counting.forget_old() == 6
        assert counting.forget_old() == 0
        assert cache.get("a-day") == 1


def test_a_page_fetches_ticket_and_work_without_a_trace(client: Client) -> None:
    answer = client.get("/forms/ticket?purpose=trial&about=statement/12")
    given: dict[str, Any] = json.loads(answer.content)

    assert answer["Cache-Control"] == "no-store"
    assert client.cookies == {}
    assert given["challenge"]["parameters"]["keyPrefix"] == "000"
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert tickets.read(given["ticket"], "trial", "statement/12")
    assert not SpentTicket.objects.exists()
    for wrong in ("", "purpose=Trial", "purpose=trial&about=<b>", "purpose=trial&about=" + "x" * 81):
        assert client.get(f"/forms/ticket?{wrong}").status_code == 400
    assert client.post("/forms/ticket").status_code == 405
