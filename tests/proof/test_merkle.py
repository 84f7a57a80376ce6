# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import hashlib
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.proof.errors import BadTile, OutOfRange, WrongRoot
from onrecord.proof.merkle import (
    EMPTY_ROOT,
    RightEdge,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.proof.cast import hashes, naive_node, naive_root

sizes = st.integers(1, 300)


def test_the_hashes_are_those_of_rfc_6962() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of([]) == EMPTY_ROOT
    assert RightEdge().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 255, 256, 257, 300])
def test_the_right_edge_has_the_root_of_the_whole_tree(size: int) -> None:
    assert root_of(hashes(size)) == naive_root(hashes(size))
    assert root_at(size, partial(naive_node, hashes(size))) == naive_root(hashes(size))


def test_appending_reports_each_completed_node_once() -> None:
    leaves = hashes(64)
    edge, found = RightEdge(), []
    for leaf in leaves:
        edge, completed = edge.append(leaf)
        found += completed
    assert sorted((n.height, n.index) for n in found) == [(h, i) for h in range(1, 7) for i in range(64 >> h)]
    assert all(node.hash == naive_node(leaves, node.height, node.index) for node in found)


@given(sizes)
def test_a_right_edge_is_stored_and_read_back(size: int) -> None:
    edge = RightEdge()
    for leaf in hashes(size):
        edge, _ = edge.append(leaf)
    assert RightEdge.from_bytes(size, edge.to_bytes()) == edge


def test_a_right_edge_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(BadTile, match=r"right edge of a tree of 3 leaves has 2 hashes, not 1"):
        RightEdge.from_bytes(3, bytes(32))
    with pytest.raises(BadTile, match=r"right edge of 33 bytes"):
        RightEdge.from_bytes(3, bytes(33))


@given(sizes, st.data())
def test_every_leaf_is_proved_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, partial(naive_node, leaves))
    verify_inclusion(index=index, size=size, hash_of_leaf=leaves[index], proof=proof, root=naive_root(leaves))
    with pytest.raises(WrongRoot, match=r"leads to .* not to"):
        verify_inclusion(
            index=index, size=size, hash_of_leaf=leaf_hash(b"other"), proof=proof, root=naive_root(leaves)
        )


@given(sizes, st.data())
def test_every_prefix_is_proved_consistent_and_no_other_tree(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, size, partial(naive_node, leaves))
    old_root, new_root = naive_root(leaves[:old]), naive_root(leaves)
    verify = partial(verify_consistency, old_size=old, new_size=size, proof=proof)
    verify(old_root=old_root, new_root=new_root)
    forked = naive_root([leaf_hash(b"other"), *leaves[1:old]])
    with pytest.raises(WrongRoot):
        verify(old_root=forked, new_root=new_root)
    with pytest.raises(WrongRoot):
        verify(old_root=old_root, new_root=hashlib.sha256(b"x").digest())


@given(sizes, st.data())
@settings(max_examples=60)
def test_a_proof_with_one_bit_changed_is_refused(size: int, data: st.DataObject) -> None:
    leaves = hashes(size + 1)
    index = data.draw(st.integers(0, size))
    proof = inclusion_proof(index, size + 1, partial(naive_node, leaves))
    position = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = int.from_bytes(proof[position], "big") ^ (1 << bit)
    proof[position] = changed.to_bytes(32, "big")
    with pytest.raises(WrongRoot, match=r"leads to"):
        verify_inclusion(
            index=index, size=size + 1, hash_of_leaf=leaves[index], proof=proof, root=naive_root(leaves)
        )


def test_proofs_ask_for_few_nodes_in_a_tree_of_a_million() -> None:
    asked: list[tuple[int, int]] = []

    def node(height: int, index: int) -> bytes:
        asked.append((height, index))
        assert (index + 1) << height <= 1_000_003
        return bytes(32)

    inclusion_proof(123_456, 1_000_003, node)
    consistency_proof(654_321, 1_000_003, node)
    assert len(asked) < 80


def test_proofs_of_the_wrong_length_are_refused() -> None:
    leaves = hashes(5)
    with pytest.raises(WrongRoot, match=r"The proof has 1 hashes; for these sizes it must have 3"):
        verify_inclusion(index=0, size=5, hash_of_leaf=leaves[0], proof=[leaves[1]], root=bytes(32))
    with pytest.raises(WrongRoot, match=r"The proof has 0 hashes; for these sizes it must have 4"):
        verify_consistency(old_size=3, new_size=5, old_root=bytes(32), new_root=bytes(32), proof=[])


def test_hashes_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(WrongRoot, match=r"A hash in the proof has 3 bytes, not 32"):
        verify_inclusion(index=0, size=2, hash_of_leaf=bytes(32), proof=[b"abc"], root=bytes(32))


def test_impossible_indexes_and_sizes_are_refused() -> None:
    node = partial(naive_node, hashes(3))
    for index, size in [(3, 3), (-1, 3), (0, 0)]:
        with pytest.raises(OutOfRange, match=f"Leaf {index} is not in a tree of {size} leaves"):
            inclusion_proof(index, size, node)
        with pytest.raises(OutOfRange, match=f"Leaf {index} is not in a tree of {size} leaves"):
            verify_inclusion(index=index, size=size, hash_of_leaf=bytes(32), proof=[], root=bytes(32))
    for old, new in [(0, 3), (4, 3), (0, 0), (-1, 3)]:
        with pytest.raises(OutOfRange, match=f"no consistency proof from {old} to {new} leaves"):
            consistency_proof(old, new, node)
        with pytest.raises(OutOfRange, match=f"no consistency proof from {old} to {new} leaves"):
            verify_consistency(old_size=old, new_size=new, old_root=bytes(32), new_root=bytes(32), proof=[])
