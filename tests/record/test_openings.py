# SPDX-License-Identifier: Apache-2.0
"""A leaf is open, sealed until a date, or erased by a named leaf; the database refuses every other way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from onrecord.journal.events import Actor
from onrecord.journal.models import Entry
from onrecord.proof import openings
from onrecord.proof.encoding import to_base64
from onrecord.record import actions, pages
from onrecord.record.errors import AlreadyLogged, NoSuchLeaf, NotOpen, SealedTooLong, WrongLeaf
from onrecord.record.models import Leaf, LogHead, Opening
from onrecord.record.openings import Account, account
from tests.append_only import guards_lifted
from tests.record.cast import MOMENT, ORIGIN, Checker, append, append_many, new_leaf

OLGA = Actor(id=7, name="Olga Writer")
UNTIL = MOMENT + timedelta(days=2)


def seal(name: object, until: datetime = UNTIL) -> Leaf:
    """Log one edition that nobody may read until then."""
    return actions.append_all([replace(new_leaf(name), sealed_until=until)], origin=ORIGIN)[0]


def _states() -> list[str]:
    return list(Opening.objects.order_by("leaf").values_list("state", flat=True))


def _lines() -> list[openings.LeafState]:
    return openings.parse(pages.openings_file(0).body, number=0, size=pages.size())


def test_a_sealed_leaf_reveals_neither_nonce_nor_path(db: None) -> None:
    append("a")
    seal("secret")
    assert _lines()[1] == openings.Sealed(1, UNTIL)
    everything = b"".join(file.body for file in pages.all_files())
    new = new_leaf("secret")
    assert b"secret" not in everything
    assert to_base64(new.nonce).encode() not in everything
    assert new.nonce not in everything
    assert Checker().check() == 2
    with pytest.raises(NotOpen, match=r"Leaf 1 is sealed\. Its proof would open it, so there is none"):
        pages.proof_for(1)
    entry = Entry.objects.get(event="record.appended", subject="leaf/1")
    assert (entry.data["edition_path"], entry.data["sealed_until"]) == ("", "2026-11-26T08:00:00Z")


def test_a_sealed_leaf_is_opened_with_what_was_sealed(db: None) -> None:
    seal("secret")
    sealed = Opening.objects.values("nonce", "edition_path", "sealed_until").get()
    before = LogHead.objects.values().get()
    opening = actions.open_leaf(0, by=OLGA)
    actions.open_leaf(0, by=OLGA)
    assert (opening.state, Opening.objects.get().state) == ("open", "open")
    assert Opening.objects.values("nonce", "edition_path", "sealed_until").get() == sealed
    assert LogHead.objects.values().get() == before
    entry = Entry.objects.get(event="record.opened")
    assert (entry.actor_name, entry.subject) == ("Olga Writer", "leaf/0")
    assert entry.data == {"index": 0, "edition_path": "/s/2026/secret/1.json"}
    assert _lines() == [openings.Opened(0, "/s/2026/secret/1.json", new_leaf("secret").nonce)]
    checker = Checker()
    checker.check()
    checker.check_proofs([0])


def test_an_erased_leaf_keeps_its_place_and_nothing_that_opens_it(db: None) -> None:
    append("gone")
    seal("given up")
    reason = append("why")
    checker = Checker()
    checker.check()
    actions.erase_leaves([0, 1], erased_by=reason, by=OLGA)
    actions.erase_leaves([1], erased_by=reason)
    assert _states() == ["erased", "erased", "open"]
    assert set(Opening.objects.filter(state="erased").values_list("nonce", "edition_path", "erased_by")) == {
        (None, None, 2)
    }
    assert _lines()[:2] == [openings.Erased(0, 2), openings.Erased(1, 2)]
    assert checker.check() == 3
    for index in (0, 1):
        with pytest.raises(NotOpen, match=f"Leaf {index} is erased"):
            pages.proof_for(index)
    entries = Entry.objects.filter(event="record.erased").order_by("pk")
    assert [(entry.subject, entry.data) for entry in entries] == [
        ("leaf/0", {"index": 0, "erased_by": 2}),
        ("leaf/1", {"index": 1, "erased_by": 2}),
    ]


def test_what_is_erased_is_not_erased_again_for_another_reason(db: None) -> None:
    append("gone")
    first, second = append("why"), append("why again")
    actions.erase_leaves([0], erased_by=first)
    actions.erase_leaves([0], erased_by=second)
    assert Opening.objects.get(leaf=0).erased_by_id == 1


def test_what_is_erased_cannot_be_opened_or_logged_again(db: None) -> None:
    seal("gone")
    actions.erase_leaves([0], erased_by=append("why"))
    with pytest.raises(
        WrongLeaf, match=r"Leaf 0 was erased by leaf 1\. What it committed to is gone for good"
    ):
        actions.open_leaf(0)
    with pytest.raises(
        AlreadyLogged, match=r"Leaf 0 had this commitment, and was erased\. Use a fresh nonce"
    ):
        append("gone")
    assert _states() == ["erased", "open"]


def test_the_address_of_an_erased_leaf_may_be_used_again(db: None) -> None:
    seal("a")
    actions.erase_leaves([0], erased_by=append("why"))
    again = replace(new_leaf("b"), edition_path="/s/2026/a/1.json")
    assert actions.append_all([again], origin=ORIGIN)[0].index == 2


def test_only_a_later_leaf_that_stays_readable_says_why_one_is_erased(db: None) -> None:
    why, later = append("why"), append("later")
    sealed = seal("sealed")
    with pytest.raises(WrongLeaf, match=r"Leaf 0 cannot erase leaf 1: only a later leaf"):
        actions.erase_leaves([1], erased_by=why)
    with pytest.raises(WrongLeaf, match=r"Leaf 0 cannot erase leaf 0"):
        actions.erase_leaves([0], erased_by=why)
    with pytest.raises(WrongLeaf, match=r"Leaf 2 is sealed, so it cannot say why others are erased"):
        actions.erase_leaves([0], erased_by=sealed)
    actions.erase_leaves([0], erased_by=later)
    with pytest.raises(WrongLeaf, match=r"Leaf 1 says why leaf 0 was erased, so it has to stay readable"):
        actions.erase_leaves([1], erased_by=append("last"))
    assert _states() == ["erased", "open", "sealed", "open"]


def test_a_leaf_that_is_not_there_is_neither_opened_nor_erased(db: None) -> None:
    why = append("why")
    with pytest.raises(NoSuchLeaf, match=r"The log has no leaf 7"):
        actions.open_leaf(7)
    with pytest.raises(NoSuchLeaf, match=r"The log has no leaf 7"):
        actions.erase_leaves([7], erased_by=why)


@pytest.mark.parametrize(
    "until", [MOMENT, MOMENT - timedelta(days=1), MOMENT + timedelta(days=30, seconds=1)]
)
def test_nothing_is_sealed_longer_than_the_register_allows(db: None, until: datetime) -> None:
    with pytest.raises(
        SealedTooLong, match=r"sealed from 2026-11-24T08:00:00Z until .* at the latest 30 days"
    ):
        seal("secret", until)
    assert not Leaf.objects.exists()
    assert seal("secret", MOMENT + timedelta(days=30)).index == 0


def test_the_database_refuses_every_other_way(db: None) -> None:
    append("open")
    seal("sealed")
    seal("erased")
    actions.erase_leaves([2], erased_by=append("why"))
    before = list(Opening.objects.order_by("pk").values())
    opened, sealed, erased = (Opening.objects.filter(leaf=index) for index in range(3))
    attempts: list[Callable[[], object]] = [
        lambda: opened.update(nonce=bytes(32)),
        lambda: opened.update(edition_path="/other.json"),
        lambda: opened.update(state="sealed", sealed_until=UNTIL),
        lambda: opened.update(sealed_until=UNTIL),
        lambda: opened.update(leaf=3),
        lambda: opened.update(state="erased", erased_by=3),
        lambda: opened.update(state="erased", erased_by=3, nonce=None),
        lambda: opened.update(state="erased", erased_by=3, edition_path=None),
        lambda: opened.update(nonce=None, edition_path=None),
        lambda: opened.update(state="erased", nonce=None, edition_path=None),
        lambda: opened.update(state="erased", nonce=None, edition_path=None, erased_by=0),
        lambda: opened.update(state="erased", nonce=None, edition_path=None, erased_by=3, sealed_until=UNTIL),
        lambda: sealed.update(sealed_until=UNTIL + timedelta(days=1)),
        lambda: sealed.update(sealed_until=None),
        lambda: sealed.update(nonce=bytes(32)),
        lambda: sealed.update(edition_path="/other.json"),
        lambda: sealed.update(state="open", nonce=bytes(32)),
        lambda: sealed.update(state="open", edition_path="/other.json"),
        lambda: sealed.update(state="open", sealed_until=None),
        lambda: sealed.update(state="open", erased_by=3),
        lambda: sealed.update(state="lost"),
        lambda: sealed.update(state="erased", erased_by=3),
        lambda: erased.update(state="open", erased_by=None, nonce=bytes(32), edition_path="/a.json"),
        lambda: erased.update(state="sealed", erased_by=None, nonce=bytes(32), edition_path="/a.json"),
        lambda: erased.update(nonce=bytes(32)),
        lambda: erased.update(edition_path="/a.json"),
        lambda: erased.update(erased_by=4),
        lambda: erased.update(erased_by=None),
        lambda: opened._raw_delete("default"),
        lambda: sealed._raw_delete("default"),
        lambda: erased._raw_delete("default"),
    ]
    for number, attempt in enumerate(attempts):
        try:
            with transaction.atomic():
                attempt()
        except DatabaseError:
            continue
        pytest.fail(f"attempt {number} went through")
    assert list(Opening.objects.order_by("pk").values()) == before


def test_a_crash_in_the_middle_of_an_erasure_erases_nothing(transactional_db: None) -> None:
    append_many("abc")
    why = append("why")
    crashes = 0
    while not _erased_until_statement(crashes, why):
        crashes += 1
        assert _states() == ["open"] * 4
    assert crashes > 6
    assert _states() == ["erased"] * 3 + ["open"]


class Crash(Exception):
    """The process stops here."""


def _erased_until_statement(number: int, why: Leaf) -> bool:
    """Erase three leaves, raise after so many statements; tell whether it went through."""
    ran = 0

    def crash(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal ran
        ran += 1
        if ran > number:
            raise Crash
        return execute(*arguments)

    try:
        with connection.execute_wrapper(crash):
            actions.erase_leaves([0, 1, 2], erased_by=why)
    except Crash:
        return False
    return True


def test_every_leaf_is_accounted_for(db: None) -> None:
    assert account() == Account(leaves=0, open=0, sealed=0, late=0, erased=0, missing=0)
    append_many(range(300))
    seal("one")
    seal("two", MOMENT + timedelta(days=9))
    actions.erase_leaves([7, 8], erased_by=append("why"))
    with CaptureQueriesContext(connection) as queries:
        found = account(MOMENT + timedelta(days=3))
    assert found == Account(leaves=303, open=299, sealed=2, late=1, erased=2, missing=0)
    assert not found.complete
    assert len(queries) == 3
    actions.open_leaf(300)
    assert account(MOMENT + timedelta(days=3)).complete
    with guards_lifted():
        Opening.objects.filter(leaf=3).delete()
    assert account(MOMENT).missing == 1
    assert not account(MOMENT).complete
