# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import time_machine

from onrecord.proof.checkpoint import Checkpoint, sign
from onrecord.record import actions, high_water, keys
from onrecord.record.checks import check, problems
from onrecord.record.models import Leaf, LogHead, Opening
from tests.append_only import guards_lifted
from tests.record.cast import MOMENT, ORIGIN, append_many, new_leaf


def _found() -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in problems()]


def _one(number: str, text: str) -> bool:
    found = _found()
    return [name for name, _ in found] == [number] and text in found[0][1]


def test_a_healthy_log_has_no_problems(db: None) -> None:
    assert _found() == []
    append_many(range(300))
    assert _found() == []
    assert check() == []


def test_keys_that_others_can_read_are_a_problem(db: None, keys_of_its_own: Path) -> None:
    append_many("ab")
    (keys_of_its_own / "keys").chmod(0o755)
    assert _one("record.E001", "keys has the mode 0755: others on this machine can sign")
    (keys_of_its_own / "keys").chmod(0o700)
    (keys_of_its_own / "keys" / "log.key").chmod(0o640)
    assert _one("record.E001", "log.key has the mode 0640")
    assert problems()[0].hint == f"chmod 600 {keys_of_its_own / 'keys' / 'log.key'}"


def test_missing_keys_are_a_problem_once_there_are_leaves(db: None, keys_of_its_own: Path) -> None:
    append_many("ab")
    (keys_of_its_own / "keys").rename(keys_of_its_own / "gone")
    assert _one("record.E002", "release.key is missing")


def test_a_key_that_did_not_sign_the_log_is_a_problem(db: None, keys_of_its_own: Path) -> None:
    append_many("ab")
    (keys_of_its_own / "keys").rename(keys_of_its_own / "gone")
    keys.make_keys()
    assert _one("record.E003", "The checkpoint is not by the log's key")


def test_a_head_that_does_not_fit_its_checkpoint_and_leaves_is_a_problem(db: None) -> None:
    append_many("abc")
    with guards_lifted():
        LogHead.objects.update(size=2)
    assert [name for name, _ in _found()] == ["record.E003", "record.E004", "record.E005"]


def test_leaves_without_a_head_are_a_problem(db: None) -> None:
    append_many("abc")
    with guards_lifted():
        LogHead.objects.update(size=0)
    assert _one("record.E004", "The head says 0 leaves; the database has 3, the last with the index 2")


def test_a_missing_leaf_is_a_problem(db: None) -> None:
    append_many("abc")
    with guards_lifted():
        Opening.objects.filter(leaf=1).delete()
        Leaf.objects.filter(index=1).delete()
    assert [name for name, _ in _found()] == ["record.E004", "record.E018", "record.E005"]


def test_a_leaf_of_which_nothing_is_known_is_a_problem(db: None) -> None:
    append_many("abc")
    with guards_lifted():
        Opening.objects.filter(leaf=1).delete()
    assert _one("record.E018", "Of 1 leaves it is not known what opens them. Any audit fails.")


def test_a_leaf_that_is_sealed_for_too_long_is_a_problem(db: None) -> None:
    until = MOMENT + timedelta(days=1)
    actions.append_all([replace(new_leaf("a"), sealed_until=until)], origin=ORIGIN)
    with time_machine.travel(until + timedelta(minutes=59)):
        assert _found() == []
    with time_machine.travel(until + timedelta(minutes=61)):
        assert _one("record.W008", "1 leaves are sealed although their date has passed")
        actions.open_leaf(0)
        assert _found() == []


def test_a_forged_leaf_is_a_problem(db: None) -> None:
    append_many("abc")
    with guards_lifted():
        Leaf.objects.filter(index=1).update(body=b"forged")
    assert _one("record.E005", "Leaves [1] do not have their hashes")


def test_a_forged_hash_is_a_problem(db: None) -> None:
    append_many("abc")
    LogHead.objects.update(edge=bytes(64))
    assert _one("record.E005", "The stored hashes do not give the root")


def test_a_database_older_than_what_was_shown_is_a_problem(db: None) -> None:
    append_many("abc")
    high_water.raise_to(sign(Checkpoint(ORIGIN, 9, bytes(32)), keys.open_keys(ORIGIN).log))
    assert _one("record.E006", "log.high-water holds a checkpoint over 9 leaves")
    high_water.path().write_text("nonsense")
    assert _one("record.E006", "log.high-water is no checkpoint")
