# SPDX-License-Identifier: Apache-2.0
"""The proof a reader keeps: one `.tlog-proof` file (c2sp.org/tlog-proof; docs/record.md A5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.proof import canonical, checkpoint, merkle, note
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.encoding import from_base64, from_decimal, to_base64
from onrecord.proof.errors import BadEncoding, BadProof, NotCanonical
from onrecord.proof.keys import PublicKey
from onrecord.proof.merkle import HASH_SIZE

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 64
MAX_SIZE = 2**21
NONCE_SIZE = 32


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a leaf: the nonce of the commitment and the leaf itself.

    Travels as the proof's extra data, which nothing authenticates. That is safe: it opens a hash, and a
    wrong nonce or leaf opens nothing.
    """

    nonce: bytes
    leaf: bytes

    def to_bytes(self) -> bytes:
        """Write the canonical extra data. The leaf is text in it, so a browser hashes it as it stands."""
        return canonical.canonicalise({"leaf": self.leaf.decode("utf-8"), "nonce": to_base64(self.nonce)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Opening:
        """Read the extra data of a proof. Raises BadProof."""
        try:
            members = canonical.parse(data)
        except NotCanonical as error:
            raise BadProof(f"The extra data of the proof opens no leaf. {error}") from error
        if not isinstance(members, dict) or set(members) != {"leaf", "nonce"}:
            raise BadProof("The extra data of the proof must have exactly the members leaf and nonce.")
        leaf, nonce = members["leaf"], members["nonce"]
        if not isinstance(leaf, str) or not isinstance(nonce, str):
            raise BadProof("The members leaf and nonce in the extra data of the proof must be text.")
        try:
            return cls(from_base64(nonce, what="The nonce", length=NONCE_SIZE), leaf.encode("utf-8"))
        except BadEncoding as error:
            raise BadProof(str(error)) from error


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An inclusion proof with the checkpoint it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    signed_checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """This proof as it is served."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(to_base64(value) for value in self.hashes)
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.signed_checkpoint

    def opening(self) -> Opening:
        """Return what opens the leaf. Raises BadProof when the proof carries nothing of the kind."""
        if self.extra is None:
            raise BadProof("The proof has no extra data, so it does not say what the leaf commits to.")
        return Opening.from_bytes(self.extra)

    def verify(self, leaf: bytes, *, origin: str, keys: Iterable[PublicKey]) -> Checkpoint:
        """Return the checkpoint, once it is signed by the log and contains the leaf at the index.

        Raises what checkpoint.verify and merkle.verify_inclusion raise.
        """
        head = checkpoint.verify(self.signed_checkpoint, origin=origin, keys=keys)
        merkle.verify_inclusion(
            index=self.index,
            size=head.size,
            hash_of_leaf=merkle.leaf_hash(leaf),
            proof=self.hashes,
            root=head.root,
        )
        return head


def parse(data: bytes) -> TlogProof:
    """Read a `.tlog-proof` file without believing it. Raises BadProof or BadNote."""
    if len(data) > MAX_SIZE:
        raise BadProof(f"The proof has {len(data)} bytes; at most {MAX_SIZE} are read.")
    head, separator, signed_checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadProof(f"The proof holds a byte that is not ASCII at {error.start}.") from error
    if not separator or lines.pop(0) != HEADER:
        raise BadProof(f"This is no proof: it should begin with the line {HEADER} and end with a checkpoint.")
    note.parse(signed_checkpoint)
    try:
        extra = _extra(lines)
        index = _index(lines)
        hashes = tuple(from_base64(line, what="A hash in the proof", length=HASH_SIZE) for line in lines)
    except BadEncoding as error:
        raise BadProof(str(error)) from error
    if len(hashes) > MAX_HASHES:
        raise BadProof(f"The proof has {len(hashes)} hashes; no log needs more than {MAX_HASHES}.")
    return TlogProof(index, hashes, signed_checkpoint, extra)


def _extra(lines: list[str]) -> bytes | None:
    if not lines or not lines[0].startswith("extra "):
        return None
    return from_base64(lines.pop(0).removeprefix("extra "), what="The extra data of the proof")


def _index(lines: list[str]) -> int:
    if not lines or not lines[0].startswith("index "):
        raise BadProof("The proof has no line 'index <number>' where it belongs.")
    return from_decimal(lines.pop(0).removeprefix("index "), what="The index in the proof")
