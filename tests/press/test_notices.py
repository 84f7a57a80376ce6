# SPDX-License-Identifier: Apache-2.0
"""Who counts as told that they are listed: whoever's mail was accepted, and did not come back."""

from __future__ import annotations

import pytest

from onrecord.delivery import actions as delivery
from onrecord.delivery.models import Delivery, State
from onrecord.journal import reactions
from onrecord.journal.events import CLOCK
from onrecord.people.models import User
from onrecord.press import actions
from onrecord.press.models import Journalist
from tests.press.people import journalist
from tests.press.sendings import accept, published, rows, sent, text

pytestmark = pytest.mark.usefixtures("a_relay")


def test_nobody_counts_as_told_before_the_other_side_took_it(olga: User) -> None:
    jan, bo, cy = (journalist(olga, name, f"{name}@p.example") for name in ("jan", "bo", "cy"))
    assert actions.give_notice(by=olga) == 3
    assert actions.give_notice(by=olga) == 0
    assert actions.settle_notices() == 0
    first, second, third = rows("press-notice")
    accept(first)
    Delivery.objects.filter(pk=second.pk).update(state=State.FAILED)
    assert actions.settle_notices() == 2
    told = set(Journalist.objects.filter(noticed_at__isnull=False).values_list("pk", flat=True))
    assert told == {jan.pk}
    assert list(actions.not_noticed()) == [bo]
    accept(third)
    actions.settle_notices()
    cy.refresh_from_db()
    assert cy.noticed_at is not None


def test_a_notice_that_comes_back_was_told_to_nobody(olga: User) -> None:
    jan = journalist(olga)
    actions.give_notice(by=olga)
    [row] = rows("press-notice")
    accept(row)
    actions.settle_notices()
    delivery.bounce(row.message_id, reply="550 5.1.1", evidence="e", permanent=True, by=CLOCK)
    reactions.drain()
    jan.refresh_from_db()
    assert (jan.noticed_at, jan.notice_id, jan.standing) == (None, None, "stopped")


def test_the_first_statement_that_somebody_is_sent_tells_them_too(olga: User, ines: User) -> None:
    edition = published(olga, ines)
    jan = journalist(olga)
    told = journalist(olga, "bo", "bo@p.example")
    Journalist.objects.filter(pk=told.pk).update(noticed_at=told.created_at)
    sent(edition.statement, olga, jan, told)
    first, second = rows()
    assert "Source: business card. Legal basis: legitimate interest." in text(first)
    assert "Source:" not in text(second)
    assert actions.give_notice(by=olga) == 0
    accept(first)
    actions.settle_notices()
    jan.refresh_from_db()
    assert jan.noticed_at == first.due_at
