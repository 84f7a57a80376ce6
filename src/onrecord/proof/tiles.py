# SPDX-License-Identifier: Apache-2.0
"""Tiles and entry bundles: the log as static files (c2sp.org/tlog-tiles; docs/record.md A2).

Tile (level, number) holds up to 256 hashes; at level 0 leaf hashes, above it the roots of full tiles below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from onrecord.proof.errors import BadTile, OutOfRange
from onrecord.proof.merkle import HASH_SIZE, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_ENTRY_SIZE = 0xFFFF
_LENGTH_SIZE = 2


@dataclass(frozen=True, slots=True)
class Tile:
    """The name of a tile, or, at level 0, of the entry bundle beside it."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def full(self) -> bool:
        """Whether nothing can be added to it any more."""
        return self.width == TILE_WIDTH

    @property
    def start(self) -> int:
        """The index, at its level, of its first hash."""
        return self.number * TILE_WIDTH

    @property
    def path(self) -> str:
        """Where its hashes are served below the log's address."""
        return f"tile/{self.level}/{number_path(self.number)}{self._suffix()}"

    @property
    def bundle_path(self) -> str:
        """Where its entries are served below the log's address (level 0 only)."""
        if self.level != 0:
            raise OutOfRange(f"Entries belong to tiles of level 0, not of level {self.level}.")
        return f"tile/entries/{number_path(self.number)}{self._suffix()}"

    def _suffix(self) -> str:
        return "" if self.full else f".p/{self.width}"


def number_path(number: int) -> str:
    """Write a tile number in path elements of three digits: 1234067 is `x001/x234/067`."""
    if number < 0:
        raise OutOfRange(f"{number} is no tile number.")
    elements = [f"{number % 1000:03d}"]
    while number := number // 1000:
        elements.insert(0, f"x{number % 1000:03d}")
    return "/".join(elements)


def tile_at(level: int, number: int, size: int) -> Tile:
    """Name a tile as wide as it is in the tree of `size` leaves. Raises OutOfRange when it is empty."""
    width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH)
    if width <= 0:
        raise OutOfRange(f"A log of {size} leaves has no tile {number} at level {level}.")
    return Tile(level, number, width)


def new_tiles(old_size: int, new_size: int) -> Iterator[Tile]:
    """Name the tiles that a log needs when it grows: all newly full ones, then the partial one, per level."""
    if not 0 <= old_size <= new_size:
        raise OutOfRange(f"A log does not grow from {old_size} to {new_size} leaves.")
    level = 0
    while (new := new_size >> (TILE_HEIGHT * level)) > 0:
        old = old_size >> (TILE_HEIGHT * level)
        for number in range(old // TILE_WIDTH, new // TILE_WIDTH):
            yield Tile(level, number)
        if new % TILE_WIDTH and new != old:
            yield Tile(level, new // TILE_WIDTH, new % TILE_WIDTH)
        level += 1


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Write 1 to 256 hashes one after the other."""
    _check_width(len(hashes))
    if any(len(value) != HASH_SIZE for value in hashes):
        raise BadTile(f"Every hash in a tile has {HASH_SIZE} bytes.")
    return b"".join(hashes)


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """Read a tile of exactly `width` hashes. Raises BadTile."""
    _check_width(width)
    if len(data) != width * HASH_SIZE:
        raise BadTile(f"A tile of {width} hashes has {width * HASH_SIZE} bytes, not {len(data)}.")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Write 1 to 256 entries, each behind its length in two bytes, big-endian."""
    _check_width(len(entries))
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise BadTile(f"An entry has {len(entry)} bytes; at most {MAX_ENTRY_SIZE} fit into a bundle.")
    return b"".join(len(entry).to_bytes(_LENGTH_SIZE, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Read a bundle of exactly `width` entries. Raises BadTile."""
    _check_width(width)
    step = _LENGTH_SIZE + int.from_bytes(data[:_LENGTH_SIZE], "big")
    if len(data) == width * step and all(
        data[n::step] == data[n : n + 1] * width for n in range(_LENGTH_SIZE)
    ):
        # All of one length, as leaves of one version are: several times as fast.
        return [data[at + _LENGTH_SIZE : at + step] for at in range(0, len(data), step)]
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_SIZE
        end = start + int.from_bytes(data[at:start], "big")
        if end > len(data) or start > len(data):
            raise BadTile(f"The entry bundle ends within entry {len(entries)}.")
        entries.append(data[start:end])
        at = end
    if len(entries) != width:
        raise BadTile(f"The entry bundle holds {len(entries)} entries, not {width}.")
    return entries


class TileTree:
    """One tile and all perfect subtrees inside it, hashed once."""

    __slots__ = ("_rows",)

    def __init__(self, hashes: Iterable[bytes]) -> None:
        """Hash the inner nodes of the given hashes, a full tile's or a partial one's."""
        row = list(hashes)
        _check_width(len(row))
        self._rows = [row]
        while len(row) > 1:
            row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
            self._rows.append(row)

    def node(self, height: int, index: int) -> bytes:
        """Return the root of the perfect subtree (height, index) inside the tile. Raises BadTile."""
        if height >= len(self._rows) or index >= len(self._rows[height]):
            raise BadTile(
                f"The tile of {len(self._rows[0])} hashes has no subtree {index} of height {height}."
            )
        return self._rows[height][index]


TileReader: TypeAlias = Callable[[Tile], TileTree]
"""Fetch a tile: from a database, from files, from the network."""


class TileNodes:
    """The nodes of the tree of `size` leaves, read from its tiles; a merkle.NodeReader.

    Keeps the tiles it has read, so one proof reads each of its few tiles once.
    """

    __slots__ = ("_read", "_size", "_trees")

    def __init__(self, size: int, read: TileReader) -> None:
        """Read tiles through `read` as they are needed."""
        self._size = size
        self._read = read
        self._trees: dict[tuple[int, int], TileTree] = {}

    def __call__(self, height: int, index: int) -> bytes:
        """Return the hash of node (height, index)."""
        level, inner = divmod(height, TILE_HEIGHT)
        number, offset = divmod(index, 1 << (TILE_HEIGHT - inner))
        tree = self._trees.get((level, number))
        if tree is None:
            tree = self._trees[level, number] = self._read(tile_at(level, number, self._size))
        return tree.node(inner, offset)


def _check_width(width: int) -> None:
    if not 1 <= width <= TILE_WIDTH:
        raise BadTile(f"A tile or bundle holds 1 to {TILE_WIDTH} items, not {width}.")
