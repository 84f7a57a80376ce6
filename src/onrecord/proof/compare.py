# SPDX-License-Identifier: Apache-2.0
"""Two checkpoints of one log: does the later continue the earlier, or has the log shown two histories?

Two signed checkpoints of which neither continues the other are evidence that needs nobody's word: the log has
equivocated, and whoever holds both can show it (docs/verify.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from onrecord.proof import checkpoint, merkle, note, tiles
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import BadTile, NoKnownSignature, ProofError, Unknown, WrongOrigin
from onrecord.proof.keys import NOTE_KIND, PublicKey
from onrecord.proof.note import Note
from onrecord.proof.tiles import Tile, TileNodes, TileTree
from onrecord.proof.tree import Reader

SEPARATOR = b"---\n"


class Relation(StrEnum):
    """How two checkpoints stand to each other."""

    SAME = "same"
    CONSISTENT = "consistent"
    EQUIVOCATION = "equivocation"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it. `earlier` and `later` are by size."""

    relation: Relation
    detail: str
    earlier: Checkpoint
    later: Checkpoint
    signers: tuple[PublicKey, ...] = ()
    true_root: bytes | None = None
    """The root of the first leaves of the later tree, as many as the earlier has, once that is proven."""
    proof: tuple[bytes, ...] = ()
    """The consistency proof that leads from that root to the root of the later tree."""


def compare(
    one: bytes,
    other: bytes,
    *,
    readers: Sequence[Reader] = (),
    trusted: Iterable[PublicKey] = (),
    claimed: Iterable[PublicKey] = (),
) -> Comparison:
    """Compare two signed checkpoints of one log; `readers` serve the files of the log below its address.

    Keys that the reader `trusted` count for either checkpoint. Keys that are merely `claimed`, as by the
    registers of the two places, count if one of them signed both: a stranger's log of the same name is no
    equivocation. Raises WrongOrigin for two different logs, BadNote, BadCheckpoint or WrongSignature.
    """
    notes = note.parse(one), note.parse(other)
    heads = [(checkpoint.parse_text(read.text), read) for read in notes]
    (earlier, _), (later, _) = ordered = sorted(heads, key=lambda head: head[0].size)
    if earlier.origin != later.origin:
        raise WrongOrigin(f"These are two logs: {earlier.origin} and {later.origin}.")
    try:
        signers = _signers([read for _, read in ordered], earlier.origin, list(trusted), list(claimed))
    except Unknown as error:
        return Comparison(Relation.UNDECIDED, str(error), earlier, later)
    if earlier.size == later.size:
        same = earlier.root == later.root
        relation = Relation.SAME if same else Relation.EQUIVOCATION
        detail = "both are over the same leaves" if same else "one size, two roots"
        return Comparison(relation, f"Size {later.size}: {detail}.", earlier, later, signers)
    if earlier.size == 0:
        detail = "The earlier one is over no leaves, which everything continues."
        return Comparison(Relation.CONSISTENT, detail, earlier, later, signers)
    return _compared_by_tiles(earlier, later, signers, readers)


def evidence(comparison: Comparison, one: bytes, other: bytes) -> bytes:
    """Return what to keep and to show: both notes and, if their sizes differ, the proof that they contradict.

    That proof is the true root of the smaller size, and the consistency proof from it to the larger tree.
    """
    parts = [one, other]
    if comparison.true_root is not None:
        size = comparison.earlier.size
        lines = [f"root of the first {size} leaves of the larger tree, and its consistency proof"]
        lines += [to_base64(value) for value in (comparison.true_root, *comparison.proof)]
        parts.append("".join(f"{line}\n" for line in lines).encode())
    return SEPARATOR.join(parts)


def _signers(
    notes: Sequence[Note], origin: str, trusted: list[PublicKey], claimed: list[PublicKey]
) -> tuple[PublicKey, ...]:
    """Return the keys that make the comparison count. Raises NoKnownSignature, WrongSignature."""
    known = [key for key in trusted if key.kind == NOTE_KIND and key.name == origin]
    if known:
        return tuple(key for read in notes for key in read.verify(known))
    known = [key for key in claimed if key.kind == NOTE_KIND and key.name == origin]
    both = [read.verify(known) for read in notes]
    common = tuple(key for key in both[0] if key in both[1])
    if not common:
        raise NoKnownSignature(
            "No key signed both checkpoints. Give the log's keys that you know, with --key."
        )
    return common


def _compared_by_tiles(
    earlier: Checkpoint, later: Checkpoint, signers: tuple[PublicKey, ...], readers: Sequence[Reader]
) -> Comparison:
    """Find out from tiles which root the first leaves of the later tree have."""
    reasons: list[str] = []
    for read in readers:
        nodes = TileNodes(later.size, lambda tile, read=read: _tile(tile, read))  # type: ignore[misc]  # bound
        try:
            root = merkle.root_at(earlier.size, nodes)
            proof = tuple(merkle.consistency_proof(earlier.size, later.size, nodes))
            # Only what leads to the signed root is believed: tiles may be damaged, or of another history.
            merkle.verify_consistency(
                old_size=earlier.size, new_size=later.size, old_root=root, new_root=later.root, proof=proof
            )
        except ProofError as error:
            reasons.append(str(error))
            continue
        same = root == earlier.root
        relation = Relation.CONSISTENT if same else Relation.EQUIVOCATION
        detail = (
            f"The tree of {later.size} leaves continues that of {earlier.size}."
            if same
            else f"The tree of {later.size} leaves does not begin with that of {earlier.size}."
        )
        return Comparison(relation, detail, earlier, later, signers, root, proof)
    detail = "Neither place shows tiles that lead to the larger tree. " + " ".join(reasons[:1])
    return Comparison(Relation.UNDECIDED, detail.strip(), earlier, later, signers)


def _tile(tile: Tile, read: Reader) -> TileTree:
    data = read(tile.path)
    if data is None and not tile.full:
        full = read(Tile(tile.level, tile.number).path)
        data = None if full is None else full[: tile.width * merkle.HASH_SIZE]
    if data is None:
        raise BadTile(f"The tile {tile.path} is missing.")
    return TileTree(tiles.decode_tile(data, tile.width))
