# SPDX-License-Identifier: Apache-2.0
"""Ed25519 keys with a name and one purpose (c2sp.org/signed-note, "Signature types"; docs/record.md A6).

A key is written as a *vkey*: `<name>+<key id>+<base64 of kind and public key>`. The kind is hashed into the
key id and stored with the key, so that a key for leaves is never taken for a key for checkpoints.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import BadEncoding, BadKey, WrongSignature

NOTE_KIND = b"\x01"
"""Ed25519 over the text of a note: what signs checkpoints."""
COSIGNATURE_KIND = b"\x04"
"""Ed25519 with a time over the text of a checkpoint: what a witness signs (c2sp.org/tlog-cosignature)."""
LEAF_KIND = b"\xffonrecord/leaf/1"
"""Ed25519 over a leaf. 0xff and a long name is the form the specification reserves for kinds of one's own."""
FEDERATION_KIND = b"\xffonrecord/federation/1"
"""Ed25519 over objects of the fediverse (FEP-8b32): what proves that an account of the newsroom said them."""
KINDS = (NOTE_KIND, COSIGNATURE_KIND, LEAF_KIND, FEDERATION_KIND)

PUBLIC_SIZE = 32
KEY_ID_SIZE = 4
_FIELD_PRIME = 2**255 - 19


def _y(encoded: str) -> int:
    return int.from_bytes(bytes.fromhex(encoded), "little")


_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _FIELD_PRIME - 1,
        # The y coordinates of the four points of order 8, as they are encoded.
        _y("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        _y("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    }
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A named Ed25519 public key of one kind. Refuses keys for which anybody can make signatures."""

    name: str
    raw: bytes
    kind: bytes = NOTE_KIND

    def __post_init__(self) -> None:
        """Raise BadKey for an impossible name, an unknown kind, or a key of small order."""
        check_name(self.name)
        if self.kind not in KINDS:
            raise BadKey(f"The key {self.name} is of kind {self.kind!r}, which is not supported here.")
        _check_strength(self.name, self.raw)

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand for this key in a signature line."""
        digest = hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.raw)
        return digest.digest()[:KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        """This key as text."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self.kind + self.raw)}"

    @classmethod
    def from_vkey(cls, text: str) -> PublicKey:
        """Read a vkey; raise BadKey when it is malformed or its key id is not that of the key."""
        parts = text.split("+", 2)  # base64 may hold a plus, the name and the id may not
        if len(parts) != 3:
            raise BadKey(f"{text[:80]!r} is no vkey. It should read <name>+<key id>+<base64>.")
        name, key_id, encoded = parts
        try:
            data = from_base64(encoded, what=f"the key {name}")
        except BadEncoding as error:
            raise BadKey(str(error)) from error
        key = cls(name, data[-PUBLIC_SIZE:], data[:-PUBLIC_SIZE])
        if key.key_id.hex() != key_id:
            raise BadKey(f"The key {name} has the id {key.key_id.hex()}, but its vkey says {key_id[:16]!r}.")
        return key

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raise WrongSignature unless this key signed the message.

        A commitment R of small order is refused: no honest signer makes one, and browsers differ about it.
        """
        try:
            if _encoded_y(signature[:PUBLIC_SIZE]) in _SMALL_ORDER_Y:
                raise ValueError("R is of small order")
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise WrongSignature(
                f"The signature by {self.name} ({self.key_id.hex()}) does not verify."
            ) from error


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A named Ed25519 private key of one kind. Its representation never shows the secret."""

    name: str
    secret: Ed25519PrivateKey = field(repr=False)
    kind: bytes = NOTE_KIND

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.name, self.secret.public_key().public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message: 64 bytes, always the same for the same message."""
        return self.secret.sign(message)


def check_name(name: str) -> None:
    """Raise BadKey for what cannot be the name of a key."""
    forbidden = [c for c in name if c.isspace() or c == "+" or c < " "]
    if not name or forbidden:
        raise BadKey(f"{name!r} cannot be the name of a key: it must not be empty or hold spaces or '+'.")


def _check_strength(name: str, raw: bytes) -> None:
    if len(raw) != PUBLIC_SIZE:
        raise BadKey(f"The key {name} has {len(raw)} bytes, not {PUBLIC_SIZE}.")
    if _encoded_y(raw) >= _FIELD_PRIME:
        raise BadKey(f"The key {name} is not in the canonical form of RFC 8032 section 5.1.3.")
    if _encoded_y(raw) in _SMALL_ORDER_Y:
        raise BadKey(f"The key {name} is a point of small order: anybody could sign with it.")


def _encoded_y(point: bytes) -> int:
    return int.from_bytes(point, "little") & (2**255 - 1)
