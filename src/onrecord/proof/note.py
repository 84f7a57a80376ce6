# SPDX-License-Identifier: Apache-2.0
"""Signed notes: a text, a blank line, signature lines (c2sp.org/signed-note)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import BadEncoding, BadNote, NoKnownSignature
from onrecord.proof.keys import KEY_ID_SIZE, NOTE_KIND, PrivateKey, PublicKey

MAX_NOTE_SIZE = 1_000_000
MAX_SIGNATURES = 100
"""The specification demands at least 16; post-quantum signatures are about 5 kB each."""
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. Says nothing until it is verified."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """This signature as it stands in a note."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with signatures. The text may only be believed after verify."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """This note as it is served."""
        return (self.text + "\n" + "".join(s.line() for s in self.signatures)).encode("utf-8")

    def verify(self, keys: Iterable[PublicKey]) -> list[PublicKey]:
        """Return those of the given keys that signed.

        Lines by other keys are ignored, even with the name or the id of a given key. Raises WrongSignature
        when a line by a given key does not verify, NoKnownSignature when there is no such line.
        """
        known = {(key.name, key.key_id): key for key in keys if key.kind == NOTE_KIND}
        signed: list[PublicKey] = []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            key.verify(self.text.encode("utf-8"), signature.signature)
            if key not in signed:
                signed.append(key)
        if not signed:
            raise NoKnownSignature(
                f"The note is signed by {_listed(s.name for s in self.signatures)}."
                f" Trusted here: {_listed(key.name for key in known.values())}."
            )
        return signed


def sign(text: str, *keys: PrivateKey) -> Note:
    """Sign a text, which must end in a newline, with one or more keys for notes."""
    for key in keys:
        if key.kind != NOTE_KIND:
            raise BadNote(f"The key {key.name} is not for notes. Each key serves one purpose.")
    message = text.encode("utf-8")
    note = Note(text, tuple(Signature(k.name, k.public.key_id, k.sign(message)) for k in keys))
    parse(note.to_bytes())
    return note


@lru_cache(maxsize=8)
def parse(data: bytes) -> Note:
    """Split a signed note into text and signatures, without believing either. Raises BadNote."""
    text = _decode(data)
    # The text may hold empty lines itself: the last one separates (signed-note, "Format").
    body, separator, lines = text.rpartition("\n\n")
    if not separator or not lines.endswith("\n"):
        raise BadNote("The note has no blank line followed by signature lines that end in a newline.")
    rows = lines[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise BadNote(f"The note has {len(rows)} signatures; at most {MAX_SIGNATURES} are read.")
    return Note(body + "\n", tuple(_signature(row) for row in rows))


def _decode(data: bytes) -> str:
    if len(data) > MAX_NOTE_SIZE:
        raise BadNote(f"The note has {len(data)} bytes; at most {MAX_NOTE_SIZE} are read.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadNote(f"The note is not UTF-8: {error.reason} at byte {error.start}.") from error
    if found := _CONTROL.search(text):
        raise BadNote(f"The note holds the control character {found[0]!r} at {found.start()}.")
    return text


def _signature(row: str) -> Signature:
    name, space, encoded = row.removeprefix(_DASH).partition(" ")
    if not row.startswith(_DASH) or not space or not name or "+" in name or any(c.isspace() for c in name):
        raise BadNote(f"{row[:80]!r} is no signature line. It should read '— <key name> <base64>'.")
    try:
        data = from_base64(encoded, what=f"The signature by {name}")
    except BadEncoding as error:
        raise BadNote(str(error)) from error
    if len(data) <= KEY_ID_SIZE:
        raise BadNote(f"The signature by {name} has {len(data)} bytes, too few for a key id and a signature.")
    return Signature(name, data[:KEY_ID_SIZE], data[KEY_ID_SIZE:])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nobody"
