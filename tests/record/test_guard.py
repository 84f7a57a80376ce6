# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from onrecord.proof.checkpoint import Checkpoint, parse, sign
from onrecord.record import actions, guard, high_water, keys, pages
from onrecord.record.errors import Forked, HighWaterDamaged
from onrecord.record.models import Leaf, LogHead, Node, Opening
from tests.append_only import guards_lifted
from tests.record.cast import ORIGIN, Checker, append, append_many, new_leaf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bake(keys_of_its_own: Path) -> Callable[[], bytes]:
    """Return what puts the newest checkpoint on the site and returns it."""

    def write() -> bytes:
        file = pages.checkpoint_file()
        path = keys_of_its_own / "site" / "log" / "checkpoint"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.body)
        return file.body

    return write


def lose_the_log() -> None:
    """Leave the database as it was before the first leaf; site and keys stay."""
    with guards_lifted():
        for model in (LogHead, Opening, Node, Leaf):
            model.objects.all().delete()


def sizes() -> list[int]:
    """Return how many leaves each checkpoint covers that this machine knows of."""
    return [parse(shown.note).size for shown in guard.shown_here()]


def test_the_log_goes_on_after_every_checkpoint_it_has_shown(bake: Callable[[], bytes]) -> None:
    for some in (range(3), range(3, 256), range(256, 300)):
        append_many(some)
        bake()
        append(f"after {some}")
        assert guard.published_size() == some.stop + {3: 0, 256: 1, 300: 2}[some.stop]
    assert Checker().check() == 303


def test_an_older_database_signs_nothing(bake: Callable[[], bytes]) -> None:
    append_many("abc")
    shown = parse(bake())
    lose_the_log()
    high_water.path().unlink()
    with pytest.raises(
        Forked,
        match=rf"baked site \(.*/site/log/checkpoint\) holds a checkpoint over 3 leaves of {ORIGIN} \(root"
        rf" {shown.root.hex()[:16]}\); this database has none\. The database was lost .*"
        r"`onrecord log recover --from` .*backup",
    ):
        append("a")
    assert not Leaf.objects.exists()


def test_the_file_beside_the_keys_tells_when_the_site_is_gone() -> None:
    append_many("abc")
    lose_the_log()
    with pytest.raises(Forked, match=r"The file .*/keys/log\.high-water holds a checkpoint over 3 leaves"):
        append("a")
    high_water.path().rename(high_water.path().with_name("away"))
    append_many("ab")
    high_water.path().with_name("away").replace(high_water.path())
    with pytest.raises(Forked, match=r"has 2 of news\.example\.org/log\. It was restored from an older"):
        append("c")
    assert Leaf.objects.count() == 2


def test_a_database_that_went_on_from_an_older_one_is_not_continued(bake: Callable[[], bytes]) -> None:
    append_many("abc")
    bake()
    lose_the_log()
    for file in (high_water.path(), Path(keys.directory()).parent / "site/log/checkpoint"):
        file.rename(file.with_name("away"))
    append_many("abxyz")
    high_water.path().with_name("away").replace(high_water.path())
    with pytest.raises(Forked, match=r"log\.high-water holds another tree over the first 3 leaves"):
        append("c")


def test_another_newsroom_does_not_take_over_the_keys() -> None:
    append("a")
    lose_the_log()
    with pytest.raises(Forked, match=rf"1 leaves of {ORIGIN} .* has none"):
        append("a", origin="else.example/log")


def test_what_is_in_the_log_already_is_found_whatever_others_hold() -> None:
    append("a")
    high_water.raise_to(sign(Checkpoint(ORIGIN, 9, bytes(32)), keys.open_keys(ORIGIN).log))
    assert append("a").index == 0


def test_the_high_water_is_noted_at_the_commit_and_never_lowered() -> None:
    with transaction.atomic():
        append("a")
        assert high_water.read() is None
    first = high_water.read()
    append("b")
    second = high_water.read()
    assert first is not None
    assert second is not None
    assert (parse(first).size, parse(second).size) == (1, 2)
    high_water.raise_to(first)
    assert high_water.read() == second
    assert stat.S_IMODE(high_water.path().stat().st_mode) == 0o600


def test_what_was_rolled_back_leaves_no_trace() -> None:
    append("a")
    before = high_water.read()
    with transaction.atomic():
        append("b")
        pages.proof_for(1)
        transaction.set_rollback(True)
    assert high_water.read() == before
    assert append("c").index == 1


def test_whoever_shows_a_checkpoint_notes_it_first() -> None:
    """On each machine: also on one that only bakes what another has signed."""
    append("a")
    for show in (pages.checkpoint_file, lambda: pages.proof_for(0)):
        high_water.path().unlink()
        show()
        assert high_water.read() == bytes(LogHead.objects.get().checkpoint)


def test_a_high_water_file_that_cannot_be_read_stops_the_log() -> None:
    append("a")
    high_water.path().write_text("nonsense")
    with pytest.raises(HighWaterDamaged, match=r"high-water is no checkpoint: .*Copy /log/checkpoint of"):
        append("b")
    assert Leaf.objects.count() == 1


def test_a_site_without_a_readable_checkpoint_says_nothing(bake: Callable[[], bytes]) -> None:
    append("a")
    bake()
    (keys.directory().parent / "site/log/checkpoint").write_text("nonsense")
    assert guard.published_size() == 0
    assert append("b").index == 1


def test_several_appends_in_one_transaction_note_the_last() -> None:
    with transaction.atomic():
        actions.append_all([new_leaf("a")], origin=ORIGIN)
        actions.append_all([new_leaf("b")], origin=ORIGIN)
    assert sizes() == [2]
