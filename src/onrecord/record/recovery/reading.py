# SPDX-License-Identifier: Apache-2.0
"""What a mirror proves of the log, checked to the last hash before anything is believed.

1. The checkpoint is signed by a log key whose private half lies on this machine.
2. Every leaf is in its tree, and the tree goes on from what this database has and from all that was shown.
3. The tiles are those of this tree, and every leaf is accounted for.
4. Every open leaf commits to the edition file that the mirror has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from onrecord.proof import checkpoint, edition, leaf, note, openings, register, tiles
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.edition import Edition
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.merkle import Node, RightEdge, leaf_hash
from onrecord.proof.openings import Erased, LeafState, Opened
from onrecord.proof.tiles import TILE_HEIGHT, TILE_WIDTH, Tile
from onrecord.record import guard, keys, models, pages
from onrecord.record.errors import Forked, NotRecoverable, NotThere
from onrecord.record.models import LogHead, Opening
from onrecord.record.recovery.sources import Source, read_ahead

Progress = Callable[[int, int | None], None]
"""Told how many files were read, and of how many."""


@dataclass(frozen=True, slots=True)
class FoundLeaf:
    """A leaf that this database lacks. If it is open, `operation` and `issued` are those of its edition."""

    index: int
    body: bytes
    hash: bytes
    commitment: bytes
    state: LeafState
    operation: str = ""
    issued: datetime | None = None

    @property
    def address(self) -> str:
        """Where the edition of an open leaf is. Raises NotRecoverable for any other."""
        if not isinstance(self.state, Opened):
            raise NotRecoverable(f"Leaf {self.index} is not open, so its edition cannot be read.")
        return self.state.edition


@dataclass(frozen=True, slots=True)
class FoundLog:
    """What a mirror has beyond this database, all of it verified. `note` holds only our own signatures."""

    source: Source
    checkpoint: Checkpoint
    note: bytes
    base_size: int
    base_root: bytes
    leaves: tuple[FoundLeaf, ...]
    nodes: tuple[Node, ...]
    edge: RightEdge
    changed: tuple[LeafState, ...]
    """What has become of leaves that this database has: sealed ones opened, others erased."""
    notes: Mapping[str, bytes] = field(default_factory=dict)
    """Signatures of root keys that this database lacks, by the address of their register."""

    def edition_of(self, found: FoundLeaf) -> bytes:
        """Return the edition file of an open leaf, verified again as it is read."""
        content = self.source.read(found.address)
        _check_edition(self.source, self.checkpoint.origin, found, content)
        return content


def read_log(source: Source, origin: str, progress: Progress) -> FoundLog:
    """Read and verify all that a mirror has of this log and this database lacks. Changes nothing.

    Raises NotRecoverable for a mirror that is false, incomplete, or behind what others have seen.
    """
    try:
        return _read_log(source, origin, progress)
    except ProofError as error:
        raise NotRecoverable(f"{source.name} does not hold this log: {error} Nothing was changed.") from error


def _read_log(source: Source, origin: str, progress: Progress) -> FoundLog:
    signed, ours = _checkpoint(source, origin)
    head = LogHead.current()
    edge = head.right_edge() if head and head.size else RightEdge()
    if head and head.size and head.origin != origin:
        raise NotRecoverable(f"This database holds the log {head.origin}, not {origin}.")
    _check_not_behind(source, signed, edge)
    bundles = range(edge.size // TILE_WIDTH, -(-signed.size // TILE_WIDTH))
    told = _Told(progress)
    bodies = _bodies(source, signed.size, bundles, told)
    grown, nodes, leaves = _grow(source, edge, bodies, _shown_above(edge.size))
    if grown.root() != signed.root:
        raise NotRecoverable(
            f"The leaves at {source.name} give the root {grown.root().hex()}, its checkpoint says"
            f" {signed.root.hex()}. It is not a copy of this log, or this database is not an older state of"
            " it. Nothing was changed."
        )
    hashes = {(0, found.index): found.hash for found in leaves}
    hashes |= {(node.height // TILE_HEIGHT, node.index): node.hash for node in nodes}
    _check_tiles(source, signed.size, bundles.start, hashes, told)
    states = _states(source, signed.size, told)
    leaves = [replace(found, state=states[found.index]) for found in leaves]
    found = FoundLog(
        source=source,
        checkpoint=signed,
        note=ours,
        base_size=edge.size,
        base_root=edge.root(),
        leaves=tuple(leaves),
        nodes=tuple(nodes),
        edge=grown,
        changed=tuple(_changed(states[: edge.size])),
    )
    found = replace(found, leaves=tuple(_with_editions(found, told)))
    _check_erasures(found)
    return replace(found, notes=dict(_with_notes(found)))


class _Told:
    """Counts the files that were read, for the progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._done, self._total = progress, 0, 0

    def expect(self, more: int) -> None:
        self._total += more
        self._progress(self._done, self._total)

    def one(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)


def _checkpoint(source: Source, origin: str) -> tuple[Checkpoint, bytes]:
    """Return the checkpoint of a mirror, and its note without the signatures of others."""
    data = source.read(pages.CHECKPOINT_PATH)
    trusted = own_log_keys(origin)
    signed = checkpoint.verify(data, origin=origin, keys=trusted)
    whole = note.parse(data)
    ours = {(key.name, key.key_id) for key in trusted}
    kept = tuple(line for line in whole.signatures if (line.name, line.key_id) in ours)
    return signed, replace(whole, signatures=kept).to_bytes()


def own_log_keys(origin: str) -> list[PublicKey]:
    """Return the keys whose signature on a checkpoint is believed: those that lie on this machine.

    An older register does not know yet which of its keys were replaced, or stolen, since.
    """
    held = keys.held(origin)
    if not held:
        raise NotRecoverable(
            f"There is no key in {keys.directory()}, so nothing tells a true mirror from a forged one."
            " Restore the keys from their own backup first."
        )
    return held


def _check_not_behind(source: Source, signed: Checkpoint, edge: RightEdge) -> None:
    if signed.size < edge.size:
        raise NotRecoverable(
            f"{source.name} holds {signed.size} leaves, this database {edge.size}: there is nothing to"
            " recover from it. Name a newer mirror."
        )
    for where, seen in _shown_above(edge.size):
        if seen.size > signed.size:
            raise NotRecoverable(
                f"{source.name} holds {signed.size} leaves, but {where} holds {seen.size}. Leaves would be"
                " lost. Name a newer mirror. Nothing was changed."
            )


def _shown_above(size: int) -> list[tuple[str, Checkpoint]]:
    """Return what this machine knows to have been shown beyond the leaves that the database has.

    Raises NotRecoverable if the database is not even an older state of it.
    """
    found = []
    for shown in guard.shown_here():
        seen = checkpoint.parse(shown.note)
        if seen.size > size:
            found.append((shown.where, seen))
            continue
        try:
            guard.require_continuation(shown)
        except Forked as error:
            raise NotRecoverable(f"This database cannot be brought up to date. {error}") from error
    return found


def _bodies(source: Source, size: int, bundles: range, told: _Told) -> Iterator[bytes]:
    """Yield the leaves of these entry bundles, one after the other."""
    told.expect(len(bundles))
    for number in bundles:
        tile = tiles.tile_at(0, number, size)
        yield from _entries(source, tile)
        told.one()


def _entries(source: Source, tile: Tile) -> list[bytes]:
    try:
        return tiles.decode_bundle(source.read(f"{pages.LOG}/{tile.bundle_path}"), tile.width)
    except NotThere:
        if tile.full:
            raise
    # The log went on since its checkpoint was read; a partial bundle goes once the full one is there.
    full = Tile(tile.level, tile.number)
    return tiles.decode_bundle(source.read(f"{pages.LOG}/{full.bundle_path}"), full.width)[: tile.width]


def _grow(
    source: Source, edge: RightEdge, bodies: Iterator[bytes], shown: list[tuple[str, Checkpoint]]
) -> tuple[RightEdge, list[Node], list[FoundLeaf]]:
    """Append the leaves to the tree of this database; compare it with every checkpoint on the way."""
    known, leaves, nodes = edge.size, list[FoundLeaf](), list[Node]()
    _check_shown(source, edge, shown)
    for index, body in enumerate(bodies, start=known - known % TILE_WIDTH):
        if index < known:
            continue  # the beginning of the first bundle: the tile says whether it is the same
        value = leaf_hash(body)
        edge, completed = edge.append(value)
        nodes.extend(node for node in completed if node.height % TILE_HEIGHT == 0)
        parsed = leaf.parse_leaf(body)
        leaves.append(FoundLeaf(index, body, value, parsed.commitment, Erased(index, index)))
        _check_shown(source, edge, shown)
    return edge, nodes, leaves


def _check_shown(source: Source, edge: RightEdge, shown: list[tuple[str, Checkpoint]]) -> None:
    for where, seen in shown:
        if seen.size == edge.size and seen.root != edge.root():
            raise NotRecoverable(
                f"{source.name} holds another tree over the first {seen.size} leaves than {where}. One of"
                " them is not a copy of this log. Nothing was changed."
            )


def _check_tiles(
    source: Source, size: int, first: int, hashes: dict[tuple[int, int], bytes], told: _Told
) -> None:
    """Refuse a mirror whose tiles, from this one on, are not those of the tree: it would mislead others."""
    level = 0
    while size >> (TILE_HEIGHT * level):
        last = -(-(size >> (TILE_HEIGHT * level)) // TILE_WIDTH)
        told.expect(last - first)
        for number in range(first, last):
            tile = tiles.tile_at(level, number, size)
            if _tile(source, tile) != _expected(tile, hashes):
                raise NotRecoverable(
                    f"/log/{tile.path} at {source.name} is not the tile of this log. Name another mirror;"
                    " nothing was changed."
                )
            told.one()
        level, first = level + 1, first // TILE_WIDTH


def _tile(source: Source, tile: Tile) -> list[bytes]:
    try:
        return tiles.decode_tile(source.read(f"{pages.LOG}/{tile.path}"), tile.width)
    except NotThere:
        if tile.full:
            raise
    full = Tile(tile.level, tile.number)
    return tiles.decode_tile(source.read(f"{pages.LOG}/{full.path}"), full.width)[: tile.width]


def _expected(tile: Tile, hashes: dict[tuple[int, int], bytes]) -> list[bytes]:
    """Return the hashes of a tile: those that were found, and those that the database has."""
    wanted = range(tile.start, tile.start + tile.width)
    missing = [index for index in wanted if (tile.level, index) not in hashes]
    stored: Iterable[tuple[int, bytes | memoryview]] = ()
    if missing and tile.level == 0:
        leaves = models.Leaf.objects.filter(index__gte=missing[0], index__lte=missing[-1])
        stored = leaves.values_list("index", "hash")
    elif missing:
        nodes = models.Node.objects.filter(level=tile.level, index__gte=missing[0], index__lte=missing[-1])
        stored = nodes.values_list("index", "hash")
    hashes |= {(tile.level, index): bytes(value) for index, value in stored}
    return [hashes.get((tile.level, index), b"") for index in wanted]


def _states(source: Source, size: int, told: _Told) -> list[LeafState]:
    """Return what is said of every leaf."""
    numbers = range(-(-size // TILE_WIDTH))
    told.expect(len(numbers))
    states: list[LeafState] = []
    files = (f"{pages.LOG}/open/{tiles.number_path(number)}.jsonl" for number in numbers)
    for number, (_, body) in zip(numbers, read_ahead(source, files), strict=True):
        states += openings.parse(body, number=number, size=size)
        told.one()
    return states


def _changed(states: list[LeafState]) -> Iterator[LeafState]:
    """Yield what has become of leaves that the database has in another state."""
    for opening in Opening.objects.filter(leaf__lt=len(states)).order_by("leaf").iterator():
        now = states[opening.pk]
        if now != opening.published():
            yield now


def _with_editions(found: FoundLog, told: _Told) -> Iterator[FoundLeaf]:
    """Verify the edition file of every open leaf; yield the leaves with what their editions say."""
    opened = {one.state.edition: one for one in found.leaves if isinstance(one.state, Opened)}
    if len(opened) != sum(isinstance(one.state, Opened) for one in found.leaves):
        raise NotRecoverable(f"{found.source.name} names one edition for two leaves. Nothing was changed.")
    told.expect(len(opened))
    read: dict[int, Edition] = {}
    for address, content in read_ahead(found.source, list(opened)):
        one = opened[address]
        read[one.index] = _check_edition(found.source, found.checkpoint.origin, one, content)
        told.one()
    for one in found.leaves:
        file = read.get(one.index)
        yield replace(one, operation=file.operation, issued=file.issued) if file else one


def _check_erasures(found: FoundLog) -> None:
    """Refuse a mirror that says erased of a leaf which no edition of the log erases."""
    erased = [state for state in _all_states(found) if isinstance(state, Erased)]
    reasons = {one.index: one for one in found.leaves if one.operation == "erase"}
    rows = models.Document.objects.filter(kind=models.Document.Kind.ERASE)
    contents = {row.leaf_index: bytes(row.content) for row in rows}
    named: dict[int, object] = {}
    for state in erased:
        if state.by not in named:
            content = found.edition_of(reasons[state.by]) if state.by in reasons else contents.get(state.by)
            named[state.by] = edition.read(content).members.get("erases") if content else None
        erases = named[state.by]
        if state.by <= state.leaf or not isinstance(erases, list) or state.leaf not in erases:
            raise NotRecoverable(
                f"{found.source.name} says that leaf {state.leaf} was erased by leaf {state.by}, which says"
                " nothing of it. Name another mirror; nothing was changed."
            )


def _all_states(found: FoundLog) -> Iterator[LeafState]:
    yield from (one.state for one in found.leaves)
    yield from found.changed


def _with_notes(found: FoundLog) -> Iterator[tuple[str, bytes]]:
    """Yield the address of each register that root keys have signed, with their note, verified."""
    registers = {
        one.state.edition: found.edition_of(one)
        for one in found.leaves
        if isinstance(one.state, Opened) and one.operation == register.OPERATION
    }
    rows = models.Document.objects.filter(kind=models.Document.Kind.REGISTER).order_by("number")
    contents = {row.path: bytes(row.content) for row in rows} | registers
    noted = {row.path: bytes(row.note) for row in rows}
    before: register.Register | None = None
    accepted: register.Register | None = None
    for path, content in contents.items():
        # As ceremony.standing_of judges: those of the newest signed one must agree, not of one given up.
        previous, before = accepted or before, register.read(content)
        try:
            body = found.source.read(f"{path.removesuffix('.json')}.note")
        except NotThere:
            continue
        accepted = register.verify_note(body, content, previous=previous)
        if body != noted.get(path):
            yield path, body


def _check_edition(source: Source, origin: str, found: FoundLeaf, content: bytes) -> Edition:
    """Return an edition, once it is found to be what the leaf commits to."""
    if not isinstance(found.state, Opened):
        raise NotRecoverable(f"Leaf {found.index} is not open, so its edition cannot be read.")
    address = found.state.edition
    if edition.commitment(found.state.nonce, content) != found.commitment:
        raise NotRecoverable(
            f"{address} at {source.name} is not what leaf {found.index} commits to. Name another mirror;"
            " nothing was changed."
        )
    read = edition.read(content)
    if read.log != origin:
        raise NotRecoverable(f"{address} at {source.name} belongs to the log {read.log}, not {origin}.")
    return read
