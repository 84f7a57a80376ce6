# SPDX-License-Identifier: Apache-2.0
"""Proofs that an object carries itself (FEP-8b32; W3C Data Integrity, cryptosuite eddsa-jcs-2022).

Whoever has a copy of a statement can check it without asking the newsroom.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any  # JSON

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onrecord.federation.signatures import base58
from onrecord.federation.signatures.errors import BadProof
from onrecord.proof.canonical import canonicalise
from onrecord.proof.errors import NotCanonical

TYPE = "DataIntegrityProof"
SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"


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
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    if "@context" in bare:
        proof["@context"] = bare["@context"]
    value = base58.encode(key.sign(_hashed(proof) + _hashed(bare)))
    return {**bare, "proof": {**proof, "proofValue": value}}


def method_of(document: Mapping[str, Any]) -> str:
    """Return the address of the key that a document's proof names. Raises BadProof if it is none for us."""
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise BadProof("The document carries no proof, or more than one.")
    wanted = {"type": TYPE, "cryptosuite": SUITE, "proofPurpose": PURPOSE}
    for name, value in wanted.items():
        if proof.get(name) != value:
            raise BadProof(f"The proof says {name} {str(proof.get(name))[:60]!r}; only {value} is read.")
    method = proof.get("verificationMethod")
    if not isinstance(method, str) or not method:
        raise BadProof("The proof does not say whose it is (verificationMethod).")
    return method


def verify(document: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    """Raise BadProof unless the owner of the key proved this document. The document is not changed."""
    method_of(document)
    proof = dict(document["proof"])
    bare = {name: value for name, value in document.items() if name != "proof"}
    try:
        signature = base58.decode(str(proof.pop("proofValue", "")))
    except ValueError as error:
        raise BadProof(f"The proof cannot be read: {error}.") from error
    readings = [proof]
    if "@context" in proof:
        _check_context(proof["@context"], bare.get("@context"))
        bare["@context"] = proof["@context"]
    elif "@context" in bare:
        # Some leave the context out of what they write, but not out of what they sign.
        readings.append({**proof, "@context": bare["@context"]})
    whole = _hashed(bare)
    if not any(_is_by(key, signature, _hashed(reading) + whole) for reading in readings):
        raise BadProof("The proof is not by this key, or the document was changed.")


def _check_context(said: object, context: object) -> None:
    """The proof's context has to be where the document's begins (vc-di-eddsa, 3.3.2)."""
    first = said if isinstance(said, list) else [said]
    whole = context if isinstance(context, list) else [context]
    if whole[: len(first)] != first:
        raise BadProof("The proof was made for another context.")


def _hashed(value: Mapping[str, Any]) -> bytes:
    try:
        return hashlib.sha256(canonicalise(dict(value))).digest()
    except NotCanonical as error:
        raise BadProof(f"The document has no canonical form: {error}") from error


def _is_by(key: Ed25519PublicKey, signature: bytes, hashed: bytes) -> bool:
    try:
        key.verify(signature, hashed)
    except InvalidSignature:
        return False
    return True
