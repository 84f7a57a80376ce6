# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from onrecord.delivery import actions, claims
from onrecord.delivery.actions import Recipient, Single
from onrecord.delivery.errors import BadRecipient, WrongState
from onrecord.delivery.models import Delivery, Distribution, DistributionState, Lane, State, Suppression
from onrecord.delivery.transports import Settled
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from tests.delivery.pigeons import recipients, send, states

pytestmark = pytest.mark.django_db


def test_an_audience_is_frozen_once() -> None:
    first = send(recipients(3))
    again = send(recipients(5))

    assert again == first
    assert states(first) == {"queued": 3}
    assert Entry.objects.get(event="delivery.frozen").data == {"recipients": 3, "transport": "pigeons"}


def test_nobody_is_in_a_distribution_twice() -> None:
    distribution = send([*recipients(2), *recipients(2)])
    assert states(distribution) == {"queued": 2}

    row = distribution.deliveries.first()
    assert row is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            distribution=distribution, recipient_key=row.recipient_key, recipient="x", destination="y"
        )


def test_a_recipient_without_an_address_freezes_nothing() -> None:
    with pytest.raises(BadRecipient, match="subscription/9 has no address"):
        send([*recipients(2), Recipient("subscription/9", "", "loft.example")])

    assert not Distribution.objects.exists()


def test_what_wants_nothing_gets_nothing_neither_now_nor_later() -> None:
    before = send(recipients(2))
    actions.suppress(" Reader0@Loft.example", reason="request", by=CLOCK)
    after = send(recipients(2), version=2)

    assert before.deliveries.get(recipient_key="subscription/0").state == State.SUPPRESSED
    assert after.deliveries.get(recipient_key="subscription/0").state == State.SUPPRESSED
    assert after.deliveries.get(recipient_key="subscription/1").state == State.QUEUED
    assert "reader0" not in str(Suppression.objects.values_list().get())
    assert "reader0" not in str(Entry.objects.get(event="delivery.suppressed").data)


def test_singles_are_frozen_once_each_and_leave_out_who_wants_nothing() -> None:
    jan, kim = recipients(2)
    actions.suppress(jan.address, reason="complaint", by=CLOCK)
    actions.suppress(kim.address, reason="request", by=CLOCK)
    singles = [Single("comment/1", "Yours?", {"a": 1}, jan), Single("comment/2", "Yours?", {"a": 1}, kim)]
    given: dict[str, Any] = {
        "transport": "pigeons",
        "purpose": "confirm",
        "host": "news.elmford.example",
        "by": CLOCK,
        "lane": Lane.TRANSACTIONAL,
        "despite": ("request",),
    }

    first, second = actions.freeze_each(singles, **given)
    assert (states(first), states(second)) == ({"suppressed": 1}, {"queued": 1})
    assert second.body == {"a": 1}
    assert not actions.freeze_each([*singles, singles[0]], **given)
    frozen = Entry.objects.filter(event="delivery.frozen").order_by("pk")
    assert [entry.data for entry in frozen] == [{"recipients": 1, "transport": "pigeons"}] * 2
    nowhere = Single("comment/9", "Yours?", {}, Recipient("commenter/9", "", "loft.example"))
    with pytest.raises(BadRecipient):
        actions.freeze_each([nowhere], **given)
    assert Distribution.objects.count() == 2


def test_a_newer_edition_replaces_what_is_pending_of_the_older_for_the_same_recipients() -> None:
    first = send(recipients(3))
    second = send(recipients(2, start=1), version=2)

    assert states(first) == {"queued": 1, "superseded": 2}
    assert states(second) == {"queued": 2}


def test_a_withdrawal_lets_nothing_older_go_out_to_anybody() -> None:
    first = send(recipients(3))
    send(recipients(1), version=2, purpose="withdrawal", cancels_older=True)

    assert states(first) == {"superseded": 1, "cancelled": 2}


def test_a_newer_edition_waits_for_the_older_one_that_is_on_its_way() -> None:
    send(recipients(2))
    (taken,) = claims.claim("pigeons", by="sender 1", limit=1)
    second = send(recipients(2), version=2)

    waits = second.deliveries.get(recipient_key=_key(taken.id))
    assert waits.due_at == Delivery.objects.get(pk=taken.id).lease_until
    assert [_key(one.id) for one in claims.claim("pigeons", by="sender 2", limit=9)] == [
        key for key in ("subscription/0", "subscription/1") if key != _key(taken.id)
    ]


def test_what_is_put_off_while_a_newer_edition_comes_is_replaced_too() -> None:
    first = send(recipients(1))
    (taken,) = claims.claim("pigeons", by="sender 1", limit=1)
    send(recipients(1), version=2)
    claims.settle([Settled(taken.id, State.DEFERRED, "450 later")], by="sender 1", attempts={taken.id: 1})

    assert states(first) == {"superseded": 1}


def test_a_paused_distribution_is_not_claimed_until_it_is_resumed() -> None:
    distribution = actions.pause(send(recipients(2)), by=CLOCK)
    assert claims.claim("pigeons", by="sender 1", limit=9) == []

    actions.resume(distribution, by=CLOCK)
    assert len(claims.claim("pigeons", by="sender 1", limit=9)) == 2


def test_a_cancelled_distribution_does_not_go_on() -> None:
    distribution = send(recipients(2))
    (taken,) = claims.claim("pigeons", by="sender 1", limit=1)
    actions.cancel(distribution, by=CLOCK)
    claims.settle([Settled(taken.id, State.DEFERRED, "450 later")], by="sender 1", attempts={taken.id: 1})

    assert states(distribution) == {"cancelled": 2}
    with pytest.raises(WrongState, match="“Cancelled”, so this cannot be done with it"):
        actions.resume(distribution, by=CLOCK)


def test_what_is_more_than_two_hours_late_waits_for_a_person() -> None:
    late = send(recipients(1), release_at=timezone.now() - timedelta(hours=3))
    awaited = send(
        recipients(1),
        purpose="confirm",
        lane=Lane.TRANSACTIONAL,
        release_at=timezone.now() - timedelta(hours=3),
    )
    assert actions.hold_back_late() == 1

    late.refresh_from_db()
    assert late.state == DistributionState.WAITING
    assert [one.distribution for one in claims.claim("pigeons", by="sender 1", limit=9)] == [awaited.pk]
    actions.resume(late, by=CLOCK)
    assert actions.hold_back_late() == 0
    assert len(claims.claim("pigeons", by="sender 1", limit=9)) == 1


def _key(delivery: int) -> str:
    return Delivery.objects.get(pk=delivery).recipient_key
