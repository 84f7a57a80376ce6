# SPDX-License-Identifier: Apache-2.0
"""Proofs that an object carries itself (FEP-8b32; W3C Data Integrity, cryptosuite eddsa-jcs-2022).

Whoever has a copy of a statement can check it without asking the newsroom. How proofs are read stands in
`onrecord.proof.objects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any  # JSON

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onrecord.federation.signatures.errors import BadProof
from onrecord.proof import base58, objects
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import FEDERATION_KIND, PublicKey
from onrecord.proof.objects import PURPOSE, SUITE, TYPE


def add(
    document: Mapping[str, Any], *, method: str, key: Ed25519PrivateKey, created: datetime
) -> dict[str, Any]:
    """Return a document with its proof: the same for the same document, key and time.

    Raises BadProof for one with fractions or text that is not in Unicode normal form C.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    proof = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": f"{created.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z",
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in bare:
        proof["@context"] = bare["@context"]
    try:
        value = base58.encode(key.sign(objects.message(bare, proof)))
    except ProofError as error:
        raise BadProof(str(error)) from error
    return {**bare, "proof": {**proof, "proofValue": value}}


def method_of(document: Mapping[str, Any]) -> str:
    """Return the address of the key that a document's proof names. Raises BadProof if it is none for us."""
    try:
        return objects.proof_of(document).method
    except ProofError as error:
        raise BadProof(str(error)) from error


def verify(document: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    """Raise BadProof unless the owner of the key proved this document. The document is not changed."""
    try:
        objects.proof_of(document).verify(PublicKey("proof", key.public_bytes_raw(), FEDERATION_KIND))
    except ProofError as error:
        raise BadProof(str(error)) from error
