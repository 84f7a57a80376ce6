# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from onrecord.delivery import actions as ledger
from onrecord.delivery.errors import NotYet
from onrecord.delivery.inbound import handlers
from onrecord.delivery.inbound.actions import Outcome, forget_old, take_in
from onrecord.delivery.inbound.handlers import Incoming
from onrecord.delivery.inbound.models import Return
from onrecord.delivery.models import Delivery, State, Suppression
from onrecord.delivery.suppression import hash_of
from onrecord.journal.events import CLOCK
from onrecord.journal.models import Entry
from tests.delivery.pigeons import recipients, send, states
from tests.delivery.returned import HOST, absent, accepted, complaint, dsn, mark_of, qmail, reply

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_sender_address(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_from=f"news@{HOST}")


def state_of(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def test_a_bounce_is_noted_and_the_address_gets_nothing_more() -> None:
    [one] = accepted()
    later = send(recipients(1), version=2)

    assert take_in(dsn(one), door="lmtp", recipients=[mark_of(one)], sender="") == Outcome.NOTED

    one.refresh_from_db()
    assert one.state == State.BOUNCED
    assert one.reply == "550 5.1.1 <address>: Recipient address rejected: User unknown"
    row = Suppression.objects.get()
    assert (row.address_hash, row.reason) == (hash_of(one.recipient), "hard_bounce")
    assert "User unknown" in row.evidence
    assert one.recipient not in row.evidence
    assert states(later) == {"suppressed": 1}
    entry = Entry.objects.get(event="delivery.suppressed")
    assert entry.data["recipient_key"] == "subscription/0"
    assert "reader0@" not in str(entry.data)


def test_the_mark_is_found_in_the_headers_where_the_envelope_is_not_known() -> None:
    [one] = accepted()
    raw = b"Delivered-To: " + mark_of(one).encode() + b"\n" + dsn(to=f"news@{HOST}")
    assert take_in(raw, door="mailbox") == Outcome.NOTED
    assert state_of(one) == State.BOUNCED


def test_without_a_mark_the_message_that_came_back_names_the_delivery() -> None:
    [one] = accepted()
    assert take_in(dsn(one, to=f"news@{HOST}"), door="mailbox") == Outcome.NOTED
    assert state_of(one) == State.BOUNCED


def test_who_knows_a_message_id_alone_cannot_silence_another_address() -> None:
    [one] = accepted()
    forged = dsn(one, to=f"news@{HOST}", about="somebody@else.example")
    assert take_in(forged, door="mailbox") == Outcome.UNKNOWN
    assert state_of(one) == State.ACCEPTED


def test_a_forged_bounce_changes_nothing() -> None:
    [one] = accepted()
    guess = f"news+{one.distribution_id}.{'0' * 24}@{HOST}"
    forged = dsn(to=guess, about=one.recipient, original_id=f"{one.distribution_id}.{'0' * 24}@{HOST}")

    assert take_in(forged, door="lmtp", recipients=[guess], sender="") == Outcome.UNKNOWN

    assert state_of(one) == State.ACCEPTED
    assert not Suppression.objects.exists()
    assert not Entry.objects.filter(event="delivery.suppressed").exists()
    assert Return.objects.get().diagnostic == "", "nothing that strangers wrote is kept"


def test_one_message_counts_once() -> None:
    [one] = accepted()
    assert [take_in(dsn(one), door="pipe") for _ in range(2)] == [Outcome.NOTED] * 2
    assert Return.objects.count() == 1
    assert Suppression.objects.count() == 1


def test_a_complaint_silences_the_address() -> None:
    [one] = accepted()
    assert take_in(complaint(one), door="mailbox") == Outcome.NOTED
    assert state_of(one) == State.COMPLAINED
    assert Suppression.objects.get().reason == "complaint"


def test_a_bounce_in_words_counts_too() -> None:
    [one] = accepted()
    assert take_in(qmail(one), door="mailbox") == Outcome.NOTED
    assert state_of(one) == State.BOUNCED
    assert Suppression.objects.get().reason == "hard_bounce"


@pytest.mark.parametrize(
    ("status", "action", "state"),
    [
        ("4.2.2", "delayed", State.ACCEPTED),
        ("4.4.7", "failed", State.BOUNCED),
        ("5.2.2", "failed", State.BOUNCED),
        ("5.7.1", "failed", State.BOUNCED),
    ],
)
def test_what_is_not_the_end_of_an_address_silences_nobody(status: str, action: str, state: State) -> None:
    [one] = accepted()
    raw = dsn(one, status=status, action=action, diagnostic="smtp; 452 later")
    assert take_in(raw, door="mailbox") == Outcome.NOTED
    assert state_of(one) == state
    assert not Suppression.objects.exists()


def test_an_address_that_takes_nothing_for_a_week_on_four_days_is_gone() -> None:
    for number, day in enumerate((0, 0, 2, 5, 7)):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            [one] = accepted(object_key=f"statement/{number}")
            assert not Suppression.objects.exists()
            take_in(dsn(one, status="5.2.2", diagnostic="smtp; 552 full"), door="mailbox")
    assert Suppression.objects.get().reason == "hard_bounce"


def test_four_days_of_refusals_silence_nobody() -> None:
    for number in range(10):
        with time_machine.travel(NOW + timedelta(days=number), tick=False):
            [one] = accepted(object_key=f"statement/{number}")
            take_in(dsn(one, status="5.7.1", diagnostic="smtp; 554 blocked"), door="mailbox")
    assert not Suppression.objects.exists()


def test_who_is_away_still_gets_mail() -> None:
    [one] = accepted()
    assert take_in(absent(one), door="mailbox") == Outcome.NOTED
    assert state_of(one) == State.ACCEPTED
    assert not Suppression.objects.exists()


def test_a_delivery_that_is_being_sent_has_to_wait_for_its_answer() -> None:
    [one] = accepted()
    Delivery.objects.filter(pk=one.pk).update(state=State.IN_FLIGHT, lease_until=NOW)
    with pytest.raises(NotYet, match="come again later"):
        take_in(dsn(one), door="lmtp")
    assert not Return.objects.exists()


def test_a_mark_of_which_only_counts_are_left_is_told() -> None:
    with time_machine.travel(NOW - timedelta(days=95), tick=False):
        [one] = accepted()
        ledger.finish()
    ledger.reduce_old()
    assert take_in(dsn(one), door="mailbox") == Outcome.OLD
    assert not Suppression.objects.exists()


def test_what_an_erased_reader_sends_back_is_about_nobody() -> None:
    [one] = accepted()
    take_in(dsn(one, action="delayed", status="4.2.2"), door="mailbox")
    ledger.forget(one.recipient)
    row = Return.objects.get()
    assert (row.address_hash, row.diagnostic) == ("", "")
    take_in(dsn(one), door="mailbox")
    take_in(complaint(one), door="mailbox")
    assert not Suppression.objects.exists()


def test_what_the_owner_of_an_address_wants_is_not_lifted_because_it_bounced_before() -> None:
    ledger.suppress("jan@reader.example", reason="hard_bounce", evidence="5.1.1", by=CLOCK)
    ledger.suppress("jan@reader.example", reason="manual", by=CLOCK)
    assert Suppression.objects.get().reason == "hard_bounce", "a first reason stays"
    ledger.suppress("jan@reader.example", reason="request", by=CLOCK)
    row = Suppression.objects.get()
    assert (row.reason, row.evidence, row.may_be_lifted) == ("request", "", False)
    ledger.suppress("jan@reader.example", reason="complaint", by=CLOCK)
    ledger.suppress("jan@reader.example", reason="hard_bounce", by=CLOCK)
    assert Suppression.objects.get().reason == "request"


@pytest.fixture
def a_reader_of_replies() -> Iterator[list[Incoming]]:
    got: list[Incoming] = []

    def reads(incoming: Incoming) -> bool:
        got.append(incoming)
        return incoming.sender.startswith("jan@")

    handlers.register(reads)
    yield got
    handlers.forget(reads)


def test_what_a_person_answers_is_offered_to_whoever_reads_such_mail(
    a_reader_of_replies: list[Incoming],
) -> None:
    [one] = accepted()
    assert take_in(reply(mark_of(one)), door="lmtp", recipients=[mark_of(one)]) == Outcome.TAKEN
    assert a_reader_of_replies[0].answers == one
    assert b"Is that so?" in a_reader_of_replies[0].raw
    assert take_in(dsn(one), door="lmtp") == Outcome.NOTED
    assert len(a_reader_of_replies) == 1, "a machine's words are no reply"


def test_an_answer_that_nobody_reads_is_told_from_a_strangers_mail() -> None:
    [one] = accepted()
    assert take_in(reply(mark_of(one)), door="lmtp", recipients=[mark_of(one)]) == Outcome.UNREAD
    assert take_in(reply(f"news@{HOST}"), door="lmtp") == Outcome.UNKNOWN


def test_what_came_back_is_forgotten_after_90_days() -> None:
    with time_machine.travel(NOW, tick=False):
        [one] = accepted()
        take_in(dsn(one), door="mailbox")
    with time_machine.travel(NOW + timedelta(days=89), tick=False):
        assert forget_old() == 0
    with time_machine.travel(NOW + timedelta(days=91), tick=False):
        assert forget_old() == 1
