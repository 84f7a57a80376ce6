# SPDX-License-Identifier: Apache-2.0
"""The log as static files (docs/record.md A2): what changes with a leaf, what there is in all, and proofs.

Everything is computed from the last few tiles, never from all leaves.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from onrecord.prepared import Prepared, PreparedObjects
from onrecord.proof import checkpoint, tiles, tlogproof
from onrecord.proof.encoding import to_base64
from onrecord.proof.merkle import inclusion_proof
from onrecord.proof.tiles import TILE_WIDTH, Tile, TileNodes, TileTree
from onrecord.proof.tlogproof import TlogProof
from onrecord.record import high_water
from onrecord.record.errors import NoSuchLeaf, NotOpen
from onrecord.record.models import Leaf, LogHead, Node, Opening
from onrecord.record.witnesses.standing import cosigned_checkpoint

LOG = "/log"
CHECKPOINT_PATH = f"{LOG}/checkpoint"
TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
LINES = "application/jsonl; charset=utf-8"
PROOF_MEDIA_TYPE = TEXT
CACHED_TILES = 256
"""A tile with its inner nodes takes about 40 kB."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of the log. An immutable one never gets other bytes."""

    path: str
    body: bytes
    media_type: str
    immutable: bool


class Opened(NamedTuple):
    """A leaf, its state and its nonce."""

    body: bytes
    state: str
    nonce: bytes | None


def size() -> int:
    """Return how many leaves the log has. Written by hand: a release that fills a tile asks 256 times."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM record_loghead")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def files_for(index: int) -> list[LogFile]:
    """Return everything that changes with leaf `index`, in the order in which it must be written.

    The checkpoint comes last: it must not be readable before the tiles it covers. Raises NoSuchLeaf.
    """
    return [*tiles_of(index), openings_file(index // TILE_WIDTH), checkpoint_file()]


def tiles_of(index: int) -> list[LogFile]:
    """Return the tiles and the entry bundle that end with leaf `index` and are still needed.

    A partial tile is needed until its full tile exists; then its leaf has nothing to show, except leaves
    that fill a tile. Raises NoSuchLeaf.
    """
    count = size()
    if count == 0:
        raise NoSuchLeaf("The log has no leaves yet.")
    if not 0 <= index < count:
        raise NoSuchLeaf(f"The log has {count} leaves, so there is no leaf {index}.")
    return [
        file
        for tile in tiles.new_tiles(index, index + 1)
        if tile.full or tiles.tile_at(tile.level, tile.number, count) != Tile(tile.level, tile.number)
        for file in _tile_files(tile)
    ]


def leaves_with_tiles() -> Iterator[int]:
    """Name the leaves for which tiles_of returns something: those that fill a tile, and the last few."""
    count = size()
    rest = count - count % TILE_WIDTH
    yield from range(TILE_WIDTH - 1, rest, TILE_WIDTH)
    yield from range(rest, count)


def leaves_superseded_by(index: int) -> Iterator[int]:
    """Name the leaves whose partial tiles may go, now that leaf `index` has filled a tile."""
    step = 1
    while (index + 1) % (step * TILE_WIDTH) == 0:
        start = index + 1 - step * TILE_WIDTH
        yield from range(start + step - 1, index, step)
        step *= TILE_WIDTH


def openings_file(number: int) -> LogFile:
    """Return the file that says what each leaf of bundle `number` commits to: one line of JSON per leaf.

    Of a sealed or erased leaf it tells neither nonce nor path.
    """
    first, end = number * TILE_WIDTH, (number + 1) * TILE_WIDTH
    lines = {index: _opening_line(index, path, bytes(nonce)) for index, path, nonce in _open(first, end)}
    lines |= {row.pk: row.published().to_line() for row in _closed(first, end)}
    if not lines:
        raise NoSuchLeaf(f"The log has no bundle {number} yet.")
    body = b"".join(lines[index] + b"\n" for index in sorted(lines))
    return LogFile(f"{LOG}/open/{tiles.number_path(number)}.jsonl", body, LINES, immutable=False)


def bundle_numbers() -> range:
    """Name the bundles there are, for openings_file."""
    return range(-(-size() // TILE_WIDTH))


def bundles_since(published: int) -> range:
    """Name the bundles that have changed since the log had so many leaves; the last one if none has."""
    count = size()
    return bundle_numbers()[min(published, max(count - 1, 0)) // TILE_WIDTH :]


def checkpoint_file() -> LogFile:
    """Return the newest checkpoint with its cosignatures. Raises NoSuchLeaf before the first leaf."""
    return LogFile(CHECKPOINT_PATH, cosigned_checkpoint(shown_head()), TEXT, immutable=False)


def files_since(published: int) -> Iterator[LogFile]:
    """Return everything that a site showing the checkpoint of `published` leaves lacks; the checkpoint last.

    Whatever was interrupted before, this makes the published log complete.
    """
    count = size()
    for index in range(published, count):
        yield from tiles_of(index)
    for number in bundles_since(published):
        yield openings_file(number)
    if count:
        yield checkpoint_file()


def all_files() -> Iterator[LogFile]:
    """Return the whole log; the checkpoint last."""
    for index in leaves_with_tiles():
        yield from tiles_of(index)
    for number in bundle_numbers():
        yield openings_file(number)
    if size():
        yield checkpoint_file()


def proof_for(
    index: int, *, within: bytes | None = None, head: LogHead | None = None, opened: Opened | None = None
) -> bytes:
    """Return the `.tlog-proof` of leaf `index` in the newest checkpoint. Raises NoSuchLeaf or NotOpen.

    Not immutable: a later one leads to a later checkpoint. All of them stay valid. `within` is an earlier
    checkpoint of this log to lead to, signed; it is not used for a leaf that came after it. Whoever makes
    many proofs asks for `shown_head` and `opened_leaves` once and passes on what it got.
    """
    head = shown_head() if head is None else head
    found = opened or opened_leaves((index,)).get(index)
    if found is None or index >= head.size:
        raise NoSuchLeaf(f"The log has {head.size} leaves, so there is no leaf {index}.")
    body, state, nonce = found
    if state != Opening.State.OPEN or nonce is None:
        raise NotOpen(f"Leaf {index} is {state}. Its proof would open it, so there is none.")
    note = cosigned_checkpoint(head)
    if within is not None and index < checkpoint.parse(within).size:
        note = within
    signed = checkpoint.parse(note)
    return TlogProof(
        index=index,
        hashes=tuple(inclusion_proof(index, signed.size, nodes_of(signed.size, signed.root))),
        signed_checkpoint=note,
        extra=tlogproof.Opening(nonce, body).to_bytes(),
    ).to_bytes()


def opened_leaves(indexes: Collection[int]) -> dict[int, Opened]:
    """Return what is known of these leaves, for `proof_for`. Written by hand: a full bake asks for each."""
    if not indexes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT record_leaf."index", body, state, nonce FROM record_leaf'  # noqa: S608  # only marks
            ' JOIN record_opening ON leaf_id = record_leaf."index" WHERE record_leaf."index" IN'
            f" ({', '.join(['%s'] * len(indexes))})",
            list(indexes),
        )
        rows = cursor.fetchall()
    return {
        index: Opened(bytes(body), state, None if nonce is None else bytes(nonce))
        for index, body, state, nonce in rows
    }


def shown_head() -> LogHead:
    """Return the head, whose checkpoint may be shown from now on. Raises NoSuchLeaf before the first leaf."""
    head = LogHead.current()
    if head is None or head.size == 0:
        raise NoSuchLeaf("The log has no leaves yet.")
    high_water.note_before_showing(bytes(head.checkpoint))
    return head


def nodes_of(size: int, root: bytes) -> TileNodes:
    """Return the nodes of the tree with this size and root. Its tiles are read from the database once."""
    return TileNodes(size, lambda tile: _tile_tree(root, tile))


def read_tile(tile: Tile) -> TileTree:
    """Return a tile from the database. Raises NoSuchLeaf when it is not there in full."""
    return TileTree(_hashes(tile))


def _opening_line(index: int, path: str, nonce: bytes) -> bytes:
    """Return one line, canonical by construction: up to 256 are written with each release."""
    quoted = json.dumps(path, ensure_ascii=False)
    return f'{{"edition":{quoted},"leaf":{index},"nonce":"{to_base64(nonce)}","state":"open"}}'.encode()


_open = Prepared(
    lambda first, end: Opening.objects.filter(
        state=Opening.State.OPEN, leaf__gte=first, leaf__lt=end
    ).values_list("leaf_id", "edition_path", "nonce")
)
_closed = PreparedObjects(
    lambda first, end: Opening.objects.exclude(state=Opening.State.OPEN).filter(leaf__gte=first, leaf__lt=end)
)
_leaves = Prepared(
    lambda first, end: (
        Leaf.objects.filter(index__gte=first, index__lt=end).order_by("index").values_list("hash", "body")
    )
)
_nodes = Prepared(
    lambda level, first, end: (
        Node.objects.filter(level=level, index__gte=first, index__lt=end)
        .order_by("index")
        .values_list("hash")
    )
)


def _tile_files(tile: Tile) -> Iterator[LogFile]:
    yield LogFile(f"{LOG}/{tile.path}", tiles.encode_tile(_hashes(tile)), BINARY, immutable=True)
    if tile.level == 0:
        body = tiles.encode_bundle([bytes(body) for _hash, body in _leaves(*_span(tile))])
        yield LogFile(f"{LOG}/{tile.bundle_path}", body, BINARY, immutable=True)


@lru_cache(maxsize=CACHED_TILES)
def _tile_tree(root: bytes, tile: Tile) -> TileTree:
    """Return a tile of the tree with this root. The root fixes every tile, so this is never out of date."""
    return read_tile(tile)


def _hashes(tile: Tile) -> list[bytes]:
    rows = _leaves(*_span(tile)) if tile.level == 0 else _nodes(tile.level, *_span(tile))
    hashes = [bytes(row[0]) for row in rows]
    if len(hashes) != tile.width:
        raise NoSuchLeaf(
            f"The database has {len(hashes)} of the {tile.width} hashes of {tile.path}. Run 'onrecord check'."
        )
    return hashes


def _span(tile: Tile) -> tuple[int, int]:
    return tile.start, tile.start + tile.width
