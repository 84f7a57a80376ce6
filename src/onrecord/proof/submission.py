# SPDX-License-Identifier: Apache-2.0
"""What a log sends to a witness: `add-checkpoint` (c2sp.org/tlog-witness)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from onrecord.proof import note
from onrecord.proof.encoding import from_base64, from_decimal, to_base64
from onrecord.proof.errors import BadEncoding, BadProof
from onrecord.proof.merkle import HASH_SIZE

MAX_SIZE = 262_144
"""Of a request: a proof is at most 63 lines, the rest is the checkpoint with its signatures."""
MAX_HASHES = 63
SIZE_MEDIA_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint and the proof that it continues the tree of `old_size` leaves."""

    old_size: int
    hashes: tuple[bytes, ...]
    signed_checkpoint: bytes

    def to_bytes(self) -> bytes:
        """This submission as it is sent."""
        lines = [f"old {self.old_size}", *(to_base64(value) for value in self.hashes)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.signed_checkpoint


def parse(data: bytes) -> Submission:
    """Read a submission without believing it. Raises BadProof or BadNote."""
    if len(data) > MAX_SIZE:
        raise BadProof(f"The submission has {len(data)} bytes; at most {MAX_SIZE} are read.")
    head, separator, signed_checkpoint = data.partition(b"\n\n")
    try:
        first, *rest = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadProof(f"The submission holds a byte that is not ASCII at {error.start}.") from error
    if not separator or not first.startswith("old "):
        raise BadProof("The submission should begin with 'old <size>' and end with a checkpoint.")
    if len(rest) > MAX_HASHES:
        raise BadProof(f"The proof has {len(rest)} hashes; at most {MAX_HASHES} are read.")
    try:
        old_size = from_decimal(first.removeprefix("old "), what="The old size")
        hashes = tuple(from_base64(line, what="A hash in the proof", length=HASH_SIZE) for line in rest)
    except BadEncoding as error:
        raise BadProof(str(error)) from error
    note.parse(signed_checkpoint)
    return Submission(old_size, hashes, signed_checkpoint)


def origin_hash(origin: str) -> str:
    """Return the name under which a witness shows what it knows of a log."""
    return hashlib.sha256(origin.encode("utf-8")).hexdigest()
