# SPDX-License-Identifier: Apache-2.0
"""Other people's vectors: transparency-dev/merkle (RFC 6962 proofs) and a log written by Go Tessera."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from onrecord.proof import checkpoint, merkle, tiles
from onrecord.proof.errors import OutOfRange, ProofError, WrongRoot
from onrecord.proof.keys import PublicKey
from onrecord.proof.tiles import Tile, TileNodes, TileTree
from tests.proof.cast import conformance

pytestmark = pytest.mark.conformance

TESSERA_ORIGIN = "example.com/log/testdata"
TESSERA_KEY = f"{TESSERA_ORIGIN}+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def _cases(kind: str) -> list[dict[str, Any]]:  # JSON written by others
    folder = conformance("tlog/merkle/testdata") / kind
    return [json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))]


def _bytes(case: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(case[name] or "")


def _proof(case: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(value) for value in case["proof"] or []]


def _refused(verify: Any, case: dict[str, Any], **arguments: Any) -> bool:  # two signatures, one loop
    try:
        verify(proof=_proof(case), **arguments)
    except (WrongRoot, OutOfRange):
        return True
    return False


def test_all_98_inclusion_cases_are_judged_right() -> None:
    cases = _cases("inclusion")
    wrong = [
        case["desc"]
        for case in cases
        if case["wantErr"]
        is not _refused(
            merkle.verify_inclusion,
            case,
            index=case["leafIdx"],
            size=case["treeSize"],
            hash_of_leaf=_bytes(case, "leafHash"),
            root=_bytes(case, "root"),
        )
    ]
    assert (len(cases), wrong) == (98, [])


def test_all_98_consistency_cases_are_judged_right() -> None:
    cases = _cases("consistency")
    wrong = [
        case["desc"]
        for case in cases
        if case["wantErr"]
        is not _refused(
            merkle.verify_consistency,
            case,
            old_size=case["size1"],
            new_size=case["size2"],
            old_root=_bytes(case, "root1"),
            new_root=_bytes(case, "root2"),
        )
    ]
    assert (len(cases), wrong) == (98, [])


def _tessera() -> Path:
    return conformance("tlog/tessera/testdata/log")


def test_every_checkpoint_of_a_log_by_tessera_verifies_and_its_tiles_give_the_root() -> None:
    key = PublicKey.from_vkey(TESSERA_KEY)

    def read(tile: Tile) -> TileTree:
        return TileTree(tiles.decode_tile((_tessera() / tile.path).read_bytes(), tile.width))

    roots: dict[int, bytes] = {}
    for path in _tessera().glob("checkpoint*"):
        head = checkpoint.verify(path.read_bytes(), origin=TESSERA_ORIGIN, keys=[key])
        assert merkle.root_at(head.size, TileNodes(head.size, read)) == head.root
        roots[head.size] = head.root
    assert sorted(roots) == list(range(16))
    for old in range(1, 16):
        for new in range(old, 16):
            proof = merkle.consistency_proof(old, new, TileNodes(new, read))
            merkle.verify_consistency(
                old_size=old, new_size=new, old_root=roots[old], new_root=roots[new], proof=proof
            )


def test_the_entry_bundles_of_a_log_by_tessera_hash_to_its_tiles() -> None:
    for width in range(1, 16):
        tile = Tile(0, 0, width)
        entries = tiles.decode_bundle((_tessera() / tile.bundle_path).read_bytes(), width)
        assert tiles.encode_bundle(entries) == (_tessera() / tile.bundle_path).read_bytes()
        hashed = tiles.encode_tile([merkle.leaf_hash(entry) for entry in entries])
        assert hashed == (_tessera() / tile.path).read_bytes()


def test_a_checkpoint_by_tessera_with_another_size_is_refused() -> None:
    data = (_tessera() / "checkpoint.12").read_bytes().replace(b"\n12\n", b"\n13\n")
    with pytest.raises(ProofError, match=r"does not verify"):
        checkpoint.verify(data, origin=TESSERA_ORIGIN, keys=[PublicKey.from_vkey(TESSERA_KEY)])
