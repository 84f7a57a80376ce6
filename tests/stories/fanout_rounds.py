# SPDX-License-Identifier: Apache-2.0
"""What the rounds of `kill_fanout.py` do and look at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from onrecord.config import sender as program
from onrecord.delivery import actions, claims, transports
from onrecord.delivery.models import UNSETTLED, Delivery, Distribution, DistributionState, State
from onrecord.federation import actors
from onrecord.federation.sending import audiences, signing
from onrecord.federation.sending.transport import PER_HOST
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from tests.federation.sending.elsewhere import reaching_this_machine
from tests.stories.inboxes import Arrival, arrived


def prepare() -> None:
    """Make an empty ledger, and the account that signs."""
    call_command("migrate", verbosity=0)
    Organisation.objects.create(
        id=Organisation.ONLY, name="Elmford", address="https://news.elmford.example", languages=["en"]
    )
    signing.load(actors.newsroom().name)
    connections.close_all()


def freeze(inboxes: Sequence[str], number: int) -> None:
    """Write down that every inbox gets a statement."""
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"https://news.elmford.example/ap/activities/create/2026/{number}/original",
        "type": "Create",
        "actor": actors.address_of(actors.newsroom()),
        "object": {"type": "Note", "content": "<p>Water is safe.</p>" * 20},
    }
    actions.freeze(
        transport="activitypub",
        object_key=f"statement/{number}",
        version=1,
        purpose="edition",
        label="Water is safe",
        body={"letters": {"activity": {"actor": actors.newsroom().name, "activity": activity}}},
        recipients=audiences.recipients((inbox, "", "") for inbox in inboxes),
        host="news.elmford.example",
        by=CLOCK,
    )


def send() -> None:
    """Do what the sender process does, until it is killed or told to stop."""
    transports.register(reaching_this_machine())
    program.send()


def keep() -> None:
    """Do what the worker does about deliveries, until killed."""
    while True:
        claims.take_back_expired()
        actions.finish()
        time.sleep(0.02)


def in_doubt(came: Counter[Arrival]) -> set[Arrival]:
    """Return what came since the last blow and is on its way by the ledger. Raises AssertionError.

    Of each host that is no more than what may be under way to it: the next one waits until what came of the
    last is written down.
    """
    doubtful = _held() & came.keys()
    at_once = Counter(inbox for inbox, _activity in doubtful)
    assert max(at_once.values(), default=0) <= PER_HOST, at_once.most_common(3)
    return doubtful


def _held() -> set[Arrival]:
    rows = Delivery.objects.filter(state=State.IN_FLIGHT).select_related("distribution")
    try:
        return {(row.recipient, _id_of(row.distribution)) for row in rows}
    finally:
        connections.close_all()


def is_done() -> bool:
    """Tell whether nothing is left to be settled, or to be finished."""
    try:
        left = Delivery.objects.filter(state__in=UNSETTLED).exists()
        return not left and not Distribution.objects.exclude(state=DistributionState.DONE).exists()
    finally:
        connections.close_all()


def check(notes: Path, inboxes: Sequence[str], statements: int, in_doubt: Counter[Arrival]) -> int:
    """Compare ledger and inboxes; return how many were repeated. Raises AssertionError.

    `in_doubt` says how often each had arrived without the ledger knowing when a sender was killed.
    """
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states == {"accepted": len(inboxes) * statements}, states
    told: Counter[str] = Counter()
    for data in Entry.objects.filter(event="delivery.finished").values_list("data", flat=True):
        told.update(data["counts"])
    assert told == states, (told, states)
    times = arrived(notes)
    wanted = {(inbox, _id_of(one)) for one in Distribution.objects.all() for inbox in inboxes}
    assert times.keys() == wanted, "an inbox lacks an activity"
    repeated = times - Counter(wanted)
    assert repeated <= in_doubt, f"{repeated - in_doubt} came again, though the ledger knew that it had come"
    connections.close_all()
    return repeated.total()


def _id_of(distribution: Distribution) -> str:
    return str(distribution.body["letters"]["activity"]["activity"]["id"])
