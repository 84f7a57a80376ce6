# SPDX-License-Identifier: Apache-2.0
"""What is tried again because a person says so never goes to whom it may not go any more."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from onrecord.delivery import actions
from onrecord.delivery.errors import WrongState
from onrecord.delivery.models import Delivery, Distribution, DistributionState, Lane, State
from onrecord.journal.events import CLOCK
from tests.delivery.pigeons import recipients, send, states

pytestmark = pytest.mark.django_db


def failed(count: int = 2, **fields: object) -> Distribution:
    """Return a distribution of which everything has failed."""
    distribution = send(recipients(count), **fields)  # type: ignore[arg-type]
    distribution.deliveries.update(state=State.FAILED, settled_at=timezone.now())
    Distribution.objects.filter(pk=distribution.pk).update(state=DistributionState.DONE)
    distribution.refresh_from_db()
    return distribution


def first(distribution: Distribution) -> Delivery:
    return distribution.deliveries.order_by("pk")[0]


def test_an_address_that_gets_nothing_more_is_not_tried_again() -> None:
    distribution = failed()
    actions.suppress("Reader0@loft.example", reason="request", by=CLOCK)
    assert actions.retry(distribution, by=CLOCK) == 1
    assert states(distribution) == {"suppressed": 1, "queued": 1}

    other = failed(object_key="statement/2")
    with pytest.raises(WrongState, match="Nothing more is sent to this address"):
        actions.retry_one(first(other), by=CLOCK)


def test_what_somebody_waits_for_is_tried_again_all_the_same() -> None:
    distribution = failed(lane=Lane.TRANSACTIONAL)
    actions.suppress("reader0@loft.example", reason="request", by=CLOCK)
    assert actions.retry(distribution, by=CLOCK) == 2


def test_who_has_left_since_is_not_tried_again() -> None:
    distribution = failed()
    assert actions.leave_out("subscription/0", address="reader0@loft.example") == 1
    assert actions.retry(distribution, by=CLOCK) == 1
    assert states(distribution) == {"suppressed": 1, "queued": 1}


def test_what_was_corrected_since_is_not_tried_again() -> None:
    distribution = failed()
    send(recipients(1), version=2)
    with pytest.raises(WrongState, match="Something newer went to this recipient"):
        actions.retry_one(first(distribution), by=CLOCK)
    assert actions.retry(distribution, by=CLOCK) == 1
    assert states(distribution) == {"superseded": 1, "queued": 1}


def test_nothing_of_what_was_cancelled_is_tried_again() -> None:
    distribution = failed()
    Distribution.objects.update(state=DistributionState.CANCELLED)
    distribution.refresh_from_db()
    with pytest.raises(WrongState, match="was cancelled"):
        actions.retry(distribution, by=CLOCK, destination="loft.example")
    assert states(distribution) == {"failed": 2}


def test_nothing_of_an_erased_text_is_tried_again() -> None:
    distribution = failed()
    actions.forget_texts("statement/1", 1, by=CLOCK)
    distribution.refresh_from_db()
    with pytest.raises(WrongState, match="The text was erased"):
        actions.retry(distribution, by=CLOCK)
    with pytest.raises(WrongState, match="The text was erased"):
        actions.retry_one(first(distribution), by=CLOCK)
    assert states(distribution) == {"failed": 2}


@pytest.mark.django_db(transaction=True)
def test_what_is_tried_again_while_the_clock_finishes_is_not_forgotten() -> None:
    distribution = send(recipients(1))
    distribution.deliveries.update(state=State.FAILED, settled_at=timezone.now())

    def try_again() -> None:
        actions.retry(distribution, by=CLOCK)
        connection.close()

    person = threading.Thread(target=try_again)

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('UPDATE "delivery_distribution"') and person.ident is None:
            person.start()
            person.join(1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        actions.finish()
    person.join()

    distribution.refresh_from_db()
    assert (states(distribution), distribution.state) == ({"queued": 1}, DistributionState.OPEN)
