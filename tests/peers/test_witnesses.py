# SPDX-License-Identifier: Apache-2.0
"""A witness by others cosigns this log and refuses its fork; their client accepts our cosignatures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.proof import checkpoint, cosignature, merkle
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.keys import PrivateKey, PublicKey
from onrecord.record import high_water, keys, pages
from onrecord.record.models import (
    Cosignature,
    Evidence,
    FollowedLog,
    Leaf,
    LogHead,
    Node,
    Opening,
    Witness,
)
from onrecord.record.witnesses import asking, roster
from onrecord.record.witnessing import following
from tests.append_only import guards_lifted
from tests.peers.cast import free_port, peer, report, run, serving
from tests.proof.cast import hashes, naive_node
from tests.record.cast import ORIGIN, append, append_many
from tests.record.witnesses import OPERATOR

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NAME = "witness.example.org/w1"


@dataclass(frozen=True)
class Peer:
    """A running aics-witness."""

    config: Path
    vkey: str
    port: int

    @property
    def row(self) -> Witness:
        return Witness.objects.get(name=NAME)

    def evidence(self) -> list[dict[str, Any]]:
        """Return what it kept of requests that it refused."""
        found: list[dict[str, Any]] = json.loads(run(peer("aics-witness"), "evidence", "-c", self.config))
        return found


@pytest.fixture(autouse=True)
def a_home_of_its_own(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.ALLOW_PRIVATE_ADDRESSES = True
    return tmp_path


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Peer]:
    """A witness that follows a log of two leaves, which lets it be asked."""
    program, config, port = peer("aics-witness"), tmp_path / "witness.json", free_port()
    append_many(["one", "two"])
    vkey = run(program, "init", "-c", config, "--name", NAME, "--listen", f"127.0.0.1:{port}").strip()
    log_key = keys.public_keys(ORIGIN).log.vkey
    run(program, "add-log", "-c", config, "--origin", ORIGIN, "--vkey", log_key)
    roster.add(vkey=vkey, url=f"http://127.0.0.1:{port}", by=OPERATOR)
    with serving(program, "serve", "-c", config, port=port):
        yield Peer(config, vkey, port)


def _accepted(signed: bytes, vkey: str, folder: Path, *, code: int = 0, quorum: int = 1) -> dict[str, Any]:
    """Let aics-tlog judge a checkpoint with its cosignatures."""
    note = folder / "checkpoint"
    note.write_bytes(signed)
    log_key = keys.public_keys(ORIGIN).log.vkey
    words = ("--log-key", log_key, "--witness-key", vkey, "--quorum", str(quorum), "--max-age", "3600")
    return report(peer("aics-tlog"), "verify-checkpoint", "--note", note, *words, code=code)


def test_it_cosigns_a_log_that_grows_and_its_cosignatures_are_accepted_everywhere(
    witness: Peer, tmp_path: Path
) -> None:
    assert asking.ask_missing() == asking.Gathered(cosigned=1, new=1)
    append_many(range(300))
    assert asking.ask_missing().cosigned == 1
    signed = pages.checkpoint_file().body
    [found] = cosignature.cosignatures_of(signed, [PublicKey.from_vkey(witness.vkey)])
    assert found.name == NAME
    assert _accepted(signed, witness.vkey, tmp_path)["ok"]
    Witness.objects.update(cosigned_size=0)  # it is told the right proof although this side has forgotten
    append("one more")
    assert asking.ask_missing().cosigned == 1
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        assert asking.ask().cosigned == 1  # again over the same tree
    assert witness.evidence() == []


def _restore_and_release(*names: object) -> None:
    """Go back to an older database, on a machine that has lost all else, and log something."""
    Cosignature.objects.all().delete()
    Witness.objects.update(cosigned_size=0, failures=0, answer="")
    with guards_lifted():
        for table in (Opening, Leaf, Node, LogHead):
            table.objects.all().delete()
    high_water.path().unlink()
    append_many(names)


def _alarms() -> list[dict[str, Any]]:
    return [entry.data for entry in Entry.objects.filter(event="record.witness_disagreed").order_by("pk")]


def test_it_refuses_the_fork_that_a_restored_backup_makes_and_the_alarm_carries_the_proof(
    witness: Peer,
) -> None:
    append("three")
    assert asking.ask_missing().cosigned == 1
    shown = LogHead.objects.get().checkpoint
    _restore_and_release("one", "two", "another text")
    assert asking.ask_missing() == asking.Gathered()
    assert witness.row.answer == Witness.Answer.DISAGREES
    assert witness.row.detail.startswith("It says that this log forked.")
    [alarm] = _alarms()
    assert alarm["checkpoint"].encode().startswith(bytes(shown))
    kept = witness.evidence()
    assert [(one["witness_size"], one["old_size"]) for one in kept] == [(3, 0), (3, 3)]
    assert not Cosignature.objects.exists()


def test_it_knows_more_of_the_log_than_a_restored_backup(witness: Peer) -> None:
    append("three")
    asking.ask_missing()
    shown = LogHead.objects.get().checkpoint
    _restore_and_release("one", "two")
    assert asking.ask_missing() == asking.Gathered()
    assert "It has cosigned 3 entries of this log; here there are 2." in witness.row.detail
    [alarm] = _alarms()
    assert alarm["checkpoint"].encode().startswith(bytes(shown))
    append("three")  # the same text again: this is the same log
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        assert asking.ask().cosigned == 1


def test_it_does_not_cosign_a_log_that_it_does_not_follow_or_another_key(witness: Peer) -> None:
    _restore_and_release("one")
    for name in (keys.LOG_FILE, keys.RELEASE_FILE):
        (keys.directory() / name).unlink()
    _restore_and_release("one")
    assert asking.ask_missing() == asking.Gathered()
    assert witness.row.detail == "It follows this log with another key. Send its operator yours."


# And the other way round: this newsroom is the witness, the log is somebody else's.

PEER = "news.oakham.example/log"
KEY = PrivateKey(PEER, Ed25519PrivateKey.from_private_bytes(b"\x11" * 32))
LEAVES = hashes(12)
SUBMIT = """
import sys
from aics_witness import FeederError, submit_checkpoint
url, vkey, note, old, proof = sys.argv[1:6]
try:
    hashes = [bytes.fromhex(value) for value in proof.split()]
    signed = open(note, "rb").read()
    print(submit_checkpoint(url, signed, (int(old), hashes), witness_vkey=vkey, old_size=int(old)), end="")
except FeederError as error:
    print(type(error).__name__, getattr(error, "status", ""), getattr(error, "known_size", ""))
"""


@dataclass(frozen=True)
class Submitting:
    """The client of aics-witness, which submits the log of others to this newsroom."""

    url: str
    vkey: str
    folder: Path

    def __call__(self, old: int, new: int, *, leaves: list[bytes] = LEAVES) -> str:
        note = self.folder / "submitted"
        note.write_bytes(checkpoint.sign(Checkpoint(PEER, new, merkle.root_of(leaves[:new])), KEY))
        known = old and merkle.consistency_proof(old, new, lambda h, n: naive_node(leaves, h, n))
        proof = " ".join(value.hex() for value in known or [])
        return run(peer("python"), "-c", SUBMIT, self.url, self.vkey, note, str(old), proof).strip()


@pytest.fixture
def submit(live_server: LiveServer, tmp_path: Path) -> Submitting:
    """This newsroom, which follows the log of another one."""
    Organisation.objects.create(
        id=Organisation.ONLY, name="Town of Elmford", address="https://news.elmford.example", languages=["en"]
    )
    following.follow([KEY.public.vkey], by=OPERATOR)
    vkey = following.witness_key("news.elmford.example/log").public.vkey
    return Submitting(f"{live_server.url}/witness", vkey, tmp_path)


def test_their_client_accepts_what_this_newsroom_cosigns(submit: Submitting, tmp_path: Path) -> None:
    for old, new in ((0, 3), (3, 8), (8, 8)):
        assert submit(old, new).startswith("— news.elmford.example/witness ")
    shown = bytes(FollowedLog.objects.get().checkpoint)
    note = tmp_path / "shown"
    note.write_bytes(shown)
    words = ("--log-key", KEY.public.vkey, "--witness-key", submit.vkey, "--quorum", "1", "--max-age", "60")
    assert report(peer("aics-tlog"), "verify-checkpoint", "--note", note, *words)["ok"]
    note.write_bytes(shown.replace(b"\n8\n", b"\n9\n"))
    assert not report(peer("aics-tlog"), "verify-checkpoint", "--note", note, *words, code=1)["ok"]


def test_their_client_is_told_the_size_and_refused_a_fork(submit: Submitting) -> None:
    submit(0, 8)
    assert submit(3, 9) == "WitnessConflict  8"
    assert submit(8, 9, leaves=LEAVES[::-1]).startswith("WitnessRejected 422")
    assert submit(8, 8, leaves=LEAVES[::-1]).startswith("WitnessRejected 422")
    assert Evidence.objects.count() == 1
    FollowedLog.objects.update(active=False)
    assert submit(8, 9).startswith("WitnessRejected 404")
