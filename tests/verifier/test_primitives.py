# SPDX-License-Identifier: Apache-2.0
"""What both verifiers stand on: signatures that only a mathematician would forge, proofs by others."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey
from tests.proof.cast import conformance
from tests.verifier.damage import ED25519_ORDER
from tests.verifier.decided import Node

pytestmark = [pytest.mark.slow, pytest.mark.once]

SEED = bytes(range(32))
MESSAGE = b"The bridge opens on Monday."
IDENTITY = (1).to_bytes(32, "little")


def _secret_scalar() -> int:
    digest = bytearray(hashlib.sha512(SEED).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return int.from_bytes(digest, "little")


def _signatures() -> dict[str, tuple[bytes, bytes, bool]]:
    """Return named triples of key, signature, and whether it is to be accepted."""
    secret = Ed25519PrivateKey.from_private_bytes(SEED)
    key, good = secret.public_key().public_bytes_raw(), secret.sign(MESSAGE)
    r, s = good[:32], int.from_bytes(good[32:], "little")
    # R is the neutral point: S = h·a satisfies the equation, and OpenSSL alone would accept it.
    h = int.from_bytes(hashlib.sha512(IDENTITY + key + MESSAGE).digest(), "little")
    neutral = IDENTITY + (h * _secret_scalar() % ED25519_ORDER).to_bytes(32, "little")
    Ed25519PublicKey.from_public_bytes(key).verify(neutral, MESSAGE)
    not_canonical = (2**255 - 19 + 1).to_bytes(32, "little")
    return {
        "good": (key, good, True),
        "S plus the order": (key, r + (s + ED25519_ORDER).to_bytes(32, "little"), False),
        "R of small order": (key, neutral, False),
        "R of small order, spelled otherwise": (key, not_canonical + neutral[32:], False),
        "one bit": (key, bytes([good[0] ^ 1]) + good[1:], False),
        "too short": (key, good[:-1], False),
        "no point": (b"\x02" + bytes(31), good, False),
        "weak key": (IDENTITY, IDENTITY + bytes(32), False),
    }


def _python_accepts(key: bytes, signature: bytes) -> bool:
    try:
        PublicKey("name", key).verify(MESSAGE, signature)
    except ProofError:
        return False
    return True


def test_signatures_are_accepted_by_all_or_none(browser_verifier: Node, without_web_crypto: Node) -> None:
    cases = _signatures()
    expected = {name: accepted for name, (_, _, accepted) in cases.items()}
    asked = [
        {"do": "ed25519", "key": _text(key), "message": _text(MESSAGE), "signature": _text(signature)}
        for key, signature, _ in cases.values()
    ]
    for there in (browser_verifier, without_web_crypto):
        answers = [answer["here"] for answer in there.ask(asked)]
        assert dict(zip(cases, answers, strict=True)) == expected
    assert {name: _python_accepts(key, signed) for name, (key, signed, _) in cases.items()} == expected


@pytest.mark.conformance
def test_the_browser_judges_all_196_proofs_of_other_people_right(browser_verifier: Node) -> None:
    questions, expected = [], []
    for kind in ("inclusion", "consistency"):
        for path in sorted((conformance("tlog/merkle/testdata") / kind).rglob("*.json")):
            case = json.loads(path.read_text())
            questions.append(_question(kind, case))
            expected.append(not case["wantErr"])
    answers = [answer["accepted"] for answer in browser_verifier.ask(questions)]
    assert len(expected) == 196
    assert answers == expected


def _question(kind: str, case: dict[str, Any]) -> dict[str, Any]:
    if kind == "inclusion":
        numbers = {"index": str(case["leafIdx"]), "size": str(case["treeSize"])}
        hashes = {"leaf": case["leafHash"] or "", "root": case["root"] or ""}
    else:
        numbers = {"old_size": str(case["size1"]), "new_size": str(case["size2"])}
        hashes = {"old_root": case["root1"] or "", "new_root": case["root2"] or ""}
    return {"do": kind, "proof": case["proof"] or [], **numbers, **hashes}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
