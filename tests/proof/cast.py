# SPDX-License-Identifier: Apache-2.0
"""Keys, a log in memory, and an edition for the tests of verification."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.proof.keys import LEAF_KIND, PrivateKey
from onrecord.proof.merkle import leaf_hash, node_hash

ORIGIN = "news.example.org/log"
LOG_KEY = PrivateKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
OTHER_KEY = PrivateKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
RELEASE_KEY = PrivateKey(f"{ORIGIN}/release", Ed25519PrivateKey.from_private_bytes(b"\x03" * 32), LEAF_KIND)
NONCE = bytes(range(32))

EDITION: dict[str, object] = {
    "log": ORIGIN,
    "statement": "https://news.example.org/s/2026/bridge/",
    "edition": 1,
    "op": "publish",
    "prev": None,
    "lang": "en",
    "title": "The bridge opens on Monday",
    "blocks": [{"id": "b1", "kind": "paragraph", "speaker": None, "text": "The bridge opens on Monday."}],
    "files": [{"name": "plan.pdf", "type": "application/pdf", "size": 12, "sha256": "0" * 64}],
    "html_sha256": "f" * 64,
    "issued": "2026-11-24T08:00:00Z",
    "reason": None,
}


def naive_root(leaf_hashes: list[bytes]) -> bytes:
    """Compute the root by the recursive definition of RFC 6962 section 2.1, independently of the program."""
    if len(leaf_hashes) == 1:
        return leaf_hashes[0]
    split = 1
    while split * 2 < len(leaf_hashes):
        split *= 2
    return node_hash(naive_root(leaf_hashes[:split]), naive_root(leaf_hashes[split:]))


def naive_node(leaf_hashes: list[bytes], height: int, index: int) -> bytes:
    """Compute one perfect subtree from all leaves."""
    return naive_root(leaf_hashes[index << height : (index + 1) << height])


def hashes(count: int) -> list[bytes]:
    """Return the hashes of `count` different leaves."""
    return [leaf_hash(str(number).encode()) for number in range(count)]


def conformance(folder: str) -> Path:
    """Return a folder of other people's test vectors, or skip the test with the reason."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "conformance"
    path = Path(os.environ.get("ONRECORD_CONFORMANCE", beside)) / folder
    if not path.is_dir():
        pytest.skip(f"{path} is missing; set ONRECORD_CONFORMANCE to the folder of test vectors")
    return path
