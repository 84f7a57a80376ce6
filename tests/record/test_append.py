# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from onrecord.journal.events import Actor
from onrecord.journal.models import Entry
from onrecord.proof.encoding import to_base64
from onrecord.proof.merkle import EMPTY_ROOT
from onrecord.record import actions, keys
from onrecord.record.errors import AlreadyLogged, HeadDamaged, HeadMoved, KeyMissing, OtherOrigin, RecordError
from onrecord.record.models import Leaf, LogHead, Node, Opening
from tests.append_only import guards_lifted
from tests.record.cast import MOMENT, ORIGIN, Checker, append, append_many, new_leaf

OLGA = Actor(id=7, name="Olga Writer")


def test_the_whole_log_holds_after_each_leaf(db: None) -> None:
    checker = Checker()
    for number in range(1, 18):
        append(number)
        assert checker.check() == number
        checker.check_proofs(range(number))


def test_the_whole_log_holds_where_tiles_become_full(db: None) -> None:
    checker = Checker()
    append_many(range(254))
    assert checker.check() == 254
    for number in range(254, 259):
        append(number)
        assert checker.check() == number + 1
        checker.check_proofs([0, 127, 253, number])
    append_many(range(259, 513))
    assert checker.check() == 513
    checker.check_proofs([0, 255, 256, 511, 512])
    assert sorted(Node.objects.values_list("level", "index")) == [(1, 0), (1, 1)]


def test_a_leaf_keeps_what_it_was_given(db: None) -> None:
    new = new_leaf("bridge")
    stored = Leaf.objects.get(pk=append("bridge").pk)
    assert (bytes(stored.commitment), stored.at, stored.index) == (new.commitment, MOMENT, 0)
    assert bytes(stored.opening.nonce or b"") == new.nonce
    assert (stored.opening.edition_path, stored.opening.state) == ("/s/2026/bridge/1.json", "open")
    assert (str(stored), str(stored.opening)) == ("leaf 0", "leaf 0: open")
    assert str(LogHead.objects.get()) == f"{ORIGIN} at 1"


def test_an_edition_that_has_its_place_keeps_it(db: None) -> None:
    first = append("a")
    append("b")
    before = LogHead.objects.values().get()
    assert append("a") == first
    assert [leaf.index for leaf in append_many(["b", "c", "a", "c"])] == [1, 2, 0, 2]
    assert Leaf.objects.count() == 3
    assert append("c").index == 2
    assert LogHead.objects.values().get() != before
    Checker().check()


def test_appending_again_signs_nothing_and_says_nothing(db: None) -> None:
    append("a")
    before, entries = LogHead.objects.values().get(), Entry.objects.count()
    append("a")
    assert (LogHead.objects.values().get(), Entry.objects.count()) == (before, entries)


def test_each_leaf_is_journalled_with_who_released_it(db: None) -> None:
    new = new_leaf("a")
    actions.append(
        commitment=new.commitment,
        edition_path=new.edition_path,
        nonce=new.nonce,
        at=new.at,
        origin=ORIGIN,
        by=OLGA,
    )
    append("b")
    one, two = Entry.objects.filter(event="record.appended").order_by("pk")
    assert (one.actor_name, one.subject) == ("Olga Writer", "leaf/0")
    assert one.data == {
        "index": 0,
        "commitment": to_base64(new.commitment),
        "edition_path": "/s/2026/a/1.json",
        "sealed_until": "",
    }
    assert (two.actor_name, two.subject) == ("the clock", "leaf/1")


def test_a_log_keeps_its_name(db: None) -> None:
    append("a")
    with pytest.raises(
        OtherOrigin, match=r"named news\.example\.org/log and has 1 leaves, .* as else\.org/log"
    ):
        append("b", origin="else.org/log")
    assert Checker().check() == 1


def test_a_log_without_leaves_may_still_be_renamed(db: None) -> None:
    LogHead.objects.create(origin="old.example/log", root=EMPTY_ROOT, edge=b"", checkpoint=b"")
    append("a")
    assert LogHead.objects.get().origin == ORIGIN
    Checker().check()


def test_an_address_stands_for_one_commitment(db: None) -> None:
    append("a")
    again = replace(new_leaf("b"), edition_path="/s/2026/a/1.json")
    with pytest.raises(AlreadyLogged, match=r"/s/2026/a/1\.json is in the log with another commitment"):
        actions.append_all([again], origin=ORIGIN)


def test_a_commitment_stands_for_one_address_and_one_nonce(db: None) -> None:
    append("a")
    for other in (
        replace(new_leaf("a"), edition_path="/s/2026/b/1.json"),
        replace(new_leaf("a"), nonce=bytes(32)),
    ):
        with pytest.raises(AlreadyLogged, match=r"Leaf 0 commits to /s/2026/a/1\.json\. The same commitment"):
            actions.append_all([other], origin=ORIGIN)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"commitment": b"abc"}, r"The commitment has 3 bytes, not 32"),
        ({"nonce": b""}, r"The nonce has 0 bytes, not 32"),
        ({"edition_path": "s/1.json"}, r"said to be at 's/1\.json'\. Give its path, which begins with '/'"),
    ],
)
def test_what_cannot_be_logged_is_refused(db: None, change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        actions.append_all([replace(new_leaf("a"), **change)], origin=ORIGIN)
    assert not Leaf.objects.exists()


def test_a_leaf_is_never_changed_or_deleted(db: None) -> None:
    leaf = append("a")
    attempts: list[Callable[[], object]] = [
        lambda: Leaf.objects.update(commitment=bytes(32)),
        lambda: Leaf.objects.update(body=b"{}"),
        lambda: Leaf.objects.filter(pk=leaf.pk)._raw_delete("default"),
    ]
    for attempt in attempts:
        with (
            pytest.raises(DatabaseError, match=r"never changed or deleted: append another one"),
            transaction.atomic(),
        ):
            attempt()
    assert Checker().check() == 1


def test_the_head_moves_only_forwards(db: None) -> None:
    append_many("abc")
    attempts: list[Callable[[], object]] = [
        lambda: LogHead.objects.update(size=2),
        lambda: LogHead.objects.update(root=bytes(32)),
        lambda: LogHead.objects.update(origin="else.org/log"),
        LogHead.objects.get().delete,
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match=r"head of the log moves only forwards"), transaction.atomic():
            attempt()
    assert Checker().check() == 3


@pytest.mark.django_db
def test_postgresql_refuses_to_empty_the_log() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    append("a")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("record_leaf", "record_loghead", "record_opening"):
            with (
                pytest.raises(DatabaseError, match=r"the log|an opening only goes"),
                transaction.atomic(),
            ):
                cursor.execute(f"TRUNCATE {table} CASCADE")


def test_another_key_does_not_continue_the_log(db: None, keys_of_its_own: Path) -> None:
    append("a")
    (keys_of_its_own / "keys").rename(keys_of_its_own / "old")
    with pytest.raises(KeyMissing, match=r"release\.key is missing\. Restore it from your backup"):
        append("b")
    keys.make_keys()
    with pytest.raises(HeadDamaged, match=r"not by the key in .*log\.key.*Restore the key that belongs"):
        append("b")
    assert Leaf.objects.count() == 1


def test_a_head_that_differs_from_its_checkpoint_is_not_signed_again(db: None) -> None:
    append_many("abc")
    with guards_lifted():
        LogHead.objects.update(size=2)
    with pytest.raises(HeadDamaged, match=r"checkpoint differ: 2 and 3 leaves.*signing now would fork"):
        append("d")


def test_a_damaged_right_edge_is_not_continued(db: None) -> None:
    append_many("abc")
    LogHead.objects.update(edge=bytes(64))
    with pytest.raises(HeadDamaged, match=r"right edge of the log does not give its root"):
        append("d")
    LogHead.objects.update(edge=bytes(32))
    with pytest.raises(HeadDamaged, match=r"contradicts itself\. The right edge of a tree of 3 leaves has 2"):
        append("d")


def test_a_head_that_moved_in_between_is_not_overwritten(db: None) -> None:
    append("a")
    stale = LogHead.objects.get()
    append("b")
    with pytest.raises(HeadMoved, match=r"no longer at 1 leaves\. Nothing was written"):
        actions._advance(stale, stale.right_edge())


class Crash(Exception):
    """The process stops here."""


def test_a_crash_after_any_statement_leaves_the_log_whole(transactional_db: None) -> None:
    append_many(range(255))
    checker = Checker()
    checker.check()
    before, crashes = _everything(), 0
    while not _append_until_statement(crashes):
        crashes += 1
        assert _everything() == before
    assert crashes >= 6
    assert checker.check() == 256
    checker.check_proofs([0, 255])


def _everything() -> list[object]:
    return [list(model.objects.order_by("pk").values()) for model in (Leaf, Opening, Node, LogHead, Entry)]


def _append_until_statement(number: int) -> bool:
    """Append a leaf, raise after so many statements that read or write; tell whether it went through."""
    ran = 0

    def stop(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal ran
        result = execute(sql, params, many, context)
        if re.match(r"SELECT|INSERT|UPDATE|DELETE", sql):
            ran += 1
            if ran > number:
                raise Crash
        return result

    try:
        with connection.execute_wrapper(stop):
            append("the next")
    except Crash:
        return False
    return True
