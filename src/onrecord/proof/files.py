# SPDX-License-Identifier: Apache-2.0
"""The files of a log and its editions as an audit looks them up: by leaf, by path, a few kept at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from onrecord.proof import edition, leaf, openings, tiles
from onrecord.proof.edition import Edition
from onrecord.proof.errors import BadEdition, BadOpening, BadTile
from onrecord.proof.openings import LeafState
from onrecord.proof.tiles import TILE_WIDTH, Tile

ReadMany: TypeAlias = "Callable[[Sequence[str]], Sequence[bytes | None]]"
"""Return the bytes of files by their paths on the site, in order; None for those that are not there."""


class Files:
    """What a site shows of the log of `size` leaves at the path `log`. Nothing is believed."""

    def __init__(self, read_many: ReadMany, log: str) -> None:
        """Read through `read_many`."""
        self.log = log
        self.size = 0
        self._read_many = read_many
        self.lines = lru_cache(maxsize=8)(self._lines)
        self._entries = lru_cache(maxsize=8)(self._read_entries)
        self.edition_at = lru_cache(maxsize=64)(self._edition_at)

    def read(self, path: str) -> bytes | None:
        """Return the bytes of one file."""
        return self._read_many([path])[0]

    def read_all(self, paths: Sequence[str]) -> dict[str, bytes | None]:
        """Return the bytes of several files, asked for at once."""
        return dict(zip(paths, self._read_many(paths), strict=True))

    def openings_name(self, number: int) -> str:
        """Return the path of the file that accounts for the leaves of bundle `number`."""
        return f"{self.log}/open/{tiles.number_path(number)}.jsonl"

    def bundle_name(self, number: int) -> str:
        """Return the path of the entry bundle `number`."""
        return f"{self.log}/{tiles.tile_at(0, number, self.size).bundle_path}"

    def state_of(self, index: int) -> LeafState:
        """Return what is said of a leaf. Raises BadOpening."""
        lines = self.lines(index // TILE_WIDTH)
        at = index % TILE_WIDTH
        if lines is None or at >= len(lines):
            raise BadOpening(f"Nothing is said of leaf {index}: neither open, sealed nor erased.")
        state = openings.parse_line(lines[at])
        if state.leaf != index:
            raise BadOpening(f"The line where leaf {index} belongs is about leaf {state.leaf}.")
        return state

    def commitment_of(self, index: int) -> bytes:
        """Return what a leaf commits to. Raises BadTile or BadLeaf."""
        entries = self._entries(index // TILE_WIDTH)
        return leaf.parse_leaf(entries[index % TILE_WIDTH]).commitment

    def _lines(self, number: int) -> tuple[bytes, ...] | None:
        """Return the lines of one file of openings, None if it is not there. A broken last line is none."""
        data = self.read(self.openings_name(number))
        return None if data is None else tuple(data.split(b"\n")[:-1])

    def _read_entries(self, number: int) -> list[bytes]:
        tile = tiles.tile_at(0, number, self.size)
        data, width = self.read(f"{self.log}/{tile.bundle_path}"), tile.width
        if data is None:
            data, width = self.read(f"{self.log}/{Tile(0, number).bundle_path}"), TILE_WIDTH
        if data is None:
            raise BadTile(f"The entry bundle {number} is missing.")
        return tiles.decode_bundle(data, width)

    def _edition_at(self, path: str) -> Edition:
        """Return the edition in a file. Raises BadEdition or NotCanonical."""
        data = self.read(path)
        if data is None:
            raise BadEdition(f"There is no edition file {path}.")
        return edition.read(data)
