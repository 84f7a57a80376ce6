# SPDX-License-Identifier: Apache-2.0
"""What a witness says of a checkpoint: it was seen then, and it continues all that was seen before.

That is `cosignature/v1` of c2sp.org/tlog-cosignature, kind 0x04. Its line carries eight bytes of time before
the Ed25519 signature, which covers `"cosignature/v1\\ntime <seconds>\\n"` and the whole text of the note.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.proof import note
from onrecord.proof.encoding import MAX_NUMBER
from onrecord.proof.errors import BadNote, WrongSignature
from onrecord.proof.keys import COSIGNATURE_KIND, PrivateKey, PublicKey
from onrecord.proof.note import Note, Signature

_TIME_SIZE = 8
_SIGNATURE_SIZE = 64


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that was verified: who, with which key, and when by their clock (POSIX seconds)."""

    name: str
    key: PublicKey
    time: int


def message(text: str, *, time: int) -> bytes:
    """Return the bytes that a witness signs: `text` is that of the checkpoint, final newline included."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def sign(text: str, key: PrivateKey, *, time: int) -> Signature:
    """Return the line by which a witness cosigns the text of a checkpoint at `time`, in POSIX seconds."""
    if key.kind != COSIGNATURE_KIND:
        raise BadNote(f"The key {key.name} is not for cosignatures. Each key serves one purpose.")
    if not 0 < time <= MAX_NUMBER:
        raise BadNote(f"The time of a cosignature is {time}. It must be positive and below 2^63.")
    signature = time.to_bytes(_TIME_SIZE, "big") + key.sign(message(text, time=time))
    return Signature(key.name, key.public.key_id, signature)


def verify(signature: Signature, text: str, key: PublicKey) -> int:
    """Return when the witness signed, in POSIX seconds; raise WrongSignature unless it signed this text."""
    if key.kind != COSIGNATURE_KIND or (signature.name, signature.key_id) != (key.name, key.key_id):
        raise WrongSignature(f"The line by {signature.name} is no cosignature by the key {key.vkey}.")
    if len(signature.signature) != _TIME_SIZE + _SIGNATURE_SIZE:
        raise WrongSignature(
            f"The cosignature by {key.name} has {len(signature.signature)} bytes,"
            f" not {_TIME_SIZE + _SIGNATURE_SIZE}."
        )
    time = int.from_bytes(signature.signature[:_TIME_SIZE], "big")
    if not 0 < time <= MAX_NUMBER:
        raise WrongSignature(f"The cosignature by {key.name} gives the time {time}, which cannot be.")
    key.verify(message(text, time=time), signature.signature[_TIME_SIZE:])
    return time


def cosignatures_of(signed: Note | bytes, keys: Iterable[PublicKey]) -> list[Cosigned]:
    """Return which of these witnesses cosigned the note, by the order of lines, each with its newest time.

    Lines by other keys or of other types are ignored. Raises WrongSignature when a line by a given key does
    not verify: such a note is malformed (c2sp.org/signed-note, "Format").
    """
    read = note.parse(signed) if isinstance(signed, bytes) else signed
    known = {(key.name, key.key_id): key for key in keys if key.kind == COSIGNATURE_KIND}
    found: dict[PublicKey, int] = {}
    for signature in read.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is not None:
            found[key] = max(verify(signature, read.text, key), found.get(key, 0))
    return [Cosigned(key.name, key, time) for key, time in found.items()]


def with_lines(signed: bytes, *lines: str) -> bytes:
    """Return the note with signature lines added after its own. Raises BadNote when that is no note."""
    added = signed + "".join(lines).encode("utf-8")
    note.parse(added)
    return added


def lines_by(key: PublicKey, answer: bytes, *, text: str) -> list[tuple[str, int]]:
    """Return the cosignature lines by `key` in what a witness answered, with their times, the oldest first.

    Lines by unknown keys are ignored (c2sp.org/tlog-witness, "add-checkpoint"). Raises BadNote for anything
    but signature lines, WrongSignature for a line by the key that does not verify.
    """
    read = note.parse(text.encode("utf-8") + b"\n" + answer)
    if read.text != text:
        raise BadNote("The witness answered with more than signature lines.")
    mine = [s for s in read.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    return sorted(((s.line(), verify(s, text, key)) for s in mine), key=lambda line: line[1])
