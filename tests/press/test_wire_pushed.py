# SPDX-License-Identifier: Apache-2.0
"""Destinations that are sent to: in order, signed, one not waiting for another."""

from __future__ import annotations

import json

import pytest

from onrecord.journal.models import Entry
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.press.models import DestinationState
from onrecord.press.wire import actions
from onrecord.press.wire.errors import BadDestination
from tests.outbound.servers import Answer, Seen, serving
from tests.press.desks import carry, destination, numbers, only_the_wire, tell
from tests.press.wired import allowances_begin_anew, towards_this_machine
from tests.statements.drafts import corrected, released

__all__ = ["allowances_begin_anew", "towards_this_machine"]

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_items_are_posted_in_order_signed_and_numbered(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    with serving(lambda _seen: Answer(200, b"ok")) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        first = released(olga, ines)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        carry()
    sent = [
        (seen.headers["onrecord-number"], json.loads(seen.body)["headlines"][0]["value"])
        for seen in server.seen
    ]
    assert sent == [
        ("1", "Water is safe to drink"),
        ("2", "The bridge is open"),
        ("3", "Water is safe to drink"),
    ]
    assert server.seen[0].headers["onrecord-signature"].startswith("t=")
    assert numbers(row) == [(1, 1, "done"), (2, 1, "done"), (3, 2, "done")]


@pytest.mark.django_db(transaction=True)
def test_a_destination_that_takes_nothing_stops_its_own_queue_alone(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    answers = {"/bad": 410, "/good": 200}
    with serving(lambda seen: Answer(answers[seen.path], b"no")) as server, only_the_wire():
        bad = destination(ada, "Bad", transport="https", address=f"{server.url}/bad")
        good = destination(ada, "Good", transport="https", address=f"{server.url}/good")
        released(olga, ines)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        assert numbers(good) == [(1, 1, "done"), (2, 1, "done")]
        assert numbers(bad) == [(1, 1, "open"), (2, 1, "open")]
        bad.refresh_from_db()
        assert (bad.state, bad.last_answer[:8]) == (DestinationState.STOPPED, "410 Gone")
        assert [seen.path for seen in server.seen].count("/bad") == 1
        assert Entry.objects.get(event="press.destination_stopped").data["number"] == 1

        answers["/bad"] = 200
        actions.resume(bad, by=olga)
        carry()
        assert numbers(bad) == [(1, 1, "done"), (2, 1, "done")]
        bad_ones = [seen.headers["onrecord-number"] for seen in server.seen if seen.path == "/bad"]
        assert bad_ones == ["1", "1", "2"]


@pytest.mark.django_db(transaction=True)
def test_somebody_may_let_a_destination_go_on_without_what_it_does_not_take(
    olga: User, ines: User, ada: User, max: User, towards_this_machine: None
) -> None:
    def answer(seen: Seen) -> Answer:
        return Answer(410 if seen.headers["onrecord-number"] == "1" else 200)

    with serving(answer) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        released(olga, ines)
        released(olga, ines, title="The bridge is open")
        tell()
        carry()
        stuck = row.transmissions.get(number=1)
        with pytest.raises(NotAllowed):
            actions.leave_out(stuck, by=max)
        actions.leave_out(stuck, by=olga)
        carry()
        assert numbers(row) == [(1, 1, "left-out"), (2, 1, "done")]
        with pytest.raises(BadDestination, match="Only what a destination has stopped at"):
            actions.leave_out(row.transmissions.get(number=2), by=olga)


@pytest.mark.django_db(transaction=True)
def test_what_has_not_gone_is_replaced_by_what_is_newer_in_its_place(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    with serving(lambda _seen: Answer(200)) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        actions.pause(row, by=olga)
        first = released(olga, ines)
        released(olga, ines, title="The bridge is open")
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        carry()
        assert server.seen == []
        actions.resume(row, by=olga)
        carry()
    assert [(s.headers["onrecord-number"], json.loads(s.body)["version"]) for s in server.seen] == [
        ("1", "2"),
        ("2", "1"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_test_goes_beside_the_queue_and_a_number_can_be_sent_again(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    with serving(lambda _seen: Answer(200)) as server, only_the_wire():
        row = destination(ada, transport="https", format="newsml-g2", address=f"{server.url}/in")
        actions.test(row, by=olga)
        carry()
        assert server.seen[0].headers["onrecord-number"] == "0"
        assert b"TEST: do not use." in server.seen[0].body
        assert b"stat:withheld" in server.seen[0].body
        released(olga, ines)
        tell()
        carry()
        actions.repeat(row.transmissions.get(number=1), by=olga)
        carry()
    assert [seen.headers["onrecord-number"] for seen in server.seen] == ["0", "1", "1"]
    assert server.seen[1].body == server.seen[2].body
    assert server.seen[1].headers["onrecord-delivery"] == server.seen[2].headers["onrecord-delivery"]


@pytest.mark.django_db(transaction=True)
def test_a_correction_takes_the_place_of_what_was_refused(
    olga: User, ines: User, ada: User, towards_this_machine: None
) -> None:
    status = [410]
    with serving(lambda _seen: Answer(status[0])) as server, only_the_wire():
        row = destination(ada, transport="https", address=f"{server.url}/in")
        first = released(olga, ines)
        tell()
        carry()
        corrected(first, olga, ines, "We tested it on Tuesday.")
        tell()
        assert numbers(row) == [(1, 2, "open")]
        status[0] = 200
        actions.resume(row, by=olga)
        carry()
        assert numbers(row) == [(1, 2, "done")]
    assert [json.loads(seen.body)["version"] for seen in server.seen] == ["1", "2"]
