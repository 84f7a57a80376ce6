# SPDX-License-Identifier: Apache-2.0
"""The whole question a reader has: is this edition on the record of that log (docs/record.md A5)?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.proof import edition, leaf, tlogproof
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.edition import Edition
from onrecord.proof.errors import WrongOrigin
from onrecord.proof.keys import PublicKey


@dataclass(frozen=True, slots=True)
class OnRecord:
    """An edition that was found on the record. It proves who said it and when, never that it is true."""

    edition: Edition
    index: int
    checkpoint: Checkpoint


def verify_edition(
    edition_bytes: bytes,
    proof_bytes: bytes,
    *,
    origin: str,
    log_keys: Sequence[PublicKey],
    release_keys: Sequence[PublicKey],
) -> OnRecord:
    """Follow the chain from the edition's bytes to the signed root, or raise the ProofError that breaks it.

    1. The nonce and the bytes open the commitment in the leaf. 2. A release key signed the leaf for this log.
    3. The log signed a checkpoint. 4. The leaf is in the tree of that checkpoint, at its index. 5. The bytes
    are a well formed edition made for this log.
    """
    proof = tlogproof.parse(proof_bytes)
    opening = proof.opening()
    signed_leaf = leaf.verify(opening.leaf, origin=origin, keys=release_keys)
    edition.verify_commitment(signed_leaf.commitment, nonce=opening.nonce, edition_bytes=edition_bytes)
    head = proof.verify(opening.leaf, origin=origin, keys=log_keys)
    read = edition.read(edition_bytes)
    if read.log != origin:
        raise WrongOrigin(f"The edition was made for the log {read.log}, not for {origin}.")
    return OnRecord(read, proof.index, head)
