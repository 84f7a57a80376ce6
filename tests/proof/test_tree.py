# SPDX-License-Identifier: Apache-2.0
"""The walk over all files of a log: it reaches the root, and names the very file that was damaged."""

from __future__ import annotations

import pytest

from onrecord.proof import tiles
from onrecord.proof.merkle import leaf_hash, root_of
from onrecord.proof.tiles import TILE_WIDTH, Tile
from onrecord.proof.tree import Defect, Entries, TreeWalk
from tests.proof.cast import naive_root


def _log(size: int) -> tuple[bytes, dict[str, bytes]]:
    """Return root and files of a log, written by the plain definition of tlog-tiles."""
    entries = [b"entry %d" % number * (1 + number % 3 // 2) for number in range(size)]
    files: dict[str, bytes] = {}
    row, level = [leaf_hash(entry) for entry in entries], 0
    root = root_of(row)
    while row:
        for number in range(-(-len(row) // TILE_WIDTH)):
            part = row[number * TILE_WIDTH : (number + 1) * TILE_WIDTH]
            tile = Tile(level, number, len(part))
            files[tile.path] = b"".join(part)
            if level == 0:
                files[tile.bundle_path] = tiles.encode_bundle(entries[tile.start : tile.start + tile.width])
        full = len(row) // TILE_WIDTH
        row = [naive_root(row[n * TILE_WIDTH : (n + 1) * TILE_WIDTH]) for n in range(full)]
        level += 1
    return root, files


def _walked(size: int, root: bytes, files: dict[str, bytes]) -> tuple[list[Defect], list[bytes]]:
    found = list(TreeWalk(size, root, files.get))
    entries = [entry for one in found if isinstance(one, Entries) for entry in one.entries]
    return [one for one in found if isinstance(one, Defect)], entries


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 700])
def test_a_whole_log_is_walked_through_without_a_word(size: int) -> None:
    root, files = _log(size)
    defects, entries = _walked(size, root, files)
    assert (defects, len(entries)) == ([], size)


def test_a_log_of_three_levels_is_walked_through() -> None:
    size = TILE_WIDTH**2 + 300
    root, files = _log(size)
    assert {path.split("/")[1] for path in files} == {"0", "1", "2", "entries"}
    assert _walked(size, root, files)[0] == []
    files["tile/2/000.p/1"] = bytes(32)
    assert [(one.code, one.file, one.position) for one in _walked(size, root, files)[0]] == [
        ("tile", "tile/2/000.p/1", 0)
    ]


def test_another_root_is_told() -> None:
    _, files = _log(300)
    (defect,), _ = _walked(300, bytes(32), files)
    assert (defect.code, defect.file) == ("root", "checkpoint")
    assert "the checkpoint says 0000" in defect.message


@pytest.mark.parametrize(
    ("path", "at", "expected"),
    [
        ("tile/0/000", 40, ("tile", "tile/0/000", 1)),
        ("tile/0/001", 8191, ("tile", "tile/0/001", 511)),
        ("tile/0/002.p/88", 0, ("tile", "tile/0/002.p/88", 512)),
        ("tile/1/000.p/2", 33, ("tile", "tile/1/000.p/2", 1)),
        ("tile/entries/000", 5, ("entries", "tile/entries/000", 0)),
        ("tile/entries/002.p/88", 3, ("entries", "tile/entries/002.p/88", 512)),
    ],
)
def test_the_damaged_file_is_named_and_no_other(path: str, at: int, expected: tuple[str, str, int]) -> None:
    root, files = _log(600)
    changed = bytearray(files[path])
    changed[at] ^= 1
    defects, _ = _walked(600, root, {**files, path: bytes(changed)})
    assert [(one.code, one.file, one.position) for one in defects] == [expected]


def test_every_missing_file_is_named() -> None:
    root, files = _log(600)
    for path in files:
        defects, _ = _walked(600, root, {name: data for name, data in files.items() if name != path})
        assert [one.file for one in defects] == [path]
        assert "missing" in defects[0].message
    for path, data in files.items():
        defects, _ = _walked(600, root, {**files, path: data[:-1]})
        assert [one.file for one in defects] == [path]


def test_partial_tiles_may_have_given_way_to_full_ones() -> None:
    root, files = _log(600)
    _, later = _log(768)
    assert not any(path.startswith("tile/0/002.p") for path in later)
    assert _walked(600, root, {"tile/1/000.p/2": files["tile/1/000.p/2"], **later})[0] == []


def test_roots_of_earlier_sizes_are_found_on_the_way() -> None:
    root, files = _log(600)
    sizes = {1, 255, 256, 257, 512, 600, 601}
    walked = TreeWalk(600, root, files.get)
    found = {
        size: value for one in walked if isinstance(one, Entries) for size, value in one.roots(set(sizes))
    }
    assert found == {size: _log(size)[0] for size in sizes - {601}}
