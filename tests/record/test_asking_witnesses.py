# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onrecord.journal.models import Entry
from onrecord.outbound import Response
from onrecord.proof import checkpoint, cosignature, note, policy, tlogproof
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.keys import COSIGNATURE_KIND, PrivateKey, PublicKey
from onrecord.record import guard, keys, pages
from onrecord.record.guard import Shown
from onrecord.record.models import Cosignature, LogHead, Witness
from onrecord.record.witnesses import asking, roster, standing
from onrecord.record.witnesses.standing import State
from tests.outbound.servers import Answer
from tests.record.cast import ORIGIN, append, append_many
from tests.record.witnesses import OPERATOR, FakeWitness, silent_witness, witness, witness_key

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def witnesses_on_this_machine(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


def _names(signed: bytes) -> list[str]:
    known = [PublicKey.from_vkey(row.vkey) for row in Witness.objects.all()]
    head = checkpoint.verify(signed, origin=ORIGIN, keys=[keys.public_keys(ORIGIN).log])
    assert head.size == LogHead.objects.get().size
    return sorted(found.name for found in cosignature.cosignatures_of(signed, known))


def _published() -> list[str]:
    return _names(pages.checkpoint_file().body)


def test_all_witnesses_are_asked_and_their_cosignatures_are_served_and_carried_by_proofs() -> None:
    append("one")
    with witness("anna"), witness("bert"):
        assert asking.ask_missing() == asking.Gathered(cosigned=2, new=2)
        assert _published() == ["anna.example/witness", "bert.example/witness"]
        proof = tlogproof.parse(pages.proof_for(0))
        assert proof.signed_checkpoint == pages.checkpoint_file().body
        assert guard.require_continuation(Shown("A reader", pages.checkpoint_file().body)) == 1
        assert asking.ask_missing() == asking.Gathered()  # nobody is asked twice


def test_a_witness_is_told_how_the_log_went_on() -> None:
    with witness("anna") as anna:
        append("first")
        asking.ask_missing()
        for size in (2, 7, 300):
            append_many([f"{size}-{number}" for number in range(size - anna.size)])
            assert asking.ask_missing().cosigned == 1
            assert anna.size == size
        assert anna.asked == [0, 1, 2, 7]


def test_a_witness_that_remembers_another_size_is_given_the_proof_from_there() -> None:
    with witness("anna") as anna:
        append_many(range(5))
        asking.ask_missing()
        append_many(range(5, 12))
        Witness.objects.update(cosigned_size=0)  # as after a restore of an older database
        assert asking.ask_missing().cosigned == 1
        assert anna.asked == [0, 0, 5]
        append_many(range(12, 20))
        Witness.objects.update(cosigned_size=999)
        assert asking.ask_missing().cosigned == 1
        assert anna.asked == [0, 0, 5, 0, 12]


def test_after_the_log_has_grown_old_cosignatures_are_not_served() -> None:
    with witness("anna") as anna:
        append("one")
        asking.ask_missing()
        anna.broken = Answer(503)
        append("two")
        assert _published() == []
        assert standing.standing().cosigned == 0
        assert standing.standing(0).cosigned == 1  # of what the first leaf said there is no doubt
        assert standing.standing(1).cosigned == 0


def test_who_has_confirmed_an_old_leaf_is_told_by_the_newest_cosignatures_alone() -> None:
    with witness("anna"), witness("bert"):
        for number in range(4):
            append(str(number))
            asking.ask_missing()
    with CaptureQueriesContext(connection) as asked:
        assert standing.standing(0).cosigned == 2
    [query] = [one["sql"] for one in asked if "record_cosignature" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert len(cursor.fetchall()) == 2, "not one row for each cosignature there ever was"


def test_a_silent_witness_holds_nothing_up_for_long_and_rests_afterwards() -> None:
    append("one")
    with silent_witness("mute") as mute, witness("anna"):
        started = time.monotonic()
        assert asking.ask(seconds=0.3).cosigned == 1
        assert time.monotonic() - started < 2
        assert _published() == ["anna.example/witness"]
        row = mute.row
        assert (row.answer, row.failures) == (Witness.Answer.SILENT, 1)
        assert "gave no complete answer within" in row.detail
        append("two")
        started = time.monotonic()
        assert asking.ask_missing().cosigned == 1
        assert time.monotonic() - started < 2  # the silent one was not asked
        assert row.asked_at is not None
        for failures, rest in ((1, 30), (2, 60), (20, 3600)):
            Witness.objects.filter(pk=row.pk).update(failures=failures)
            with time_machine.travel(row.asked_at + timedelta(seconds=rest - 1), tick=False):
                assert mute.row not in asking._due(datetime.now(UTC), renew=False)
            with time_machine.travel(row.asked_at + timedelta(seconds=rest + 1), tick=False):
                assert mute.row in asking._due(datetime.now(UTC), renew=False)


def test_a_missing_cosignature_is_fetched_later() -> None:
    append("one")
    with witness("anna") as anna:
        anna.broken = Answer(503)
        assert asking.ask_missing() == asking.Gathered()
        assert anna.row.detail == "It answers with status 503."
        anna.broken = None
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=31)):
            assert asking.anything_due()
            assert asking.ask() == asking.Gathered(cosigned=1, new=1)
            assert not asking.anything_due()
        assert (anna.row.failures, anna.row.detail) == (0, "")
    assert _published() == ["anna.example/witness"]


def test_cosignatures_are_renewed_every_hour_though_nothing_is_added() -> None:
    append("one")
    with witness("anna"):
        asking.ask_missing()
        first = Cosignature.objects.get()
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=59)):
            assert not asking.anything_due()
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            assert asking.anything_due()
            assert asking.ask() == asking.Gathered(cosigned=1, new=0)
        again = Cosignature.objects.get()
        assert again.first_time == first.first_time == first.time
        assert again.time > first.time + 3600
        [found] = cosignature.cosignatures_of(
            pages.checkpoint_file().body, [PublicKey.from_vkey(Witness.objects.get().vkey)]
        )
        assert found.time == again.time


@pytest.mark.parametrize(
    ("broken", "answer", "detail"),
    [
        (Answer(404), Witness.Answer.UNKNOWN_LOG, "Send its operator the name and the key of this log."),
        (Answer(403), Witness.Answer.REFUSED, "It follows this log with another key."),
        (Answer(500), Witness.Answer.REFUSED, "It answers with status 500."),
        (Answer(301, headers={"Location": "/"}), Witness.Answer.REFUSED, "It answers with status 301."),
        (Answer(409, b"many\n"), Witness.Answer.REFUSED, "It answers 409 without a size."),
        (Answer(409, b"1\n"), Witness.Answer.REFUSED, "It names another size each time it is asked."),
        (Answer(200, b"fine\n"), Witness.Answer.REFUSED, "Its cosignature is not valid."),
        (Answer(200, b""), Witness.Answer.REFUSED, "Its cosignature is not valid."),
        (Answer(200, b"x" * 100_000), Witness.Answer.SILENT, "answers with more than 65536 bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_whatever_a_witness_answers_is_told_and_nothing_false_is_kept(
    broken: Answer, answer: str, detail: str
) -> None:
    append("one")
    with witness("anna") as anna:
        anna.broken = broken
        assert asking.ask_missing() == asking.Gathered()
        assert (anna.row.answer, anna.row.failures) == (answer, 1)
        assert detail in anna.row.detail
    assert not Cosignature.objects.exists()
    assert pages.checkpoint_file().body == bytes(LogHead.objects.get().checkpoint)
    assert not Entry.objects.filter(event="record.witness_disagreed").exists()


def test_a_cosignature_over_something_else_or_by_another_key_is_not_kept() -> None:
    append("one")
    with witness("anna") as anna:
        other = Checkpoint(ORIGIN, 1, b"\x01" * 32).text()
        anna.broken = Answer(200, cosignature.sign(other, anna.key, time=5).line().encode())
        asking.ask_missing()
        assert "does not verify" in anna.row.detail
        anna.key, anna.broken, name = witness_key("bert"), None, anna.key.name
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
            asking.ask_missing()
        assert Witness.objects.get(name=name).detail == (
            "It cosigned with another key than the one entered here."
        )
    assert not Cosignature.objects.exists()


@pytest.mark.parametrize("moment", [253_402_300_800, 2**62])
def test_a_cosignature_with_a_time_that_nobody_can_write_is_not_kept(moment: int) -> None:
    append("one")
    text = note.parse(bytes(LogHead.objects.get().checkpoint)).text
    with witness("anna") as anna:
        anna.broken = Answer(200, cosignature.sign(text, anna.key, time=moment).line().encode())
        assert asking.ask_missing() == asking.Gathered()
        assert anna.row.answer == Witness.Answer.REFUSED
        assert anna.row.detail.startswith(f"It cosigned for {moment} seconds after 1970")
    assert not Cosignature.objects.exists()


def _forget_the_last(anna: FakeWitness) -> None:
    """Let the witness have seen one leaf more than there is here."""
    head = Checkpoint(ORIGIN, 3, b"\x03" * 32)
    anna.size, anna.root = head.size, head.root
    anna.seen = checkpoint.sign(head, keys.open_keys(ORIGIN).log)


def test_a_witness_that_has_seen_more_of_the_log_raises_the_alarm_once() -> None:
    append_many(["one", "two"])
    with witness("anna") as anna:
        _forget_the_last(anna)
        asking.ask_missing()
        assert anna.row.answer == Witness.Answer.DISAGREES
        assert "It has cosigned 3 entries of this log; here there are 2." in anna.row.detail
        [told] = Entry.objects.filter(event="record.witness_disagreed")
        assert (told.data["witness"], told.data["size"]) == ("anna.example/witness", 2)
        assert told.data["checkpoint"].encode() == anna.seen
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
            asking.ask()
        assert Entry.objects.filter(event="record.witness_disagreed").count() == 1


def test_a_witness_that_has_seen_another_history_raises_the_alarm() -> None:
    append_many(["one", "two"])
    with witness("anna") as anna:
        anna.size, anna.root = 2, b"\x02" * 32
        anna.seen = checkpoint.sign(Checkpoint(ORIGIN, 2, anna.root), keys.open_keys(ORIGIN).log)
        asking.ask_missing()
        assert anna.row.answer == Witness.Answer.DISAGREES
        assert anna.row.detail.startswith(
            "It says that this log forked. The witness anna.example/witness holds another tree"
        )
        assert Entry.objects.get(event="record.witness_disagreed").data["checkpoint"]
    assert not Cosignature.objects.exists()


def test_a_witness_that_only_claims_a_fork_is_reported_without_evidence_or_not_at_all() -> None:
    append_many(["one", "two"])
    with witness("liar") as liar, witness("fool") as fool:
        liar.size, liar.root = 2, b"\x02" * 32  # shows nothing
        fool.size, fool.root = 2, b"\x02" * 32  # shows what fits
        fool.seen = bytes(LogHead.objects.get().checkpoint)
        asking.ask_missing()
        assert (liar.row.answer, fool.row.answer) == (Witness.Answer.DISAGREES, Witness.Answer.REFUSED)
        assert "the checkpoint it shows is part of this log" in fool.row.detail
        [told] = Entry.objects.filter(event="record.witness_disagreed")
        assert (told.data["witness"], told.data["checkpoint"]) == ("liar.example/witness", "")


def test_a_log_that_grows_while_it_is_asked_is_no_fork() -> None:
    append_many(["one", "two"])
    with witness("anna") as anna:
        conversation = asking._conversation(anna.row, LogHead.objects.get())
        next(conversation)
        append("three")
        with pytest.raises(StopIteration) as finished:
            conversation.send(Response(409, {}, b"3\n", ""))
        assert finished.value.value.detail == "The log grew while it was asked."


def test_private_addresses_are_asked_only_where_the_operator_allows_it(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    append("one")
    with witness("anna") as anna:
        asking.ask_missing()
        assert "which is not on the public internet" in anna.row.detail
        assert anna.asked == []


def test_nobody_is_asked_about_an_empty_log_and_a_removed_witness_is_left_alone() -> None:
    with witness("anna") as anna:
        assert asking.ask() == asking.Gathered()
        append("one")
        roster.remove(anna.row, by=OPERATOR)
        roster.remove(anna.row, by=OPERATOR)
        assert asking.ask() == asking.Gathered()
        assert not asking.anything_due()
        assert anna.asked == []
        assert Entry.objects.filter(event="record.witness_removed").count() == 1


def test_two_processes_do_not_ask_the_same_witness_at_once() -> None:
    append("one")
    with witness("anna") as anna:
        stale = [anna.row]
        assert asking.ask(stale).cosigned == 1
        assert asking.ask(stale) == asking.Gathered()  # somebody else has won
        assert anna.asked == [0]


def test_how_many_confirm_is_told_in_three_states() -> None:
    append("one")
    with witness("own", outside=False), witness("anna"), witness("bert"):
        asking.ask()
        found = standing.standing()
        assert (found.asked, found.cosigned, found.outside, found.threshold) == (3, 3, 2, None)
        assert found.state is State.NOT_WITNESSED
        with silent_witness("carl") as carl:
            assert standing.standing().state is State.WITNESSED
            assert standing.standing().threshold == 2
            append("two")
            assert standing.standing().state is State.WAITING
            assert standing.standing(0).state is State.WITNESSED
            carl.broken = Answer(503)
            asking.ask()
            assert standing.standing().outside_cosigned == 2
            assert standing.standing().state is State.WITNESSED
    assert [standing.threshold(n) for n in range(8)] == [None, None, None, 2, 3, 3, 4, 4]


def test_the_policy_lists_log_and_witnesses_and_accepts_what_they_confirm() -> None:
    assert standing.policy_text() is None
    append("one")
    text = standing.policy_text()
    assert text is not None
    assert text.splitlines() == [
        f"log {keys.public_keys(ORIGIN).log.vkey} https://{ORIGIN}",
        "quorum none",
    ]
    with witness("anna"), witness("bert"), witness("carl"), witness("own", outside=False):
        read = policy.parse(standing.policy_text() or "")
        assert read.groups == (
            policy.Group("outside", 2, tuple(f"{n}.example/witness" for n in ("anna", "bert", "carl"))),
        )
        assert not read.check(pages.checkpoint_file().body, ORIGIN).quorum_met
        asking.ask()
        result = read.check(pages.checkpoint_file().body, ORIGIN)
        assert result.quorum_met
        assert len(result.cosigned) == 4


def test_a_checkpoint_that_is_signed_anew_gets_its_cosignatures_back() -> None:
    append("one")
    with witness("anna"):
        asking.ask()
        head = LogHead.objects.get()
        other = keys.open_keys(ORIGIN).log
        twice = checkpoint.sign(
            Checkpoint(ORIGIN, 1, bytes(head.root)), other, PrivateKey(ORIGIN, witness_key("retired").secret)
        )
        LogHead.objects.update(checkpoint=twice)
        assert pages.checkpoint_file().body == twice
        standing.attach(LogHead.objects.get())
        assert pages.checkpoint_file().body.startswith(twice)
        assert _published() == ["anna.example/witness"]


@pytest.mark.parametrize("name", ["none", "outside"])
def test_a_witness_named_like_a_word_of_the_policy_does_not_spoil_it(name: str) -> None:
    append("one")
    odd = PrivateKey(name, witness_key(name).secret, COSIGNATURE_KIND)
    for key in (odd, witness_key("anna"), witness_key("bert")):
        roster.add(vkey=key.public.vkey, url="https://w.example", by=OPERATOR)
    read = policy.parse(standing.policy_text() or "")
    assert (read.quorum, len(read.groups[0].members)) == ("outside", 3)
