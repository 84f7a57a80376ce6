# SPDX-License-Identifier: Apache-2.0
"""Who is refused by the relay itself again and again gets nothing more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from onrecord.delivery.actions import refusals
from onrecord.delivery.models import State, Suppression
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from tests.delivery.pigeons import recipients, send

pytestmark = pytest.mark.django_db
GONE = "550 5.1.1 <reader0@loft.example>: Recipient address rejected: User unknown"


def refused(*replies: tuple[float, str]) -> int:
    """Send to one reader once for each reply, so many days ago; heed the last, return how many are gone."""
    distribution = None
    for version, (days, reply) in enumerate(replies, start=1):
        distribution = send(recipients(1), transport="smtp", version=version)
        distribution.deliveries.update(
            state=State.ACCEPTED if reply.startswith("2") else State.FAILED,
            reply=reply,
            settled_at=timezone.now() - timedelta(days=days),
        )
    assert distribution is not None
    return refusals.heed_refusals(distribution.pk, by=CLOCK)


def test_who_is_refused_twice_a_day_apart_gets_nothing_more() -> None:
    assert refused((2, GONE), (0, GONE)) == 1

    row = Suppression.objects.get()
    assert row.reason == "hard_bounce"
    assert row.evidence.startswith("refused by the relay, ")
    assert "User unknown" in row.evidence
    assert "reader0@" not in row.evidence
    entry = Entry.objects.get(event="delivery.suppressed")
    assert entry.data["recipient_key"] == "subscription/0"


def test_nobody_is_passed_over_where_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "AT_ONCE", 2)
    for version, days in ((1, 2), (2, 0)):
        distribution = send(recipients(5), transport="smtp", version=version)
        at = timezone.now() - timedelta(days=days)
        distribution.deliveries.update(state=State.FAILED, reply=GONE, settled_at=at)
    assert refusals.heed_refusals(distribution.pk, by=CLOCK) == 5


@pytest.mark.parametrize(
    "replies",
    [
        [(0, GONE)],
        [(0.5, GONE), (0, GONE)],
        [(3, GONE), (2, "250 2.0.0 Ok"), (0, GONE)],
        [(3, GONE), (0.5, "250 2.0.0 Ok"), (0, GONE)],
        [(2, GONE), (0, "550 5.7.1 refused for its content")],
        [(2, "554 5.7.1 blocked"), (0, GONE)],
        [(2, "550 5.1.8 sender rejected"), (0, "550 5.1.8 sender rejected")],
        [(2, "550 no such user"), (0, "550 no such user")],
    ],
    ids=[
        "once",
        "on one day",
        "taken since",
        "taken today",
        "content",
        "another reason before",
        "our sender",
        "no status",
    ],
)
def test_everybody_else_is_sent_to_again(replies: list[tuple[float, str]]) -> None:
    assert refused(*replies) == 0
    assert not Suppression.objects.exists()
