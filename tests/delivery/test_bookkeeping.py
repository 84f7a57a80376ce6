# SPDX-License-Identifier: Apache-2.0
"""What waits for the disk: every claim, and the last of what is at hand; what is between goes with those."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onrecord.delivery.bookkeeping import Book, Came
from onrecord.delivery.models import State
from onrecord.delivery.transports import Settled
from tests.delivery.pigeons import Pigeons, recipients, send, states

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("lasts", [False, True])
def test_only_what_is_followed_by_more_is_left_to_the_operating_system(
    pigeons: Pigeons, *, lasts: bool
) -> None:
    distribution = send(recipients(3))
    book = Book(pigeons, "a sender")
    given = {outgoing.id: outgoing for outgoing in book.take(200, set(), full_of_ailing=False)}
    settled = [Settled(pk, State.ACCEPTED, "250 ok") for pk in given]

    with CaptureQueriesContext(connection) as asked:
        book.write(Came(settled, [], {}, {}), given, lasts=lasts)

    told = [query["sql"] for query in asked if "PRAGMA" in query["sql"]]
    leaves_it = connection.vendor == "sqlite" and not lasts
    assert told == (["PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL"] if leaves_it else [])
    assert states(distribution) == {"accepted": 3}


def test_a_failure_leaves_the_connection_as_careful_as_it_was(pigeons: Pigeons) -> None:
    book = Book(pigeons, "a sender")
    with pytest.raises(KeyError):
        book.write(Came([Settled(1, State.ACCEPTED)], [], {}, {}), {}, lasts=False)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
