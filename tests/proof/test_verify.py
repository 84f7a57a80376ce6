# SPDX-License-Identifier: Apache-2.0
"""Leaf, checkpoint, tiles, proof file, and the whole chain from an edition to a signed root."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.proof import checkpoint, leaf, merkle, note, tiles, tlogproof
from onrecord.proof.canonical import canonicalise
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.edition import commitment, freeze
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import (
    BadCheckpoint,
    BadLeaf,
    BadNote,
    BadProof,
    BadTile,
    NoKnownSignature,
    OutOfRange,
    ProofError,
    WrongCommitment,
    WrongOrigin,
    WrongRoot,
    WrongSignature,
)
from onrecord.proof.keys import LEAF_KIND, PrivateKey
from onrecord.proof.tiles import Tile, TileNodes, TileTree
from onrecord.proof.tlogproof import Opening, TlogProof
from onrecord.proof.verify import verify_edition
from tests.proof.cast import (
    EDITION,
    LOG_KEY,
    NONCE,
    ORIGIN,
    OTHER_KEY,
    RELEASE_KEY,
    hashes,
    naive_node,
    naive_root,
)

COMMITMENT = bytes(range(32, 64))


# Leaves


def test_a_leaf_has_184_bytes_and_verifies() -> None:
    data = leaf.sign(COMMITMENT, origin=ORIGIN, key=RELEASE_KEY).to_bytes()
    assert len(data) == 184
    assert list(json.loads(data)) == ["c", "k", "s", "v"]
    assert leaf.verify(data, origin=ORIGIN, keys=[RELEASE_KEY.public]).commitment == COMMITMENT


def test_a_leaf_cannot_be_replayed_in_another_log() -> None:
    data = leaf.sign(COMMITMENT, origin=ORIGIN, key=RELEASE_KEY).to_bytes()
    with pytest.raises(WrongSignature, match=r"news.example.org/log/release .* does not verify"):
        leaf.verify(data, origin="other.example/log", keys=[RELEASE_KEY.public])


def test_a_leaf_with_another_commitment_is_refused() -> None:
    signed = leaf.sign(COMMITMENT, origin=ORIGIN, key=RELEASE_KEY)
    forged = leaf.Leaf(bytes(32), signed.key_id, signed.signature).to_bytes()
    with pytest.raises(WrongSignature):
        leaf.verify(forged, origin=ORIGIN, keys=[RELEASE_KEY.public])


def test_a_leaf_by_an_unknown_key_cannot_be_judged() -> None:
    other = PrivateKey(RELEASE_KEY.name, OTHER_KEY.secret, LEAF_KIND)
    data = leaf.sign(COMMITMENT, origin=ORIGIN, key=other).to_bytes()
    with pytest.raises(NoKnownSignature, match=f"key {other.public.key_id.hex()}, which is not known here"):
        leaf.verify(data, origin=ORIGIN, keys=[RELEASE_KEY.public])


def test_a_key_for_checkpoints_does_not_sign_leaves() -> None:
    with pytest.raises(BadLeaf, match=r"is not for leaves"):
        leaf.sign(COMMITMENT, origin=ORIGIN, key=LOG_KEY)


def test_a_commitment_of_another_length_is_refused() -> None:
    with pytest.raises(BadLeaf, match=r"The commitment has 3 bytes, not 32"):
        leaf.sign(b"abc", origin=ORIGIN, key=RELEASE_KEY)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"v": "onrecord/leaf/2"}, "of version 'onrecord/leaf/2'"),
        ({"x": "y"}, "exactly the members c, k, s and v"),
        ({"c": "AAAA"}, "commitment in the leaf has 3 bytes, not 32"),
        ({"c": 1}, "The member c of the leaf is 1, not text"),
        ({"k": "ABCDEF01"}, "key id in the leaf is 'ABCDEF01', not 8 hexadecimal digits"),
        ({"k": "abcdef"}, "not 8 hexadecimal digits"),
        ({"s": "AAAA"}, "signature in the leaf has 3 bytes, not 64"),
    ],
)
def test_malformed_leaves_are_refused(change: dict[str, object], message: str) -> None:
    members = json.loads(leaf.sign(COMMITMENT, origin=ORIGIN, key=RELEASE_KEY).to_bytes())
    with pytest.raises(BadLeaf, match=message):
        leaf.parse_leaf(canonicalise({**members, **change}))


def test_bytes_that_are_no_leaf_are_refused() -> None:
    with pytest.raises(BadLeaf, match=r"This is no leaf. The bytes are not JSON"):
        leaf.parse_leaf(b"three")


# Checkpoints


def test_a_checkpoint_is_signed_and_verified() -> None:
    head = Checkpoint(ORIGIN, 3, bytes(32))
    data = checkpoint.sign(head, LOG_KEY)
    assert data.startswith(f"{ORIGIN}\n3\n{to_base64(bytes(32))}\n\n— {ORIGIN} ".encode())
    assert checkpoint.verify(data, origin=ORIGIN, keys=[LOG_KEY.public]) == head
    assert checkpoint.parse(data) == head


def test_during_a_rotation_either_key_of_the_log_verifies() -> None:
    data = checkpoint.sign(Checkpoint(ORIGIN, 3, bytes(32)), LOG_KEY, OTHER_KEY)
    assert checkpoint.verify(data, origin=ORIGIN, keys=[OTHER_KEY.public]).size == 3


def test_a_checkpoint_of_another_log_is_refused() -> None:
    data = checkpoint.sign(Checkpoint("other.example/log", 3, bytes(32)), LOG_KEY)
    with pytest.raises(WrongOrigin, match=r"of the log other.example/log, not of news.example.org/log"):
        checkpoint.verify(data, origin=ORIGIN, keys=[LOG_KEY.public])


def test_a_signature_by_somebody_who_is_not_the_log_is_not_enough() -> None:
    witness = PrivateKey("witness.example", OTHER_KEY.secret)
    data = checkpoint.sign(Checkpoint(ORIGIN, 3, bytes(32)), witness)
    with pytest.raises(NoKnownSignature):
        checkpoint.verify(data, origin=ORIGIN, keys=[witness.public])


def test_extension_lines_are_read() -> None:
    text = f"{ORIGIN}\n3\n{to_base64(bytes(32))}\nmore\n"
    assert checkpoint.parse_text(text).extensions == ("more",)
    assert checkpoint.parse_text(text).text() == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no checkpoint"),
        ("a\n3\n", "is no checkpoint"),
        ("a\n3\nAAAA", "is no checkpoint"),
        ("\n3\nAAAA\n", "none of them empty"),
        (f"a\n3\n{to_base64(bytes(32))}\n\nx\n", "none of them empty"),
        (f"a\n03\n{to_base64(bytes(32))}\n", "size in the checkpoint is '03', not a decimal number"),
        (f"a\n-3\n{to_base64(bytes(32))}\n", "not a decimal number"),
        (f"a\n٣\n{to_base64(bytes(32))}\n", "not a decimal number"),
        (f"a\n{2**63}\n{to_base64(bytes(32))}\n", r"below 2\^63"),
        (f"a\n{'9' * 9999}\n{to_base64(bytes(32))}\n", r"below 2\^63"),
        ("a\n3\nAAAA\n", "root in the checkpoint has 3 bytes, not 32"),
        ("a\n3\n????\n", "root in the checkpoint is '\\?\\?\\?\\?', which is not strict base64"),
        (f"a\n0\n{to_base64(bytes(32))}\n", "gives the empty log the root 0000"),
    ],
)
def test_malformed_checkpoints_are_refused(text: str, message: str) -> None:
    with pytest.raises(BadCheckpoint, match=message):
        checkpoint.parse_text(text)


def test_a_malformed_checkpoint_is_not_signed() -> None:
    with pytest.raises(BadCheckpoint):
        checkpoint.sign(Checkpoint(f"{ORIGIN}\nx", 3, bytes(32)), LOG_KEY)


# Tiles


def test_tile_paths_are_those_of_the_specification() -> None:
    assert tiles.number_path(1234067) == "x001/x234/067"
    assert tiles.number_path(0) == "000"
    assert tiles.number_path(1000) == "x001/000"
    assert Tile(0, 5).path == "tile/0/005"
    assert Tile(2, 1067, 7).path == "tile/2/x001/067.p/7"
    assert Tile(0, 0, 3).bundle_path == "tile/entries/000.p/3"
    with pytest.raises(OutOfRange, match=r"level 0, not of level 1"):
        _ = Tile(1, 0).bundle_path
    with pytest.raises(OutOfRange, match=r"-1 is no tile number"):
        tiles.number_path(-1)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_names() -> None:
    found = list(tiles.new_tiles(0, 70_000))
    assert [t for t in found if not t.full] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert sum(t.full and t.level == 0 for t in found) == 273
    assert sum(t.full and t.level == 1 for t in found) == 1
    assert list(tiles.new_tiles(0, 256)) == [Tile(0, 0), Tile(1, 0, 1)]


@given(st.integers(0, 200_000), st.integers(0, 3_000))
def test_growing_step_by_step_names_every_tile_of_the_whole(size: int, more: int) -> None:
    whole = set(tiles.new_tiles(0, size + more))
    assert whole <= set(tiles.new_tiles(0, size)) | set(tiles.new_tiles(size, size + more))


def test_a_log_does_not_shrink() -> None:
    with pytest.raises(OutOfRange, match=r"does not grow from 3 to 2"):
        list(tiles.new_tiles(3, 2))


@given(st.integers(1, 256))
def test_tiles_and_bundles_are_written_and_read_back(width: int) -> None:
    leaves = hashes(width)
    assert tiles.decode_tile(tiles.encode_tile(leaves), width) == leaves
    entries = [b"x" * (number * 7) for number in range(width)]
    assert tiles.decode_bundle(tiles.encode_bundle(entries), width) == entries


def test_malformed_tiles_and_bundles_are_refused() -> None:
    with pytest.raises(BadTile, match=r"holds 1 to 256 items, not 0"):
        tiles.encode_tile([])
    with pytest.raises(BadTile, match=r"holds 1 to 256 items, not 257"):
        tiles.encode_bundle([b""] * 257)
    with pytest.raises(BadTile, match=r"Every hash in a tile has 32 bytes"):
        tiles.encode_tile([b"x"])
    with pytest.raises(BadTile, match=r"A tile of 2 hashes has 64 bytes, not 63"):
        tiles.decode_tile(bytes(63), 2)
    with pytest.raises(BadTile, match=r"An entry has 65536 bytes; at most 65535"):
        tiles.encode_bundle([bytes(65_536)])
    with pytest.raises(BadTile, match=r"ends within entry 1"):
        tiles.decode_bundle(b"\x00\x01a\x00\x05b", 2)
    with pytest.raises(BadTile, match=r"ends within entry 1"):
        tiles.decode_bundle(b"\x00\x01a\x00", 2)
    with pytest.raises(BadTile, match=r"holds 1 entries, not 2"):
        tiles.decode_bundle(b"\x00\x01a", 2)


def test_a_tile_answers_only_for_complete_subtrees() -> None:
    tree = TileTree(hashes(5))
    assert tree.node(2, 0) == naive_root(hashes(4))
    for height, index in [(2, 1), (3, 0), (0, 5)]:
        with pytest.raises(BadTile, match=f"tile of 5 hashes has no subtree {index} of height {height}"):
            tree.node(height, index)


def test_a_tile_that_the_log_does_not_have_yet_is_refused() -> None:
    assert tiles.tile_at(1, 0, 600).width == 2
    with pytest.raises(OutOfRange, match=r"A log of 600 leaves has no tile 3 at level 0"):
        tiles.tile_at(0, 3, 600)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 700])
def test_nodes_come_out_of_tiles(size: int) -> None:
    leaves = hashes(size)

    def read(tile: Tile) -> TileTree:
        heights = [naive_node(leaves, 8 * tile.level, tile.start + at) for at in range(tile.width)]
        return TileTree(heights)

    assert merkle.root_at(size, TileNodes(size, read)) == naive_root(leaves)
    for index in (0, size // 2, size - 1):
        proof = merkle.inclusion_proof(index, size, TileNodes(size, read))
        assert proof == merkle.inclusion_proof(index, size, partial(naive_node, leaves))


# The proof file and the whole chain


def _logged(
    edition_bytes: bytes, *, size: int = 11, index: int = 6, origin: str = ORIGIN
) -> tuple[bytes, bytes]:
    signed = leaf.sign(commitment(NONCE, edition_bytes), origin=origin, key=RELEASE_KEY).to_bytes()
    leaves = hashes(size)
    leaves[index] = merkle.leaf_hash(signed)
    log_key = PrivateKey(origin, LOG_KEY.secret)
    proof = TlogProof(
        index,
        tuple(merkle.inclusion_proof(index, size, partial(naive_node, leaves))),
        checkpoint.sign(Checkpoint(origin, size, naive_root(leaves)), log_key),
        Opening(NONCE, signed).to_bytes(),
    )
    return edition_bytes, proof.to_bytes()


verify = partial(verify_edition, origin=ORIGIN, log_keys=[LOG_KEY.public], release_keys=[RELEASE_KEY.public])


def test_an_edition_on_the_record_is_found() -> None:
    found = verify(*_logged(freeze(EDITION)))
    assert (found.index, found.checkpoint.size, found.edition.number) == (6, 11, 1)


def test_a_changed_word_is_refused() -> None:
    data, proof = _logged(freeze(EDITION))
    with pytest.raises(WrongCommitment, match=r"is not what was logged"):
        verify(data.replace(b"Monday", b"Friday"), proof)


def test_an_edition_made_for_another_log_is_refused() -> None:
    with pytest.raises(WrongOrigin, match=r"made for the log other\.example/log, not for news"):
        verify(*_logged(freeze({**EDITION, "log": "other.example/log"})))


def test_a_proof_from_another_log_is_refused() -> None:
    with pytest.raises(WrongSignature):
        verify(*_logged(freeze(EDITION), origin="other.example/log"))


def test_a_proof_for_another_place_is_refused() -> None:
    data, proof = _logged(freeze(EDITION))
    with pytest.raises(WrongRoot):
        verify(data, proof.replace(b"index 6\n", b"index 5\n"))


@given(st.integers(0, 2000), st.integers(0, 7))
def test_no_single_changed_bit_in_a_proof_goes_unnoticed(position: int, bit: int) -> None:
    data, proof = _logged(freeze(EDITION))
    position %= len(proof)
    changed = bytes((*proof[:position], proof[position] ^ (1 << bit), *proof[position + 1 :]))
    with pytest.raises(ProofError):
        verify(data, changed)


def test_a_proof_is_written_and_read_back() -> None:
    _, data = _logged(freeze(EDITION))
    proof = tlogproof.parse(data)
    assert proof.to_bytes() == data
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nextra ")
    assert len(proof.hashes) == 4
    bare = TlogProof(proof.index, proof.hashes, proof.signed_checkpoint)
    assert tlogproof.parse(bare.to_bytes()) == bare
    with pytest.raises(BadProof, match=r"has no extra data"):
        bare.opening()


def test_the_leaf_in_a_proof_can_be_hashed_without_canonical_json() -> None:
    _, data = _logged(freeze(EDITION))
    extra = json.loads(tlogproof.parse(data).extra or b"")
    assert leaf.parse_leaf(extra["leaf"].encode()).key_id == RELEASE_KEY.public.key_id


SIGNED = checkpoint.sign(Checkpoint(ORIGIN, 3, bytes(32)), LOG_KEY)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"", "should begin with the line c2sp.org/tlog-proof@v1"),
        (b"c2sp.org/tlog-proof@v2\nindex 0", "should begin with the line"),
        (b"c2sp.org/tlog-proof@v1", "no line 'index <number>' where it belongs"),
        (b"c2sp.org/tlog-proof@v1\nextra AAAA", "no line 'index <number>'"),
        (b"c2sp.org/tlog-proof@v1\nindex 01", "index in the proof is '01'"),
        (b"c2sp.org/tlog-proof@v1\nextra A\nindex 1", "extra data of the proof is 'A'"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA", "A hash in the proof has 3 bytes"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\n\xff", "not ASCII at 31"),
        (
            b"c2sp.org/tlog-proof@v1\nindex 1" + b"\n" + b"\n".join([to_base64(bytes(32)).encode()] * 65),
            "has 65 hashes; no log needs more than 64",
        ),
    ],
)
def test_malformed_proofs_are_refused(head: bytes, message: str) -> None:
    with pytest.raises(BadProof, match=message):
        tlogproof.parse(head + b"\n\n" + SIGNED)


def test_a_proof_without_a_checkpoint_is_refused() -> None:
    with pytest.raises(BadProof, match=r"end with a checkpoint"):
        tlogproof.parse(b"c2sp.org/tlog-proof@v1\nindex 0\n")
    with pytest.raises(BadNote):
        tlogproof.parse(b"c2sp.org/tlog-proof@v1\nindex 0\n\nnothing")


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (b"{", "opens no leaf. The bytes are not JSON"),
        (b"[]", "exactly the members leaf and nonce"),
        (b'{"leaf":"x"}', "exactly the members leaf and nonce"),
        (b'{"leaf":1,"nonce":"x"}', "must be text"),
        (b'{"leaf":"x","nonce":"AAAA"}', "The nonce has 3 bytes, not 32"),
    ],
)
def test_malformed_openings_are_refused(extra: bytes, message: str) -> None:
    with pytest.raises(BadProof, match=message):
        TlogProof(0, (), SIGNED, extra).opening()


def test_a_note_signed_again_keeps_its_text() -> None:
    assert note.parse(SIGNED).text == Checkpoint(ORIGIN, 3, bytes(32)).text()
