# SPDX-License-Identifier: Apache-2.0
"""The leaf: a hiding commitment to an edition and the signature of who released it (docs/record.md A1).

`{"c":…,"k":…,"s":…,"v":"onrecord/leaf/1"}`, canonical, 184 bytes. `c` is the commitment, `k` the id of the
release key in hexadecimal, `s` its signature over `"onrecord/leaf/1\\n" || origin || "\\n" || commitment`.
The origin is signed so that no leaf can be replayed in another log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.proof.canonical import Json, canonicalise, parse
from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import BadLeaf, NoKnownSignature, Unreadable
from onrecord.proof.keys import KEY_ID_SIZE, LEAF_KIND, PrivateKey, PublicKey
from onrecord.proof.merkle import HASH_SIZE

VERSION = "onrecord/leaf/1"
_SIGNATURE_SIZE = 64


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf taken apart."""

    commitment: bytes
    key_id: bytes
    signature: bytes

    def to_bytes(self) -> bytes:
        """This leaf as it stands in the log."""
        return canonicalise(
            {
                "c": to_base64(self.commitment),
                "k": self.key_id.hex(),
                "s": to_base64(self.signature),
                "v": VERSION,
            }
        )


def message(commitment: bytes, *, origin: str) -> bytes:
    """Return the bytes that the release key signs."""
    return f"{VERSION}\n{origin}\n".encode() + commitment


def sign(commitment: bytes, *, origin: str, key: PrivateKey) -> Leaf:
    """Make the leaf for a commitment. Refuses a key that is not for leaves."""
    if key.kind != LEAF_KIND:
        raise BadLeaf(f"The key {key.name} is not for leaves. Each key serves one purpose.")
    if len(commitment) != HASH_SIZE:
        raise BadLeaf(f"The commitment has {len(commitment)} bytes, not {HASH_SIZE}.")
    return Leaf(commitment, key.public.key_id, key.sign(message(commitment, origin=origin)))


def parse_leaf(data: bytes) -> Leaf:
    """Take a leaf apart without believing it. Raises BadLeaf."""
    try:
        members = parse(data)
        if not isinstance(members, dict) or set(members) != {"c", "k", "s", "v"}:
            raise BadLeaf("A leaf has exactly the members c, k, s and v.")
        if members["v"] != VERSION:
            raise BadLeaf(f"The leaf is of version {members['v']!r}. This program reads {VERSION!r}.")
        commitment, key_id, signature = (_text(members, name) for name in ("c", "k", "s"))
        leaf = Leaf(
            from_base64(commitment, what="The commitment in the leaf", length=HASH_SIZE),
            _key_id(key_id),
            from_base64(signature, what="The signature in the leaf", length=_SIGNATURE_SIZE),
        )
    except BadLeaf:
        raise
    except Unreadable as error:
        raise BadLeaf(f"This is no leaf. {error}") from error
    return leaf


def verify(data: bytes, *, origin: str, keys: Iterable[PublicKey]) -> Leaf:
    """Return the leaf, once one of the release keys has signed it for this log.

    Raises NoKnownSignature for another key, WrongSignature for a signature that does not verify.
    """
    leaf = parse_leaf(data)
    known = [key for key in keys if key.kind == LEAF_KIND and key.key_id == leaf.key_id]
    if not known:
        raise NoKnownSignature(f"The leaf is signed by the key {leaf.key_id.hex()}, which is not known here.")
    known[0].verify(message(leaf.commitment, origin=origin), leaf.signature)
    return leaf


def _text(members: dict[str, Json], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise BadLeaf(f"The member {name} of the leaf is {value!r}, not text.")
    return value


def _key_id(text: str) -> bytes:
    if len(text) != 2 * KEY_ID_SIZE or not set(text) <= set("0123456789abcdef"):
        raise BadLeaf(f"The key id in the leaf is {text[:40]!r}, not {2 * KEY_ID_SIZE} hexadecimal digits.")
    return bytes.fromhex(text)
