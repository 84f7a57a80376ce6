# SPDX-License-Identifier: Apache-2.0
"""The whole tree of a log, read once from its files: every tile, every entry, the root (c2sp.org/tlog-tiles).

Streams: at most one tile of each level is in memory, however long the log is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from onrecord.proof import tiles
from onrecord.proof.errors import BadTile
from onrecord.proof.merkle import HASH_SIZE, RightEdge
from onrecord.proof.tiles import TILE_HEIGHT, TILE_WIDTH, Tile

Reader: TypeAlias = Callable[[str], "bytes | None"]
"""Return the bytes of a file by its path below the log's address; None if there is none."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that is not as it must be: what, in which file, and at which leaf or tile if it is at one."""

    code: str
    file: str
    position: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one bundle, with their hashes; `entries` is empty when the bundle cannot be read."""

    number: int
    entries: tuple[bytes, ...]
    hashes: tuple[bytes, ...]
    edge: RightEdge
    """The right edge of the tree before these entries, in units of full tiles."""

    @property
    def start(self) -> int:
        """The index of the first leaf."""
        return self.number * TILE_WIDTH

    def roots(self, sizes: set[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the root of the tree at each of these sizes that lies within or at the end of this bundle."""
        partial = RightEdge()
        for offset, value in enumerate(self.hashes, start=1):
            partial, _ = partial.append(value)
            if (size := self.start + offset) not in sizes:
                continue
            if offset == TILE_WIDTH:
                yield size, self.edge.append(partial.root())[0].root()
            else:
                yield size, RightEdge(size, (*self.edge.hashes, *partial.hashes)).root()


class TreeWalk:
    """One walk over the files of a log of `size` leaves. Finds every damaged file, not only the first."""

    def __init__(self, size: int, root: bytes, read: Reader) -> None:
        """Read through `read`, as the walk goes on."""
        self.size = size
        self.root = root
        self._read = read
        self._rows: list[list[bytes]] = []
        self._edge = RightEdge()

    def __iter__(self) -> Iterator[Entries | Defect]:
        """Yield the entries of each bundle, in order, and each defect where it is found."""
        reached = RightEdge().root()
        for number in range(-(-self.size // TILE_WIDTH)):
            tile = tiles.tile_at(0, number, self.size)
            entries, hashes = yield from self._bundle(tile)
            found = Entries(number, entries, tuple(hashes), self._edge)
            yield found
            if tile.full:
                yield from self._rise(1, number, _tile_root(b"".join(hashes)))
            elif hashes:
                reached = next((root for _, root in found.roots({self.size})), b"")
        yield from self._partial_rows()
        if self.size and self.size % TILE_WIDTH == 0:
            reached = self._edge.root()
        if reached != self.root:
            yield Defect("root", "checkpoint", None, _differs("root", reached, self.root))

    def _bundle(self, tile: Tile) -> Generator[Defect, None, tuple[tuple[bytes, ...], list[bytes]]]:
        """Return entries and leaf hashes of one tile, after comparing the bundle with the tile."""
        stored = self._fetch(tile)
        if stored is None or len(stored) != tile.width * HASH_SIZE:
            size = "missing" if stored is None else f"{len(stored)} bytes long"
            yield Defect("tile", tile.path, tile.start, f"The tile is {size}; it has {tile.width} hashes.")
            stored = None
        entries: tuple[bytes, ...] = ()
        try:
            entries = self._entries(tile)
        except BadTile as error:
            yield Defect("entries", tile.bundle_path, tile.start, str(error))
        if not entries:
            return (), _split(stored or b"")
        hashes = [sha256(b"\x00" + entry).digest() for entry in entries]
        if stored is None or stored == b"".join(hashes):
            return entries, hashes
        at = tile.start + next(n for n, value in enumerate(hashes) if value != stored[32 * n : 32 * n + 32])
        if self._belongs(tile, stored):
            yield Defect("entries", tile.bundle_path, at, "The entry does not have the hash in its tile.")
            return (), _split(stored)
        yield Defect("tile", tile.path, at, "The hash is not that of the entry.")
        return entries, hashes

    def _belongs(self, tile: Tile, stored: bytes) -> bool:
        """Tell whether a tile, rather than its bundle, is what the hash above it stands for."""
        if not tile.full:
            found = Entries(tile.number, (), tuple(_split(stored)), self._edge)
            return (self.size, self.root) in found.roots({self.size})
        parent = tiles.tile_at(1, tile.number // TILE_WIDTH, self.size)
        above = self._fetch(parent) or b""
        at = HASH_SIZE * (tile.number % TILE_WIDTH)
        return above[at : at + HASH_SIZE] == _tile_root(stored)

    def _entries(self, tile: Tile) -> tuple[bytes, ...]:
        data = self._read(tile.bundle_path)
        if data is None and not tile.full:
            full = self._read(Tile(0, tile.number).bundle_path)
            if full is not None:
                return tuple(tiles.decode_bundle(full, TILE_WIDTH)[: tile.width])
        if data is None:
            raise BadTile("The entry bundle is missing.")
        return tuple(tiles.decode_bundle(data, tile.width))

    def _rise(self, level: int, index: int, value: bytes) -> Iterator[Defect]:
        """Take in hash `index` of a level above the leaves; compare its tile once that is full."""
        if level == 1:
            self._edge, _ = self._edge.append(value)
        while len(self._rows) < level:
            self._rows.append([])
        row = self._rows[level - 1]
        row.append(value)
        if len(row) == TILE_WIDTH:
            yield from self._compare(Tile(level, index // TILE_WIDTH), row)
            self._rows[level - 1] = []
            yield from self._rise(level + 1, index // TILE_WIDTH, _tile_root(b"".join(row)))

    def _partial_rows(self) -> Iterator[Defect]:
        for level, row in enumerate(self._rows, start=1):
            if row:
                number = (self.size >> (TILE_HEIGHT * level)) // TILE_WIDTH
                yield from self._compare(Tile(level, number, len(row)), row)

    def _compare(self, tile: Tile, row: list[bytes]) -> Iterator[Defect]:
        stored = self._fetch(tile)
        if stored != b"".join(row):
            at = next((n for n, value in enumerate(row) if value != (stored or b"")[32 * n : 32 * n + 32]), 0)
            message = (
                "The tile is missing." if stored is None else "The hash is not that of the tile below it."
            )
            yield Defect("tile", tile.path, tile.start + at, message)

    def _fetch(self, tile: Tile) -> bytes | None:
        """Read a tile. A partial one may have given way to the full one since the checkpoint was signed."""
        data = self._read(tile.path)
        if data is None and not tile.full:
            full = self._read(Tile(tile.level, tile.number).path)
            return None if full is None else full[: tile.width * HASH_SIZE]
        return data


def _tile_root(row: bytes) -> bytes:
    """Return the root of a tile whose hashes stand one after the other."""
    while len(row) > HASH_SIZE:
        row = b"".join([sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])
    return row


def _split(data: bytes) -> list[bytes]:
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def _differs(what: str, reached: bytes, expected: bytes) -> str:
    return f"The files give the {what} {reached.hex()}; the checkpoint says {expected.hex()}."
