# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962 section 2.1 over SHA-256: roots, proofs, and the right edge that lets it grow.

A *node* is a perfect subtree, named by height and index: node (h, i) covers leaves [i·2^h, (i+1)·2^h).
Proofs are made from nodes alone, fetched through a function, so that any storage can serve them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from onrecord.proof.errors import BadTile, OutOfRange, WrongRoot

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeReader: TypeAlias = Callable[[int, int], bytes]
"""Return the hash of node (height, index); only asked for nodes that are complete in the tree."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A perfect subtree that has just become complete."""

    height: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class RightEdge:
    """All that is needed to append to a tree: the roots of its perfect subtrees, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an edge that cannot belong to a tree of this size."""
        if len(self.hashes) != self.size.bit_count():
            raise BadTile(
                f"The right edge of a tree of {self.size} leaves has {self.size.bit_count()} hashes,"
                f" not {len(self.hashes)}."
            )

    def append(self, hash_of_leaf: bytes) -> tuple[RightEdge, list[Node]]:
        """Return the edge with one more leaf, and the inner nodes this completes, lowest first."""
        hashes = list(self.hashes)
        height, index, carry = 0, self.size, hash_of_leaf
        completed: list[Node] = []
        while index & 1:
            height, index, carry = height + 1, index >> 1, node_hash(hashes.pop(), carry)
            completed.append(Node(height, index, carry))
        return RightEdge(self.size + 1, (*hashes, carry)), completed

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _fold(self.hashes)

    def to_bytes(self) -> bytes:
        """Return the hashes one after the other."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> RightEdge:
        """Read what to_bytes wrote; raise BadTile when it does not fit the size."""
        if len(data) % HASH_SIZE:
            raise BadTile(f"A right edge of {len(data)} bytes does not consist of {HASH_SIZE}-byte hashes.")
        return cls(size, tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)))


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree with these leaf hashes. Reads them once, keeps O(log n)."""
    edge = RightEdge()
    for hash_of_leaf in leaf_hashes:
        edge, _ = edge.append(hash_of_leaf)
    return edge.root()


def root_at(size: int, node: NodeReader) -> bytes:
    """Return the root of the first `size` leaves of a tree whose nodes are at hand."""
    return _range_hash(0, size, node)


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1).

    Asks for O(log n) nodes. Raises OutOfRange when the leaf is not in the tree.
    """
    if not 0 <= index < size:
        raise OutOfRange(f"Leaf {index} is not in a tree of {size} leaves.")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old_size: int, new_size: int, node: NodeReader) -> list[bytes]:
    """Return the proof that the tree of `old_size` leaves is a prefix of the other (RFC 6962 section 2.1.2).

    Asks for O(log n) nodes. Raises OutOfRange for an empty old tree or one larger than the new.
    """
    if not 0 < old_size <= new_size:
        raise OutOfRange(f"There is no consistency proof from {old_size} to {new_size} leaves.")
    proof: list[bytes] = []
    start, end, known = 0, new_size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start, known = middle, False
    if not known:
        proof.append(_range_hash(start, end, node))
    return proof[::-1]


def verify_inclusion(
    *, index: int, size: int, hash_of_leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise WrongRoot unless the proof leads from the leaf to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        raise OutOfRange(f"Leaf {index} is not in a tree of {size} leaves.")
    _check_hashes([hash_of_leaf, *proof, root])
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    _check_length(proof, inner + border)
    reached = hash_of_leaf
    for height, sibling in enumerate(proof[:inner]):
        reached = node_hash(sibling, reached) if (index >> height) & 1 else node_hash(reached, sibling)
    for sibling in proof[inner:]:
        reached = node_hash(sibling, reached)
    _check_root(reached, root, f"leaf {index} of {size}")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise WrongRoot unless the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2).

    The empty tree is a prefix of anything, so a proof from it proves nothing: OutOfRange.
    """
    if not 0 < old_size <= new_size:
        raise OutOfRange(f"There is no consistency proof from {old_size} to {new_size} leaves.")
    if old_size == new_size:
        _check_length(proof, 0)
        _check_root(old_root, new_root, f"the same {new_size} leaves")
        return
    _check_hashes([*proof, old_root, new_root])
    shift = (old_size & -old_size).bit_length() - 1
    inner = ((old_size - 1) ^ (new_size - 1)).bit_length() - shift
    border = ((old_size - 1) >> (shift + inner)).bit_count()
    # A perfect old tree is itself the first node and is not repeated in the proof.
    perfect = old_size == 1 << shift
    _check_length(proof, inner + border - perfect + 1)
    seed, path = (old_root, proof) if perfect else (proof[0], proof[1:])
    mask = (old_size - 1) >> shift
    old_reached = new_reached = seed
    for height, sibling in enumerate(path[:inner]):
        if (mask >> height) & 1:
            old_reached, new_reached = node_hash(sibling, old_reached), node_hash(sibling, new_reached)
        else:
            new_reached = node_hash(new_reached, sibling)
    for sibling in path[inner:]:
        old_reached, new_reached = node_hash(sibling, old_reached), node_hash(sibling, new_reached)
    _check_root(old_reached, old_root, f"the first {old_size} leaves")
    _check_root(new_reached, new_root, f"all {new_size} leaves")


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count` (RFC 6962: k)."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(start: int, end: int, node: NodeReader) -> bytes:
    """Hash leaves [start, end), where start is a multiple of the largest perfect subtree in the range."""
    hashes: list[bytes] = []
    while start < end:
        height = (end - start).bit_length() - 1
        hashes.append(node(height, start >> height))
        start += 1 << height
    return _fold(hashes)


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def _check_hashes(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise WrongRoot(f"A hash in the proof has {len(value)} bytes, not {HASH_SIZE}.")


def _check_length(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise WrongRoot(f"The proof has {len(proof)} hashes; for these sizes it must have {expected}.")


def _check_root(reached: bytes, root: bytes, what: str) -> None:
    if reached != root:
        raise WrongRoot(f"The proof for {what} leads to {reached.hex()}, not to {root.hex()}.")
