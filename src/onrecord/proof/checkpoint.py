# SPDX-License-Identifier: Apache-2.0
"""Checkpoints: a log's size and root, signed (c2sp.org/tlog-checkpoint; docs/record.md A2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.proof import note
from onrecord.proof.encoding import from_base64, from_decimal, to_base64
from onrecord.proof.errors import BadCheckpoint, BadEncoding, WrongOrigin
from onrecord.proof.keys import PrivateKey, PublicKey
from onrecord.proof.merkle import EMPTY_ROOT, HASH_SIZE


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says about itself at one moment. Extension lines are read and never written."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def sign(checkpoint: Checkpoint, *keys: PrivateKey) -> bytes:
    """Return the signed note. The key of the log itself carries the origin as its name."""
    parse_text(checkpoint.text())
    return note.sign(checkpoint.text(), *keys).to_bytes()


def verify(data: bytes, *, origin: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """Return the checkpoint in a signed note, once a key of the log named like its origin has signed it.

    Raises WrongOrigin for another log, NoKnownSignature or WrongSignature as Note.verify does.
    """
    signed = note.parse(data)
    signed.verify(key for key in keys if key.name == origin)
    checkpoint = parse_text(signed.text)
    if checkpoint.origin != origin:
        raise WrongOrigin(f"The checkpoint is of the log {checkpoint.origin}, not of {origin}.")
    return checkpoint


def parse(data: bytes) -> Checkpoint:
    """Read the checkpoint in a signed note without believing it."""
    return parse_text(note.parse(data).text)


def parse_text(text: str) -> Checkpoint:
    """Read the text of a checkpoint. Raises BadCheckpoint."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1]:
        raise BadCheckpoint(
            f"{text[:120]!r} is no checkpoint."
            " It should be lines for origin, size and root, none of them empty."
        )
    origin, size_text, root_text, *extensions = lines[:-1]
    try:
        size = from_decimal(size_text, what="The size in the checkpoint")
        root = from_base64(root_text, what="The root in the checkpoint", length=HASH_SIZE)
    except BadEncoding as error:
        raise BadCheckpoint(str(error)) from error
    if size == 0 and root != EMPTY_ROOT:
        raise BadCheckpoint(f"The checkpoint gives the empty log the root {root.hex()}.")
    return Checkpoint(origin, size, root, tuple(extensions))
