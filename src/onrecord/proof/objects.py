# SPDX-License-Identifier: Apache-2.0
"""Objects and activities of the fediverse that carry a proof (FEP-8b32, cryptosuite eddsa-jcs-2022).

The proof is over the canonical form of the object (RFC 8785), so the bytes may be spaced and ordered anyhow.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from onrecord.proof import base58, canonical
from onrecord.proof.canonical import Json, canonicalise
from onrecord.proof.errors import BadObject, NotCanonical, WrongSignature
from onrecord.proof.keys import PublicKey

TYPE = "DataIntegrityProof"
SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"
MAX_SIZE = 1_000_000
"""Bytes: what servers of the fediverse read, too."""
_SITE = re.compile(r"https?://[A-Za-z0-9.:_\[\]-]+(?=[/?#])")


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of an object, taken out of it. Nothing in it is believed."""

    method: str
    """The address of the key that is said to have made it."""
    created: str
    value: bytes
    messages: tuple[bytes, ...] = field(repr=False)
    """What was signed. Some leave the context out of what they write, but not out of what they sign."""

    def verify(self, key: PublicKey) -> None:
        """Raise WrongSignature unless the key made this proof."""
        for message in self.messages:
            try:
                return key.verify(message, self.value)
            except WrongSignature:
                continue
        raise WrongSignature("The proof is not by this key, or the document was changed.")


@dataclass(frozen=True, slots=True)
class Object:
    """An object or activity that was read, and whose account it says it is from."""

    id: str
    type: str
    name: str
    account: str
    """The id of the account whose key made the proof."""
    proof: Proof


def read(data: bytes) -> Object:
    """Read an object or activity with its proof, without believing it.

    Whoever is named as its actor or author has to be the account of the key; a Tombstone names nobody. Raises
    BadObject or NotCanonical.
    """
    if len(data) > MAX_SIZE:
        raise BadObject(f"The object has {len(data)} bytes; at most {MAX_SIZE} are read.")
    members = canonical.read(data)
    if not isinstance(members, dict):
        raise BadObject("What stands there is no JSON object.")
    canonicalise(members)
    proof = proof_of(members)
    identity, account = _text(members, "id"), proof.method.partition("#")[0]
    if not _site(identity) or _site(identity) != _site(account):
        raise BadObject(f"The object {identity[:200]!r} is of another site than the key {proof.method!r}.")
    owners = [members[name] for name in ("actor", "attributedTo") if name in members]
    if any(owner != account for owner in owners):
        raise BadObject(f"The object is by {str(owners[0])[:200]!r}, the key of its proof of {account!r}.")
    name = members.get("name")
    return Object(identity, _text(members, "type"), name if isinstance(name, str) else "", account, proof)


def proof_of(members: Mapping[str, Json]) -> Proof:
    """Take the proof out of a document. Raises BadObject unless it has one, of the one kind that is read."""
    proof = members.get("proof")
    if not isinstance(proof, dict):
        raise BadObject("The document carries no proof, or more than one.")
    for name, wanted in (("type", TYPE), ("cryptosuite", SUITE), ("proofPurpose", PURPOSE)):
        if proof.get(name) != wanted:
            raise BadObject(f"The proof says {name} {str(proof.get(name))[:60]!r}; only {wanted} is read.")
    method, created, value = (proof.get(name) for name in ("verificationMethod", "created", "proofValue"))
    if not isinstance(method, str) or not method:
        raise BadObject("The proof does not say whose it is (verificationMethod).")
    try:
        signature = base58.decode(value if isinstance(value, str) else "")
    except ValueError as error:
        raise BadObject(f"The proof cannot be read: {error}.") from error
    bare = {name: member for name, member in members.items() if name != "proof"}
    options = {name: member for name, member in proof.items() if name != "proofValue"}
    return Proof(method, created if isinstance(created, str) else "", signature, _messages(bare, options))


def message(bare: Mapping[str, object], options: Mapping[str, object]) -> bytes:
    """Return what is signed: SHA-256 of the proof's options, then of the document without its proof.

    Raises BadObject for what has no canonical form.
    """
    return _hashed(options) + _hashed(bare)


def _messages(bare: dict[str, Json], options: dict[str, Json]) -> tuple[bytes, ...]:
    if "@context" not in options:
        if "@context" not in bare:
            return (message(bare, options),)
        return (message(bare, options), message(bare, {**options, "@context": bare["@context"]}))
    # The proof's context has to be where the document's begins (vc-di-eddsa, 3.3.2).
    said, context = options["@context"], bare.get("@context")
    first = said if isinstance(said, list) else [said]
    whole = context if isinstance(context, list) else [context]
    if _hashed({"": whole[: len(first)]}) != _hashed({"": first}):
        raise BadObject("The proof was made for another context.")
    return (message({**bare, "@context": said}, options),)


def _hashed(value: Mapping[str, object]) -> bytes:
    try:
        return hashlib.sha256(canonicalise(dict(value))).digest()
    except NotCanonical as error:
        raise BadObject(f"The document has no canonical form: {error}") from error


def _text(members: Mapping[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise BadObject(f"The member {name} is {str(value)[:60]!r}. It must be text, and not empty.")
    return value


def _site(address: str) -> str:
    found = _SITE.match(address)
    return found[0] if found else ""
