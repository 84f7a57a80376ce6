# SPDX-License-Identifier: Apache-2.0
"""Everything is baked: on all processors, whatever else happens meanwhile."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from django.db import connection

from onrecord.bakery import pages, processes
from onrecord.bakery.actions import bake, bake_all
from onrecord.bakery.batch import numbers_of
from onrecord.bakery.errors import AddressTaken, BakeIncomplete, FullBakeRunning
from onrecord.bakery.locks import Locks
from onrecord.bakery.models import BakedFile
from onrecord.bakery.pages import Family, File, Key, register
from onrecord.bakery.targets.directory import TEMPORARY
from tests.bakery.conftest import Shelf, a_file, a_page


def fill(shelf: Shelf, number: int) -> None:
    for one in range(number):
        shelf.put(f"{one}", a_page(f"/s/{one}/", f"Statement {one}"), a_file(f"/s/{one}/1.json", f"{one}"))


@pytest.mark.django_db(transaction=True)
def test_every_key_of_every_family_is_baked_by_several_processes(shelf: Shelf, site: Path) -> None:
    fill(shelf, 300)
    seen: list[tuple[int, int | None]] = []
    done = bake_all(progress=lambda now, of: seen.append((now, of)), workers=2)
    assert (done.keys, done.written, done.unchanged, done.removed) == (300, 600, 0, 0)
    assert seen[-1] == (300, 300)
    assert BakedFile.objects.count() == 600
    assert b"Statement 299" in (site / "s/299/index.html").read_bytes()
    assert not shelf.rendered, "the children did it"
    assert bake_all(workers=2).unchanged == 600


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shelf")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite maps the database into memory")
def test_no_process_of_a_full_bake_maps_the_database(site: Path) -> None:
    def mapped() -> str:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size")
            return str(cursor.fetchone())

    connection.close()
    assert mapped() != "(0,)"
    register(Family("sizes", lambda: iter([("one",)]), lambda _key: [a_file("/size.txt", mapped())]))
    bake_all(workers=1)
    assert (site / "size.txt").read_text() == "(0,)"
    assert mapped() == "(0,)"
    connection.close()
    assert mapped() != "(0,)", "the next one is as others are"


@pytest.mark.django_db
def test_a_small_machine_bakes_in_one_process(shelf: Shelf) -> None:
    fill(shelf, 3)
    assert bake_all(workers=0).written == 6
    assert len(shelf.rendered) == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_no_query_for_keys_is_open_while_pages_are_rendered() -> None:
    open_queries = 0

    def keys() -> Iterator[Key]:
        nonlocal open_queries
        open_queries += 1
        yield from ((f"{number}",) for number in range(100))
        open_queries -= 1

    def render(key: Key) -> list[File]:
        assert not open_queries, "SQLite lets nobody write who still reads what is older than the last write"
        return [a_file(f"/s/{key[0]}/1.json", f"{key[0]}")]

    register(Family("numbers", keys, render))
    assert bake_all(workers=0).written == 100


@pytest.mark.django_db
@pytest.mark.usefixtures("shelf")
def test_families_of_one_group_are_taken_side_by_side() -> None:
    taken: list[tuple[str, str]] = []
    together: list[set[int]] = []

    def family(name: str, *keys: Key) -> Family:
        def render(key: Key) -> list[File]:
            taken.append((name, "/".join(key)))
            together.append(set(numbers_of("statement")))
            return []

        return Family(name, lambda: iter(keys), render, group="statement")

    register(family("pages", ("2",), ("2", "7"), ("10",)))
    register(family("objects", ("2",), ("3",), ("10",)))
    bake_all(workers=0)
    assert taken == [
        *(("pages", "2"), ("pages", "2/7"), ("objects", "2")),
        ("objects", "3"),
        *(("pages", "10"), ("objects", "10")),
    ]
    assert together == [{2, 3, 10}] * 6
    assert not numbers_of("statement"), "it is known within a batch alone"


@pytest.mark.django_db
def test_a_full_bake_waits_for_who_bakes_a_key_and_not_for_itself(site: Path) -> None:
    locks = Locks(site)
    with locks.keys_of_full_bake(["a"]), locks.keys_of_full_bake(["a"]):
        assert not may_lock(site, "keys", "a")
    with locks.keys(["a"]):
        assert not may_lock(site, "keys_of_full_bake", "a")
        assert may_lock(site, "keys", "b")


def may_lock(site: Path, how: str, name: str) -> bool:
    """Tell whether another process gets a lock at once."""
    child = os.fork()
    if not child:
        signal.alarm(1)  # ends this process if it has to wait
        with getattr(Locks(site), how)([name]):
            os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.django_db
def test_files_that_no_key_owns_are_removed(shelf: Shelf, site: Path) -> None:
    fill(shelf, 1)
    (site / "old/deep").mkdir(parents=True)
    for stray in (".env", "old/deep/page.html", f"{TEMPORARY}0", "s.br"):
        (site / stray).write_text("stray")
    assert bake_all(workers=0).removed == 4
    assert sorted(path.name for path in site.rglob("*") if path.is_file()) == [
        "1.json",
        "index.html",
        "index.html.br",
        "index.html.gz",
    ]
    assert not (site / "old").exists()


@pytest.mark.django_db
def test_keys_that_are_gone_lose_their_files(shelf: Shelf, site: Path) -> None:
    fill(shelf, 3)
    bake_all(workers=0)
    shelf.drop("1")
    shelf.put("2", a_page("/s/2/", "Statement 2"))
    assert bake_all(workers=0).removed == 3
    assert not (site / "s/1").exists()
    assert not (site / "s/2/1.json").exists()


@pytest.mark.django_db
def test_files_of_a_family_that_is_gone_are_removed(shelf: Shelf, site: Path) -> None:
    fill(shelf, 1)
    bake_all(workers=0)
    pages.families.clear()
    assert bake_all(workers=0).removed == 2
    assert not BakedFile.objects.exists()


@pytest.mark.django_db
def test_a_page_baked_by_another_process_meanwhile_is_kept(shelf: Shelf, site: Path) -> None:
    fill(shelf, 2)
    bake_all(workers=0)

    def publish(now: int, of: int | None) -> None:
        # Key 0 was rendered by the full bake; now it gets a second edition.
        bake([shelf.put("0", a_page("/s/0/", "Statement 0"), a_file("/s/0/2.json", "2"))])
        bake([shelf.put("new", a_page("/s/new/", "New"))])

    bake_all(progress=publish, workers=0)
    assert (site / "s/0/2.json").exists()
    assert (site / "s/new/index.html").exists()
    assert set(BakedFile.objects.values_list("path", flat=True)) == {
        "/s/0/",
        "/s/0/2.json",
        "/s/1/",
        "/s/1/1.json",
        "/s/new/",
    }


@pytest.mark.django_db
def test_a_key_that_fails_does_not_stop_the_others(shelf: Shelf, site: Path) -> None:
    def fail(key: Key) -> list[File]:
        raise ZeroDivisionError(f"cannot render {key[0]}")

    fill(shelf, 2)
    register(Family("broken", lambda: iter([("x",)]), fail))
    with pytest.raises(
        BakeIncomplete, match=r'1 of 3 keys .*\nbroken \["x"\]: ZeroDivisionError: cannot render x'
    ):
        bake_all(workers=0)
    assert (site / "s/1/index.html").exists()


@pytest.mark.django_db
def test_an_address_yielded_twice_is_reported_with_both_keys(shelf: Shelf) -> None:
    shelf.put("one", a_page("/a/", "One"))
    shelf.put("two", a_page("/a/", "Two"))
    with pytest.raises(BakeIncomplete, match=AddressTaken.__name__):
        bake_all(workers=0)


@pytest.mark.django_db
def test_an_address_may_move_from_a_later_key_to_an_earlier(shelf: Shelf, site: Path) -> None:
    shelf.put("one", a_page("/a/", "One"))
    shelf.put("two", a_page("/b/", "Two"))
    bake_all(workers=0)
    shelf.put("one", a_page("/b/", "One"))
    shelf.put("two", a_page("/a/", "Two"))
    bake_all(workers=0)
    assert b"Two" in (site / "a/index.html").read_bytes()
    assert b"One" in (site / "b/index.html").read_bytes()
    assert dict(BakedFile.objects.values_list("path", "key")) == {"/a/": '["two"]', "/b/": '["one"]'}


@pytest.mark.django_db
def test_only_one_full_bake_runs_at_a_time(shelf: Shelf, site: Path) -> None:
    with Locks(site).full_bake(), pytest.raises(FullBakeRunning, match="Wait until it is done"):
        bake_all(workers=0)


@pytest.mark.django_db(transaction=True)
def test_a_child_that_dies_is_reported(shelf: Shelf) -> None:
    def die(key: Key) -> list[File]:
        os._exit(9)

    register(Family("deadly", lambda: iter([("x",)]), die))
    with pytest.raises(BakeIncomplete, match="ended with status 9"):
        bake_all(workers=2)


@pytest.mark.django_db(transaction=True)
def test_a_child_that_was_forked_while_another_thread_held_a_lock_is_replaced(
    shelf: Shelf, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shelf, 3)
    held, forked = threading.Lock(), []
    fork = processes._Team._fork

    def forks(team: processes._Team[object, object], name: str) -> Connection:
        forked.append(name)
        return fork(team, name)

    def begins() -> None:
        if len(forked) == 1:
            held.acquire()  # as a lock inside SQLite: whoever holds it is not in this process

    held.acquire()
    monkeypatch.setattr(processes, "BEGINS_WITHIN_SECONDS", 1.0)
    monkeypatch.setattr(processes, "_open_the_database", begins)
    monkeypatch.setattr(processes._Team, "_fork", forks)
    assert bake_all(workers=1).keys == 3
    assert forked == ["bakery 1", "bakery 1"]


def test_a_lock_is_free_once_its_holder_lets_go_whoever_was_forked_meanwhile(tmp_path: Path) -> None:
    locks = Locks(tmp_path / "site")
    with locks.full_bake():
        child = os.fork()
        if child == 0:
            signal.pause()
    try:
        with locks.full_bake():
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
