# SPDX-License-Identifier: Apache-2.0
"""What mirrors and witnesses hold stops a log that would not continue it, and nothing else does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.proof import checkpoint
from onrecord.proof.checkpoint import Checkpoint, sign
from onrecord.proof.keys import PrivateKey
from onrecord.record import elsewhere, guard, high_water, keys, mirror_checks, pages, sightings
from onrecord.record.elsewhere import State
from onrecord.record.errors import Forked, HighWaterDamaged
from onrecord.record.models import Leaf, LogHead, Node, Opening, Witness
from tests.append_only import guards_lifted
from tests.outbound.servers import Answer, Seen, serving
from tests.record.cast import ORIGIN, append, append_many
from tests.record.witnesses import witness

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Mirror:
    """A mirror that shows what the test says."""

    url: str = ""
    shows: Answer = field(default_factory=lambda: Answer(404))
    asked: int = 0

    def answer(self, _asked: Seen) -> Answer:
        """Answer one request."""
        self.asked += 1
        return self.shows


@pytest.fixture
def mirror(settings: Settings) -> Iterator[Mirror]:
    """Run a mirror that the settings name, for an organisation whose log this is."""
    Organisation.objects.create(
        id=1, name="Elmford", address="https://news.example.org", languages=["en"], time_zone="UTC"
    )
    mirror = Mirror()
    with serving(mirror.answer) as server:
        mirror.url = server.url.rstrip("/")
        settings.MIRRORS = (mirror.url,)
        settings.ALLOW_PRIVATE_ADDRESSES = True
        yield mirror


def only() -> elsewhere.Answer:
    """Ask, and return the one answer."""
    (answer,) = elsewhere.ask(ORIGIN)
    return answer


def go_back_to(names: str) -> None:
    """Restore an older database on a machine that knows nothing else."""
    with guards_lifted():
        for model in (LogHead, Opening, Node, Leaf):
            model.objects.all().delete()
    high_water.path().unlink()
    if names:
        append_many(names)


def test_a_mirror_that_has_the_same_or_less_stops_nothing(mirror: Mirror) -> None:
    append("a")
    mirror.shows = Answer(200, pages.checkpoint_file().body)
    assert (only().state, only().size) == (State.AGREES, 1)
    append("b")
    assert only().state is State.BEHIND
    assert append("c").index == 2
    assert not sightings.path().exists()


def test_a_mirror_that_has_more_stops_every_process_until_the_log_has_caught_up(mirror: Mirror) -> None:
    append_many("abc")
    newest = pages.checkpoint_file().body
    mirror.shows = Answer(200, newest)
    go_back_to("ab")
    guard.refuse_fork()  # nothing on this machine tells
    assert (only().state, only().size) == (State.AHEAD, 3)
    mirror.shows = Answer(500)  # what was seen once is not forgotten
    assert only().state is State.SILENT
    with pytest.raises(Forked, match=rf"The mirror {mirror.url} holds a checkpoint over 3 .* has 2 of"):
        append("d")
    with pytest.raises(Forked, match=r"`onrecord log recover --from`"):
        guard.refuse_fork()
    sightings.path().rename(sightings.path().with_name("kept"))
    assert append("c").index == 2
    sightings.path().with_name("kept").replace(sightings.path())
    guard.refuse_fork()
    only()
    assert not sightings.path().exists()


def test_a_mirror_with_another_tree_stops_the_log(mirror: Mirror) -> None:
    append_many("abc")
    mirror.shows = Answer(200, pages.checkpoint_file().body)
    go_back_to("xyz")
    assert only().state is State.DIFFERS
    with pytest.raises(Forked, match=r"holds another tree over the first 3 leaves"):
        append("d")
    assert [problem.id for problem in mirror_checks.problems()] == ["record.E007"]


def test_a_database_without_a_log_does_not_begin_a_new_one(mirror: Mirror) -> None:
    append_many("abc")
    mirror.shows = Answer(200, pages.checkpoint_file().body)
    go_back_to("")
    elsewhere.forget_asking()
    with pytest.raises(Forked, match=r"this database has none\. The database was lost"):
        append("a")


def test_nobody_can_stop_the_log_without_its_key(mirror: Mirror) -> None:
    append("a")
    stranger = PrivateKey(ORIGIN, Ed25519PrivateKey.generate())
    for forged in (
        Answer(200, sign(Checkpoint(ORIGIN, 9, bytes(32)), stranger)),
        Answer(200, b"nonsense"),
        Answer(200, sign(Checkpoint("else.example/log", 9, bytes(32)), stranger)),
    ):
        mirror.shows = forged
        assert only().state is State.NOT_OURS
        assert [problem.id for problem in mirror_checks.problems()] == ["record.W011"]
    elsewhere.note("Somebody", sign(Checkpoint(ORIGIN, 9, bytes(32)), stranger), origin=ORIGIN)
    assert append("b").index == 1


def test_who_does_not_answer_is_reported_and_stops_nothing(mirror: Mirror, settings: Settings) -> None:
    append("a")
    settings.MIRRORS = ("http://127.0.0.1:1/",)
    assert only().state is State.SILENT
    assert [problem.id for problem in mirror_checks.problems()] == ["record.W010"]
    mirror.shows = Answer(404)
    settings.MIRRORS = (mirror.url,)
    assert [problem.id for problem in mirror_checks.problems()] == ["record.W011"]
    assert append("b").index == 1


def test_others_are_asked_before_the_first_signature_and_then_now_and_then(mirror: Mirror) -> None:
    elsewhere.ask_before_signing(ORIGIN)
    elsewhere.ask_before_signing(ORIGIN)
    assert (mirror.asked, elsewhere.is_due()) == (1, False)
    elsewhere.forget_asking()
    assert elsewhere.is_due()
    elsewhere.ask_before_signing(ORIGIN)
    stamp = keys.directory() / elsewhere.ASKED
    os.utime(stamp, (0, stamp.stat().st_mtime - elsewhere.STALE_SECONDS - 1))
    elsewhere.ask_before_signing(ORIGIN)
    assert mirror.asked == 3


def test_a_witness_that_shows_more_stops_the_log(mirror: Mirror, settings: Settings) -> None:
    settings.MIRRORS = ()
    append_many("abc")
    with witness("wanda") as wanda:
        wanda.size, wanda.seen = 3, pages.checkpoint_file().body
        go_back_to("ab")
        assert only().where == "The witness wanda.example/witness"
        with pytest.raises(Forked, match=r"The witness wanda\.example/witness holds a checkpoint over 3"):
            append("d")


def test_a_witness_that_only_remembers_a_size_stops_the_log_as_long_as_it_is_asked(
    mirror: Mirror, settings: Settings
) -> None:
    settings.MIRRORS = ()
    append_many("ab")
    with witness("wanda") as wanda:
        wanda.size = 3
        assert (only().state, only().size, only().note) == (State.AHEAD, 3, b"")
        with pytest.raises(Forked, match=r"says that it has seen 3 leaves .* has 2 of .*If it is wrong"):
            append("d")
        Witness.objects.update(active=False)
        assert elsewhere.ask(ORIGIN) == []
        assert append("d").index == 2


def test_a_checkpoint_that_is_shown_to_ask_for_a_size_is_noted_before(
    mirror: Mirror, settings: Settings
) -> None:
    settings.MIRRORS = ()
    append_many("ab")
    high_water.path().unlink()  # as if the program had been ended just before it was written
    with witness("wanda") as wanda:
        only()
        assert wanda.size == 2
    noted = high_water.read()
    assert noted is not None
    assert checkpoint.parse(noted).size == 2


def test_a_log_that_was_stopped_is_journalled_once(mirror: Mirror) -> None:
    append_many("abc")
    mirror.shows = Answer(200, pages.checkpoint_file().body)
    elsewhere.watch(ORIGIN)
    assert not Entry.objects.filter(event="record.stopped").exists()
    go_back_to("ab")
    for _ in range(2):
        elsewhere.watch(ORIGIN)
    entry = Entry.objects.get(event="record.stopped")
    assert entry.data["reason"].startswith(f"The mirror {mirror.url} holds a checkpoint over 3 leaves")


def test_a_damaged_file_of_what_was_seen_stops_the_log(mirror: Mirror) -> None:
    append("a")
    sightings.path().write_text('{"where": "x"}\n')
    with pytest.raises(HighWaterDamaged, match=r"log\.seen-elsewhere is damaged .* Remove it and run"):
        append("b")
