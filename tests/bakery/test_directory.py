# SPDX-License-Identifier: Apache-2.0
"""The directory while it is written: whole files, twins of the same version, whatever happens."""

from __future__ import annotations

import gzip
import os
import threading
from contextlib import suppress
from pathlib import Path

import brotli
import pytest

from onrecord.bakery import addresses, headers
from onrecord.bakery.errors import WriteOnceRefused
from onrecord.bakery.targets import directory, durable
from onrecord.bakery.targets.directory import TEMPORARY, DirectoryTarget
from tests.bakery.conftest import a_file, a_page


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_twins_hold_the_same_bytes(root: Path) -> None:
    page = a_page("/a/", "Water is back")
    DirectoryTarget(root).write(page)
    assert brotli.decompress((root / "a/index.html.br").read_bytes()) == page.body
    assert gzip.decompress((root / "a/index.html.gz").read_bytes()) == page.body


def test_only_text_that_gets_smaller_has_twins(root: Path) -> None:
    target = DirectoryTarget(root)
    target.write(a_file("/picture.png", b"\x00" * 5000))
    target.write(a_file("/short.txt", "short"))
    target.write(a_file("/noise.txt", os.urandom(400)))
    assert sorted(path.name for path in root.iterdir()) == ["noise.txt", "picture.png", "short.txt"]


def test_a_proof_has_no_twins(root: Path) -> None:
    proof = a_file("/a/1.tlog-proof", "a proof\n" * 100)
    DirectoryTarget(root).write(proof)
    assert [path.name for path in (root / "a").iterdir()] == ["1.tlog-proof"]


def test_without_isal_the_twin_is_as_good(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "_gzip", directory._with_zlib)
    page = a_page("/a/", "A")
    DirectoryTarget(root).write(page)
    assert gzip.decompress((root / "a/index.html.gz").read_bytes()) == page.body


def test_a_missing_twin_is_written_again(root: Path) -> None:
    target, page = DirectoryTarget(root), a_page("/a/", "A")
    target.write(page)
    (root / "a/index.html.br").unlink()
    assert target.write(page)
    assert not target.write(page)
    assert (root / "a/index.html.br").exists()


def test_a_twin_that_was_there_before_the_page_is_replaced(root: Path) -> None:
    page = a_page("/a/", "Water is back")
    (root / "a").mkdir(parents=True)
    (root / "a/index.html.gz").write_bytes(gzip.compress(b"Somebody else wrote this."))
    DirectoryTarget(root).write(page)
    assert gzip.decompress((root / "a/index.html.gz").read_bytes()) == page.body


def test_a_page_that_becomes_short_loses_its_twins(root: Path) -> None:
    target = DirectoryTarget(root)
    target.write(a_page("/a/", "A"))
    target.write(a_file("/a/", "<p>"))
    assert [path.name for path in (root / "a").iterdir()] == ["index.html"]


def test_a_file_that_is_written_once_names_both_hashes(root: Path) -> None:
    target = DirectoryTarget(root)
    target.write(a_file("/1.json", "1", immutable=True))
    with pytest.raises(WriteOnceRefused, match=r"holds sha256 6b86b273.*have sha256 d4735e3a"):
        target.write(a_file("/1.json", "2", immutable=True))


@pytest.mark.parametrize("waits_with", ["syncfs", "fsync"])
def test_a_file_that_is_written_once_reaches_the_disk_before_it_has_its_name(
    root: Path, monkeypatch: pytest.MonkeyPatch, waits_with: str
) -> None:
    steps: list[str] = []
    wait = durable.syncfs if waits_with == "syncfs" else os.fsync
    replace = os.replace
    if wait is None:
        pytest.skip("this system has no syncfs")

    def noted_wait(descriptor: int) -> None:
        steps.append("wait")
        wait(descriptor)

    def noted_replace(new: str, old: str) -> None:
        steps.append("name")
        replace(new, old)

    monkeypatch.setattr(durable, "syncfs", noted_wait if waits_with == "syncfs" else None)
    monkeypatch.setattr(os, "fsync", noted_wait)
    monkeypatch.setattr(os, "replace", noted_replace)
    DirectoryTarget(root).write(a_file("/1.json", "1", immutable=True))
    assert steps[:2] == ["wait", "name"]
    assert "wait" in steps[2:], "the folder too"


def test_a_reader_never_sees_half_a_page_nor_a_twin_of_another(root: Path) -> None:
    target = DirectoryTarget(root)
    versions = [a_page("/a/", str(number) * 500) for number in range(2)]
    target.write(versions[0])
    over = threading.Event()
    problems: list[str] = []

    def read() -> None:
        path = root / "a/index.html"
        while not over.is_set():
            with path.open("rb") as file:  # held open, so that no other file gets its number
                body, twin = file.read(), _twin_of(path)
                still = os.path.samestat(os.fstat(file.fileno()), path.stat())
            if body not in {version.body for version in versions}:
                problems.append(f"half a page: {len(body)} bytes")
            if still and twin not in {None, body}:
                problems.append("a twin of another version")

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(400):
        target.write(versions[number % 2])
    over.set()
    reader.join()
    assert not problems


def _twin_of(path: Path) -> bytes | None:
    try:
        return brotli.decompress(path.with_name(path.name + ".br").read_bytes())  # type: ignore[no-any-return]  # no types
    except FileNotFoundError:
        return None


@pytest.mark.parametrize("step", range(9))
def test_killed_at_any_step_what_is_left_is_consistent(
    root: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Each call that changes the directory is one step; the process dies before it."""
    target, old, new = DirectoryTarget(root), a_page("/a/", "old"), a_page("/a/", "new")
    target.write(old)
    left = [step]

    def dying(name: str) -> None:
        whole = getattr(os, name)

        def call(*arguments: object) -> object:
            if left[0] == 0:
                raise SystemExit
            left[0] -= 1
            return whole(*arguments)

        monkeypatch.setattr(os, name, call)

    for name in ("unlink", "replace", "write"):
        dying(name)
    with suppress(SystemExit):
        target.write(new)
    monkeypatch.undo()
    body = (root / "a/index.html").read_bytes()
    assert body in {old.body, new.body}
    twin = _twin_of(root / "a/index.html")
    assert twin is None or twin == body
    target.write(new)
    assert (root / "a/index.html").read_bytes() == new.body
    assert _twin_of(root / "a/index.html") == new.body


def test_many_writers_and_removers_share_folders(root: Path) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        target = DirectoryTarget(root)
        try:
            for _ in range(60):
                target.write(a_file(f"/shared/deep/{number}.txt", "x"))
                target.remove(f"/shared/deep/{number}.txt")
        except BaseException as error:  # shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert not (root / "shared").exists()


def test_everything_stored_is_listed_with_its_address(root: Path) -> None:
    target = DirectoryTarget(root)
    target.write(a_page("/a/", "A"))
    (root / f"{TEMPORARY}x").write_text("half")
    assert sorted(target.stored()) == [
        (f"{TEMPORARY}x", f"/{TEMPORARY}x"),
        ("a/index.html", "/a/"),
        ("a/index.html.br", "/a/"),
        ("a/index.html.gz", "/a/"),
    ]


def test_assets_are_compressed_as_hard_as_possible() -> None:
    body = "".join(
        f".c{number * 7919 % 1000} {{ margin: {number % 13}px }}\n" for number in range(500)
    ).encode()
    asset = directory.compress(body, "br", "/assets/site.3f2a9c01.css")
    assert len(asset) < len(directory.compress(body, "br", "/a/"))
    assert brotli.decompress(asset) == body


def test_every_ending_of_the_table_is_text_or_not_by_its_charset() -> None:
    for ending, media_type in headers.ENDINGS.items():
        assert headers.is_text(f"/x.{ending}") == ("charset" in media_type)
        addresses.check(f"/x.{ending}")


def test_a_refusal_among_files_that_are_written_once_leaves_nothing_behind(root: Path) -> None:
    target = DirectoryTarget(root)
    target.write(a_file("/1.json", "1", immutable=True))
    with pytest.raises(WriteOnceRefused):
        target.write(
            a_file("/0.json", "0", immutable=True), a_file("/1.json", "2", immutable=True), a_page("/", "F")
        )
    assert [path.name for path in root.iterdir()] == ["1.json"]
