# SPDX-License-Identifier: Apache-2.0
"""How what came of deliveries is written down: usually in one statement, and all of it or nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onrecord.delivery.bookkeeping import Book, Came
from onrecord.delivery.models import Delivery, Route, State
from onrecord.delivery.transports import Outgoing, Settled
from tests.delivery.pigeons import Pigeons, carry, recipients, send, states

pytestmark = pytest.mark.django_db(transaction=True)


def taken(book: Book) -> dict[int, Outgoing]:
    return {outgoing.id: outgoing for outgoing in book.take(200, set(), full_of_ailing=False)}


def test_what_was_taken_by_the_other_side_is_one_statement(pigeons: Pigeons) -> None:
    distribution = send(recipients(3))
    book = Book(pigeons, "a sender")
    given = taken(book)
    settled = [Settled(pk, State.ACCEPTED, "250 ok") for pk in given]

    with CaptureQueriesContext(connection) as asked:
        book.write(Came(settled, [], {}, {}), given)

    assert len(asked) == 1, asked.captured_queries
    assert states(distribution) == {"accepted": 3}
    assert set(Delivery.objects.values_list("reply", "attempts")) == {("250 ok", 1)}


def test_what_is_more_than_one_statement_is_written_wholly_or_not_at_all(
    pigeons: Pigeons, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution = send([*recipients(1), *recipients(1, "down.example", start=9)])
    book = Book(pigeons, "a sender")
    given = taken(book)
    settled = [Settled(pk, State.ACCEPTED) for pk, one in given.items() if one.destination == "loft.example"]
    came = Came(settled, [], {}, {"down.example": "no connection"})

    def stumble(*_given: object, **_named: object) -> None:
        raise LookupError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("onrecord.delivery.bookkeeping.routes.failed", stumble)
        with pytest.raises(LookupError):
            book.write(came, given)
    assert states(distribution) == {"in_flight": 2}
    assert not Route.objects.exists()

    assert set(book.write(came, given)) == {"down.example"}
    assert states(distribution) == {"in_flight": 1, "accepted": 1}
    assert Route.objects.get().failures == 1


def test_an_error_nobody_thought_of_stops_no_sender(
    pigeons: Pigeons, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    distribution = send(recipients(3))
    write, errors = Book.write, [TypeError("nobody thought of this")]

    def stumble_once(*given: object, **named: object) -> object:
        if errors:
            raise errors.pop()
        return write(*given, **named)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Book, "write", stumble_once)
    monkeypatch.setattr("onrecord.delivery.sender.LOOK_AGAIN_SECONDS", 0.01)
    assert carry() == 3

    assert states(distribution) == {"accepted": 3}
    assert "cannot be written down now" in caplog.text
    assert "nobody thought of this" in caplog.text
