# SPDX-License-Identifier: Apache-2.0
"""What the rounds of `kill_mail.py` and `mail_faults.py` do and look at."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from onrecord.config import sender as program
from onrecord.delivery import actions, claims, transports
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.message import Text, write
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.models import (
    UNSETTLED,
    Delivery,
    Distribution,
    DistributionState,
    Pace,
    Route,
)
from onrecord.delivery.transports.smtp import SmtpTransport
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from tests.stories.sinks import taken_times

CONNECTIONS = 10


def prepare() -> None:
    """Make an empty ledger."""
    call_command("migrate", verbosity=0)
    connections.close_all()


def freeze(count: int, number: int = 1) -> Distribution:
    """Write an audience down."""
    text = Text("Water is safe", "Dear ⟦name⟧,\n\nthe water is safe.\n", "<p>Dear ⟦name⟧</p>", "en")
    letter = write(
        sender_name="Town of Elmford",
        sender="news@elmford.example",
        envelope_sender="bounce+⟦token⟧@elmford.example",
        texts={"en": text},
        at=datetime.now(UTC),
    )
    readers = (
        Recipient(
            f"subscription/{n}",
            f"reader{n}@place{n % 40}.example",
            f"place{n % 40}.example",
            {"variant": "en", "fields": {"name": f"Reader {n}"}},
        )
        for n in range(count)
    )
    return actions.freeze(
        transport="smtp",
        object_key=f"statement/{number}",
        version=1,
        purpose="edition",
        label="Water is safe",
        body=letter.to_json(),
        recipients=readers,
        host="elmford.example",
        by=CLOCK,
    )


def use(port: int) -> None:
    """Make a mail server the relay."""
    relay = Relay("127.0.0.1", port, security="none", connections=CONNECTIONS)
    transports.register(SmtpTransport(relay, "news.elmford.example"))


def send() -> None:
    """Do what the sender process does, until it is killed or told to stop."""
    program.send()


def keep() -> None:
    """Do what the worker does about deliveries, until killed."""
    while True:
        claims.take_back_expired()
        actions.hold_back_late()
        actions.finish()
        time.sleep(0.02)


def is_done() -> bool:
    """Tell whether nothing is left to be settled."""
    try:
        return not Delivery.objects.filter(state__in=UNSETTLED).exists()
    finally:
        connections.close_all()


def ask_again_at_once() -> None:
    """Let the time pass for which a route that did not answer, or a delivery put off, would wait."""
    Route.objects.update(closed_until=None)
    Pace.objects.update(rests_until=None)
    Delivery.objects.filter(state__in=["queued", "deferred"]).update(due_at=datetime.now(UTC))
    connections.close_all()


def check(taken: Path, *, recipients: int, blows: int) -> tuple[int, dict[str, int]]:
    """Compare ledger and mail server; return the repeats and the states. Raises AssertionError."""
    actions.finish()
    assert not Delivery.objects.filter(state__in=UNSETTLED).exists(), "something is left"
    open_ones = Distribution.objects.exclude(state=DistributionState.DONE)
    assert not open_ones.exists(), "a distribution is not finished"
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert sum(states.values()) == recipients, states
    told: Counter[str] = Counter()
    for data in Entry.objects.filter(event="delivery.finished").values_list("data", flat=True):
        told.update(data["counts"])
    assert told == states, (told, states)
    times = taken_times(taken)
    accepted = set(Delivery.objects.filter(state="accepted").values_list("message_id", flat=True))
    assert accepted <= times.keys(), "the ledger says accepted, the mail server has nothing"
    repeats = sum(times.values()) - len(times)
    assert repeats <= blows * CONNECTIONS, f"{repeats} repeats after {blows} blows"
    connections.close_all()
    return repeats, dict(states)


def empty() -> None:
    """Take everything out of the ledger."""
    Entry.objects.filter(event__startswith="delivery.").delete()
    for model in (Delivery, Distribution, Route, Pace):
        model.objects.all().delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # pages that are free would be room
    connections.close_all()


def let_grow(*, enough: bool) -> None:
    """Say whether the database of this connection may take more of the disk. Only for SQLite."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA max_page_count = {2**30 if enough else 1}")  # less than it has: what it has
