# SPDX-License-Identifier: Apache-2.0
"""Keys are replaced, added and revoked, and readers can follow."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.proof import checkpoint, leaf, note
from onrecord.proof import register as registers
from onrecord.proof.errors import BadRegister, NoKnownSignature
from onrecord.proof.keys import PublicKey
from onrecord.proof.register import ACTIVE, COMPROMISED, RETIRED, ListedKey, Register
from onrecord.record import keys, pages, register, rotation
from onrecord.record.checks import problems
from onrecord.record.errors import KeyMissing, WrongKey
from onrecord.record.key_checks import cautions
from onrecord.record.models import Cosignature, Document, Leaf, LogHead, Witness
from tests.record.cast import append
from tests.statements.conftest import committed_at_once

__all__ = ["committed_at_once"]

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_log_with_a_register(organisation: Organisation, committed_at_once: None) -> None:
    """Begin with a register and one edition."""
    register.bring_up_to_date()
    said("bridge")


def said(name: str) -> Leaf:
    return append(name, origin=Organisation.current().origin)


def newest() -> Register:
    found = keys.newest_register()
    assert found is not None
    return found


def listed(role: str) -> list[ListedKey]:
    return newest().listed(role)


def signers_of_head() -> list[PublicKey]:
    head = LogHead.objects.get()
    every_key = [one.key for one in listed("log")]
    return note.parse(bytes(head.checkpoint)).verify(every_key)


def every_leaf_is_signed_by_a_key_that_counts_for_it() -> None:
    for row in Leaf.objects.order_by("index"):
        known = newest().release_keys_at(row.index)
        leaf.verify(bytes(row.body), origin=newest().origin, keys=known)
    head = LogHead.objects.get()
    checkpoint.verify(bytes(head.checkpoint), origin=head.origin, keys=newest().log_keys_at(head.size))
    assert [problem.id for problem in problems() if problem.is_serious()] == []


def test_a_new_release_key_is_introduced_by_the_one_before() -> None:
    (old,) = listed("release")
    document = rotation.rotate_release_key()
    assert document.leaf_index == 2
    before, after = listed("release")
    assert (before.key, before.state, before.to_index) == (old.key, RETIRED, 2)
    assert (after.state, after.from_index, after.to_index) == (ACTIVE, 3, None)
    said("water")
    every_leaf_is_signed_by_a_key_that_counts_for_it()
    assert leaf.parse_leaf(bytes(Leaf.objects.get(index=2).body)).key_id == before.key.key_id
    assert leaf.parse_leaf(bytes(Leaf.objects.get(index=3).body)).key_id == after.key.key_id
    assert newest().edition.reason == "The release key was replaced."


def test_a_replaced_release_key_is_gone_from_this_machine(keys_of_its_own: Path) -> None:
    (old,) = listed("release")
    rotation.rotate_release_key()
    assert keys.find(old.key) is None
    files = sorted(path.name for path in (keys_of_its_own / "keys").glob("*.key"))
    assert files == ["log.key", f"release-{listed('release')[1].key.key_id.hex()}.key"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in keys.key_files())


def test_several_release_keys_count_at_once_and_the_newest_signs() -> None:
    rotation.add_release_key(label="mayor")
    office, mayor = listed("release")
    assert mayor.key.name == "news.elmford.example/log/release/mayor"
    assert (office.state, mayor.state) == (ACTIVE, ACTIVE)
    assert newest().release_keys_at(3) == [office.key, mayor.key]
    said("water")
    assert leaf.parse_leaf(bytes(Leaf.objects.get(index=3).body)).key_id == mayor.key.key_id
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_without_the_newest_release_key_an_older_one_signs() -> None:
    rotation.add_release_key(label="mayor")
    office, mayor = listed("release")
    keys.destroy(mayor.key)
    said("water")
    assert leaf.parse_leaf(bytes(Leaf.objects.get(index=3).body)).key_id == office.key.key_id


def test_a_label_that_no_name_can_hold_is_refused() -> None:
    with pytest.raises(Exception, match=r"cannot be the name of a key"):
        rotation.add_release_key(label="town hall")
    assert len(list(keys.key_files())) == 2


def test_both_log_keys_sign_after_a_rotation(keys_of_its_own: Path) -> None:
    (old,) = listed("log")
    rotation.rotate_log_key()
    before, after = listed("log")
    assert (before.key, before.state, before.to_index) == (old.key, ACTIVE, None)
    assert (after.state, after.from_index) == (ACTIVE, 3)
    assert set(signers_of_head()) == {before.key, after.key}
    said("water")
    assert set(signers_of_head()) == {before.key, after.key}
    assert keys.where(old.key) == keys_of_its_own / "keys" / "retired" / f"log-{old.key.key_id.hex()}.key"
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_a_replaced_log_key_is_closed_after_thirty_days() -> None:
    with time_machine.travel(NOW, tick=False):
        rotation.rotate_log_key()
    with time_machine.travel(NOW + timedelta(days=29, hours=23), tick=False):
        assert rotation.close_log_keys() is None
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        said("water")
        root = bytes(LogHead.objects.get().root)
        assert rotation.close_log_keys() is not None
        assert rotation.close_log_keys() is None
    before, after = listed("log")
    assert (before.state, before.to_index) == (RETIRED, 4)
    assert before.closed == registers.Closed(4, root)
    assert signers_of_head() == [after.key]
    assert keys.find(before.key) is None
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_an_old_proof_outlives_the_key_that_signed_its_checkpoint() -> None:
    proof = pages.proof_for(1)
    with time_machine.travel(NOW, tick=False):
        rotation.rotate_log_key()
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        rotation.close_log_keys()
    old = checkpoint.parse(proof[proof.index(b"\n\n") + 2 :])
    found = checkpoint.verify(
        proof[proof.index(b"\n\n") + 2 :], origin=newest().origin, keys=newest().log_keys_at(old.size)
    )
    assert found.size == 2


def test_a_stolen_release_key_signs_nothing_more() -> None:
    (stolen,) = listed("release")
    rotation.revoke(["release"], reason="The laptop of the press office was stolen.")
    before, after = listed("release")
    assert (before.key, before.state, before.to_index) == (stolen.key, COMPROMISED, 1)
    assert before.reason == "The laptop of the press office was stolen."
    # Not even the register itself is signed with it.
    assert leaf.parse_leaf(bytes(Leaf.objects.get(index=2).body)).key_id == after.key.key_id
    said("water")
    every_leaf_is_signed_by_a_key_that_counts_for_it()
    assert newest().release_keys_at(2) == [after.key]


def test_leaves_that_the_thief_added_do_not_count() -> None:
    said("forged")
    rotation.revoke(["release"], reason="Stolen.", up_to=1)
    with pytest.raises(NoKnownSignature):
        leaf.verify(
            bytes(Leaf.objects.get(index=2).body), origin=newest().origin, keys=newest().release_keys_at(2)
        )


def test_a_stolen_log_key_is_closed_at_a_tree_that_all_can_check() -> None:
    (stolen,) = listed("log")
    at_two = bytes(LogHead.objects.get().root)
    said("water")
    rotation.revoke(["log"], reason="The server was broken into.", up_to=2)
    before, after = listed("log")
    assert (before.state, before.to_index) == (COMPROMISED, 2)
    assert before.closed == registers.Closed(2, at_two)
    assert (after.from_index, after.state) == (4, ACTIVE)
    assert signers_of_head() == [after.key]
    assert keys.find(stolen.key) is None
    said("more")
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_without_a_size_a_stolen_log_key_is_closed_at_the_newest_tree() -> None:
    rotation.revoke(["log"], reason="The server was broken into.")
    assert listed("log")[0].to_index == 2


def test_after_a_break_in_both_keys_are_replaced_at_once() -> None:
    rotation.revoke(["release", "log"], reason="The server was broken into.")
    assert [one.state for one in newest().keys] == [COMPROMISED, COMPROMISED, ACTIVE, ACTIVE]
    assert Document.objects.count() == 2
    said("water")
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_a_break_in_closes_the_log_key_too_that_only_signs_beside() -> None:
    rotation.rotate_log_key()
    rotation.add_release_key(label="mayor")
    rotation.revoke(["release", "log"], reason="The server was broken into.")
    assert [one.state for one in listed("log")] == [COMPROMISED, COMPROMISED, ACTIVE]
    assert [one.state for one in listed("release")] == [COMPROMISED, COMPROMISED, ACTIVE]
    assert signers_of_head() == [listed("log")[2].key]
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_a_release_key_on_another_machine_outlives_a_break_in_here() -> None:
    rotation.add_release_key(label="mayor")
    office, mayor = listed("release")
    keys.destroy(mayor.key)  # as when its file is carried to the mayor
    rotation.revoke(["release"], reason="The server was broken into.")
    assert [(one.key, one.state) for one in listed("release")[:2]] == [
        (office.key, COMPROMISED),
        (mayor.key, ACTIVE),
    ]
    assert listed("release")[2].state == ACTIVE
    said("water")
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_a_key_that_is_here_is_not_lost() -> None:
    with pytest.raises(WrongKey, match=r"Every log key in use lies in .*: none is lost"):
        rotation.revoke(["log"], reason="The disk failed.", state=RETIRED)


def test_lost_keys_are_replaced_although_nobody_has_them(keys_of_its_own: Path) -> None:
    (keys_of_its_own / "keys").rename(keys_of_its_own / "gone")
    with pytest.raises(KeyMissing, match=r"onrecord keys revoke release"):
        said("water")
    rotation.revoke(["release", "log"], reason="The disk failed.", state=RETIRED)
    assert [one.state for one in newest().keys] == [RETIRED, RETIRED, ACTIVE, ACTIVE]
    said("water")
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def test_a_register_that_nobody_could_read_is_not_logged() -> None:
    Witness.objects.create(name="w", vkey="no vkey", url="https://w.example", added_at=NOW)
    with pytest.raises(BadRegister, match="A key in witnesses"):
        rotation.rotate_release_key()
    assert (Document.objects.count(), Leaf.objects.count()) == (1, 2)
    assert len(list(keys.key_files())) == 2


def test_an_earlier_key_can_be_revoked_when_the_theft_is_found_later() -> None:
    rotation.rotate_release_key()
    old, current = listed("release")
    rotation.revoke(["release"], key_id=old.key.key_id.hex(), up_to=0, reason="An old backup was sold.")
    assert [(one.state, one.to_index) for one in listed("release")] == [(COMPROMISED, 0), (ACTIVE, None)]
    assert keys.find(current.key) is not None
    with pytest.raises(WrongKey, match="marked as compromised already"):
        rotation.revoke(["release"], key_id=old.key.key_id.hex(), reason="Again.")


@pytest.mark.parametrize(
    ("roles", "options", "message"),
    [
        (["root"], {"reason": "x"}, r"roles \['root'\] cannot be revoked\. Use release, log, or both"),
        (["log"], {"reason": " "}, "Say why the key is revoked"),
        (
            ["log"],
            {"reason": "x", "key_id": "00000000"},
            r"lists no log key 00000000\. It lists: [0-9a-f]{8}",
        ),
        (["log"], {"reason": "x", "up_to": 3}, "has 2 leaves, so no key can be closed at size 3"),
        (["release"], {"reason": "x", "up_to": -1}, "cannot count up to -1"),
        (["log", "release"], {"reason": "x", "up_to": 1}, "Revoke one role at a time"),
    ],
)
def test_a_revocation_that_makes_no_sense_changes_nothing(
    roles: list[str], options: dict[str, object], message: str
) -> None:
    before = sorted(keys.key_files())
    with pytest.raises(WrongKey, match=message):
        rotation.revoke(roles, **options)  # type: ignore[arg-type]  # each case names what it gives
    assert Document.objects.count() == 1
    assert sorted(keys.key_files()) == before


def test_what_fails_leaves_no_key_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    before = sorted(keys.key_files())
    monkeypatch.setattr(register, "log", fail)
    with pytest.raises(OSError, match="disk full"):
        rotation.rotate_log_key()
    assert sorted(keys.key_files()) == before
    assert said("water").index == 2


def test_files_of_closed_keys_that_a_crash_left_are_deleted(keys_of_its_own: Path) -> None:
    (old,) = listed("release")
    path = keys.where(old.key)
    assert path is not None
    pem = path.read_bytes()
    rotation.rotate_release_key()
    path.write_bytes(pem)
    path.chmod(0o600)
    assert rotation.tidy() == [old.key]
    assert not path.exists()


def test_the_journal_names_what_was_closed_and_never_a_secret() -> None:
    (old,) = listed("release")
    path = keys.where(old.key)
    assert path is not None
    secret = path.read_text().splitlines()[1]
    rotation.revoke(["release"], reason="Stolen.")
    entry = Entry.objects.get(event="record.key_closed")
    assert entry.data == {
        "role": "release",
        "key_id": old.key.key_id.hex(),
        "state": "compromised",
        "to_index": 1,
    }
    assert secret not in str([one.data for one in Entry.objects.all()])


def test_a_stolen_log_key_is_closed_at_the_last_tree_that_a_witness_has_seen() -> None:
    witness = Witness.objects.create(
        name="w.example/witness", vkey="w", url="https://w.example", added_at=NOW, active=False
    )
    seen = bytes(LogHead.objects.get().root)
    said("water")
    for size, root in ((2, seen), (3, bytes(32))):  # the second is a fork that the thief showed
        Cosignature.objects.create(witness=witness, size=size, root=root, first_time=1, time=1, line="")
    rotation.revoke(["log"], reason="The server was broken into.")
    assert listed("log")[0].closed == registers.Closed(2, seen)
    every_leaf_is_signed_by_a_key_that_counts_for_it()


def revoke_both() -> Document:
    return rotation.revoke(["release", "log"], reason="The server was broken into.")


class Crash(Exception):
    """The process stops here."""


@pytest.mark.parametrize("change", [rotation.rotate_release_key, rotation.rotate_log_key, revoke_both])
def test_a_change_that_is_cut_off_after_any_statement_changed_all_or_nothing(
    change: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "_forget", lambda made: None)  # as when the process is killed
    before, statements = newest(), 0
    while newest() == before:  # what follows the commit is cut off too: then the change is there
        cut_off_after(statements, change)
        assert said(f"after {statements}")
        every_leaf_is_signed_by_a_key_that_counts_for_it()
        statements += 1
    assert statements >= 10
    # What the crashes left are key files that sign nothing, and a warning names each.
    assert {caution.id for caution in cautions()} == {"record.W020", "record.W024"}


def cut_off_after(number: int, change: Callable[[], object]) -> None:
    """Make a change of keys, and stop after so many statements."""
    ran = 0

    def stop(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal ran
        result = execute(sql, params, many, context)
        if re.match(r"SELECT|INSERT|UPDATE", sql):
            ran += 1
            if ran > number:
                raise Crash
        return result

    with suppress(Crash), connection.execute_wrapper(stop), transaction.atomic():
        change()
