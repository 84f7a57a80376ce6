# SPDX-License-Identifier: Apache-2.0
"""Who signed a leaf or a checkpoint, and does that key count for this part of the log (docs/record.md A6)?

A listed key counts for the range that the register gives it. A key that the reader trusts counts everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from onrecord.proof import leaf
from onrecord.proof.errors import Compromised, NoKnownSignature, OutOfTime, WrongSignature
from onrecord.proof.keys import LEAF_KIND, NOTE_KIND, PublicKey
from onrecord.proof.leaf import Leaf
from onrecord.proof.note import Note, Signature
from onrecord.proof.register import COMPROMISED, ListedKey


def leaf_signer(
    signed: Leaf, *, origin: str, index: int, listed: Iterable[ListedKey], trusted: Iterable[PublicKey] = ()
) -> PublicKey:
    """Return the release key that signed leaf `index` of this log and counts for it.

    Raises NoKnownSignature, WrongSignature, or OutOfTime when the key does not count there.
    """
    mine = [key for key in trusted if key.kind == LEAF_KIND and key.name.startswith(f"{origin}/")]
    ranges = [known for known in listed if known.key.kind == LEAF_KIND]
    candidates = [key for key in (*mine, *(known.key for known in ranges)) if key.key_id == signed.key_id]
    if not candidates:
        raise NoKnownSignature(
            f"The leaf is signed by the key {signed.key_id.hex()}, which is not among the"
            f" {len(mine) + len(ranges)} release keys known here."
        )
    message = leaf.message(signed.commitment, origin=origin)
    signer = _first_that_signed(candidates, message, signed.signature)
    if signer in mine or any(known.key == signer and known.covers(index) for known in ranges):
        return signer
    raise OutOfTime(_out_of_time(signer, ranges, f"leaf {index}"))


def checkpoint_signers(
    signed: Note, *, origin: str, size: int, listed: Iterable[ListedKey], trusted: Iterable[PublicKey] = ()
) -> list[PublicKey]:
    """Return the log keys that signed this checkpoint over `size` leaves and count for it, at least one.

    Raises NoKnownSignature, WrongSignature, OutOfTime, or Compromised when the only key that signed was
    compromised later: a thief can sign an old size too.
    """
    mine = [key for key in trusted if key.kind == NOTE_KIND and key.name == origin]
    ranges = [known for known in listed if known.key.kind == NOTE_KIND and known.key.name == origin]
    signers = _note_signers(signed, {*mine, *(known.key for known in ranges)})
    covering = [known for known in ranges if known.key in signers and known.covers(size)]
    good = {known.key for known in covering if known.state != COMPROMISED}
    counting = [key for key in signers if key in mine or key in good]
    if counting:
        return counting
    if covering:
        raise Compromised(
            f"The checkpoint is signed by the key {covering[0].key.key_id.hex()} alone, which was compromised"
            " later. Ask for a fresh proof."
        )
    raise OutOfTime(_out_of_time(signers[0], ranges, f"a checkpoint over {size} leaves"))


def _note_signers(signed: Note, keys: set[PublicKey]) -> list[PublicKey]:
    """Return which of these keys signed the note. A line by one of them that does not verify is refused."""
    message = signed.text.encode("utf-8")
    signers: list[PublicKey] = []
    for line in signed.signatures:
        candidates = [key for key in keys if _may_be(line, key)]
        if candidates:
            signers.append(_first_that_signed(candidates, message, line.signature))
    if not signers:
        names = ", ".join(f"{line.name} ({line.key_id.hex()})" for line in signed.signatures)
        raise NoKnownSignature(
            f"The checkpoint is signed by {names}: none of the {len(keys)} log keys known here."
        )
    return signers


def _may_be(line: Signature, key: PublicKey) -> bool:
    return (line.name, line.key_id) == (key.name, key.key_id)


def _first_that_signed(candidates: Iterable[PublicKey], message: bytes, signature: bytes) -> PublicKey:
    """Return the key that signed. Two keys may have one id: it has four bytes."""
    refused: WrongSignature | None = None
    for key in candidates:
        try:
            return _that_signed(key, message, signature)
        except WrongSignature as error:
            refused = error
    raise refused or WrongSignature("There is no key to verify the signature with.")


@lru_cache(maxsize=64)
def _that_signed(key: PublicKey, message: bytes, signature: bytes) -> PublicKey:
    # Kept once verified: thousands of proofs lead to one checkpoint, and each leaf is asked about twice.
    key.verify(message, signature)
    return key


def _out_of_time(signer: PublicKey, ranges: Iterable[ListedKey], what: str) -> str:
    known = next(listed for listed in ranges if listed.key == signer)
    until = "" if known.to_index is None else f" to {known.to_index}"
    return (
        f"The key {signer.name} ({signer.key_id.hex()}), which is {known.state}, counts from"
        f" {known.from_index}{until} and not for {what}."
    )
