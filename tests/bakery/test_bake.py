# SPDX-License-Identifier: Apache-2.0
"""Some pages are baked: what changes, what goes, what is refused."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import pytest

from onrecord.bakery import generation
from onrecord.bakery.actions import Baked, bake
from onrecord.bakery.errors import (
    AddressTaken,
    MisleadingName,
    UnknownFamily,
    UnsafeAddress,
    WriteOnceRefused,
)
from onrecord.bakery.locks import Locks
from onrecord.bakery.models import BakedFile
from onrecord.bakery.pages import Family, File, Key, register
from onrecord.bakery.targets.directory import DirectoryTarget
from tests.bakery.conftest import Shelf, a_file, a_page

pytestmark = pytest.mark.django_db


def test_a_page_becomes_an_index_file_with_its_twins(shelf: Shelf, site: Path) -> None:
    done = bake([shelf.put("a", a_page("/s/2026/water/", "Water"))])
    assert done == Baked(keys=1, written=1)
    names = sorted(path.name for path in (site / "s/2026/water").iterdir())
    assert names == ["index.html", "index.html.br", "index.html.gz"]


def test_unchanged_bytes_are_not_written_again(shelf: Shelf, site: Path) -> None:
    key = shelf.put("a", a_page("/a/", "A"))
    bake([key])
    before = {path: path.stat().st_ino for path in site.rglob("*")}
    count = generation.watch(site)[:]
    assert bake([key]) == Baked(keys=1, unchanged=1)
    assert {path: path.stat().st_ino for path in site.rglob("*")} == before
    assert generation.watch(site)[:] == count


def test_a_bake_that_changes_something_tells_the_servers(shelf: Shelf, site: Path) -> None:
    bake([shelf.put("a", a_page("/a/", "A"))])
    count = generation.watch(site)
    before = count[:]
    bake([shelf.put("a", a_page("/a/", "B"))])
    assert count[:] != before


def test_a_key_loses_the_files_it_no_longer_yields(shelf: Shelf, site: Path) -> None:
    bake([shelf.put("a", a_page("/a/", "A"), a_page("/deep/er/b/", "B"), a_page("/deep/c/", "C"))])
    done = bake([shelf.put("a", a_page("/a/", "A"), a_page("/deep/c/", "C"))])
    assert done == Baked(keys=1, unchanged=2, removed=1)
    assert not (site / "deep/er").exists(), "folders that become empty go too"
    assert (site / "deep/c/index.html").exists()
    assert set(BakedFile.objects.values_list("path", flat=True)) == {"/a/", "/deep/c/"}


def test_a_key_that_is_gone_takes_its_files_with_it(shelf: Shelf, site: Path) -> None:
    bake([shelf.put("a", a_page("/a/", "A"))])
    assert bake([shelf.drop("a")]).removed == 1
    assert not list(site.iterdir())


def test_two_keys_may_not_yield_the_same_address(shelf: Shelf, site: Path) -> None:
    one, two = shelf.put("one", a_page("/a/", "One")), shelf.put("two", a_page("/a/", "Two"))
    bake([one])
    with pytest.raises(AddressTaken, match=r'/a/ is yielded by shelf \["two"\] and by shelf \["one"\]'):
        bake([two])
    assert b"One" in (site / "a/index.html").read_bytes()


def test_two_keys_of_one_bake_may_not_yield_the_same_address(shelf: Shelf, site: Path) -> None:
    with pytest.raises(AddressTaken, match=r'shelf \["two"\] and by shelf \["one"\]'):
        bake([shelf.put("one", a_page("/a/", "One")), shelf.put("two", a_page("/a/", "Two"))])
    assert not site.exists(), "nothing is written before everything is known to be right"


def test_an_address_moves_from_one_key_to_another_in_one_bake(shelf: Shelf, site: Path) -> None:
    bake([shelf.put("one", a_page("/a/", "One"))])
    bake([shelf.put("two", a_page("/a/", "Two")), shelf.put("one", a_page("/b/", "One"))])
    assert b"Two" in (site / "a/index.html").read_bytes()
    owners = dict(BakedFile.objects.values_list("path", "key"))
    assert owners == {"/a/": '["two"]', "/b/": '["one"]'}


def test_a_file_that_is_written_once_is_refused_with_other_bytes(shelf: Shelf, site: Path) -> None:
    key = shelf.put("a", a_file("/s/1.json", '{"a":1}', immutable=True))
    bake([key])
    assert bake([key]).unchanged == 1
    with pytest.raises(
        WriteOnceRefused, match=r"/s/1\.json is written once and was baked with sha256 015abd7f"
    ):
        bake([shelf.put("a", a_file("/s/1.json", '{"a":2}', immutable=True))])
    assert (site / "s/1.json").read_bytes() == b'{"a":1}'


def test_a_file_that_is_written_once_is_remembered_when_the_directory_is_lost(
    shelf: Shelf, site: Path
) -> None:
    bake([shelf.put("a", a_file("/s/1.json", '{"a":1}', immutable=True))])
    (site / "s/1.json").unlink()
    with pytest.raises(WriteOnceRefused):
        bake([shelf.put("a", a_file("/s/1.json", '{"a":2}', immutable=True))])
    bake([shelf.put("a", a_file("/s/1.json", '{"a":1}', immutable=True))])
    assert (site / "s/1.json").exists()


def test_a_name_must_say_the_media_type(shelf: Shelf) -> None:
    with pytest.raises(MisleadingName, match=r"/feed.xml is to be 'text/xml', but by its name .*rss\+xml"):
        bake([shelf.put("a", File("/feed.xml", b"<rss/>", "text/xml"))])


def test_a_file_that_readers_keep_for_a_year_must_be_immutable(shelf: Shelf) -> None:
    with pytest.raises(MisleadingName, match="keep it for a year"):
        bake([shelf.put("a", a_file("/assets/site.3f2a9c01.css", "p{}"))])


def test_an_address_that_leaves_the_directory_is_refused(shelf: Shelf, site: Path) -> None:
    with pytest.raises(UnsafeAddress, match=r"starts with '\.'"):
        bake([shelf.put("a", a_page("/a/", "A"), File("/../evil.txt", b"", "text/plain"))])
    assert not site.exists()
    assert not (site.parent / "evil.txt").exists()


def test_a_page_below_a_file_is_refused(shelf: Shelf) -> None:
    with pytest.raises(AddressTaken, match="a file where a folder is needed"):
        bake([shelf.put("a", a_file("/a.txt", "x"), a_file("/a.txt/b.txt", "y"))])
    with pytest.raises(AddressTaken, match="a folder where a file is needed"):
        bake([shelf.put("a", a_file("/d/b.txt", "y"), a_file("/d", "x"))])


def test_an_unknown_family_is_named(shelf: Shelf) -> None:
    with pytest.raises(UnknownFamily, match=r"Nobody registered a family 'shelves'\. Known: shelf"):
        bake([("shelves", ("a",))])


def test_an_error_in_one_page_leaves_the_site_as_it_was(shelf: Shelf, site: Path) -> None:
    def fail(key: Key) -> list[File]:
        raise ZeroDivisionError(key)

    register(Family("broken", lambda: iter([("x",)]), fail))
    with pytest.raises(ZeroDivisionError):
        bake([shelf.put("a", a_page("/a/", "A")), ("broken", ("x",))])
    assert not site.exists()


def test_a_bake_killed_between_two_files_is_completed_by_the_next(
    shelf: Shelf, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = shelf.put("a", a_page("/a/", "A"), a_page("/b/", "B"))
    whole = DirectoryTarget._write

    def killed(target: DirectoryTarget, file: File) -> bool:
        if file.path == "/b/":
            raise KeyboardInterrupt
        return whole(target, file)

    monkeypatch.setattr(DirectoryTarget, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        bake([key])
    monkeypatch.setattr(DirectoryTarget, "_write", whole)
    assert (site / "a/index.html").exists()
    assert not BakedFile.objects.exists()
    assert bake([key]) == Baked(keys=1, written=1, unchanged=1)
    assert BakedFile.objects.count() == 2


def _bake_slowly(home: Path, started: float) -> None:
    with Locks(home / "site").keys(['shelf ["a"]']):
        time.sleep(started)


def test_of_two_processes_the_later_renders_after_the_earlier_has_written(shelf: Shelf, site: Path) -> None:
    other = multiprocessing.get_context("fork").Process(target=_bake_slowly, args=(site.parent, 0.4))
    key = shelf.put("a", a_page("/a/", "A"))
    other.start()
    time.sleep(0.15)
    start = time.monotonic()
    bake([key])
    other.join()
    assert time.monotonic() - start > 0.1
