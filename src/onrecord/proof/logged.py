# SPDX-License-Identifier: Apache-2.0
"""An edition file and its proof, taken apart, with the questions that can be asked of them one by one.

What cannot be read is kept as the error that says why; a question that needs it raises Skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from onrecord.proof import checkpoint, edition, leaf, merkle, note, tlogproof
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.edition import Edition
from onrecord.proof.errors import BadProof, ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.leaf import Leaf
from onrecord.proof.note import Note
from onrecord.proof.register import ListedKey
from onrecord.proof.signers import checkpoint_signers, leaf_signer
from onrecord.proof.tlogproof import Opening, TlogProof

_T = TypeVar("_T")
_S = TypeVar("_S")


class Skipped(Exception):
    """The question cannot be asked, because what it is about cannot be read."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An edition and its proof. Nothing in it is believed."""

    data: bytes
    edition: Edition | ProofError
    proof: TlogProof | ProofError
    opening: Opening | ProofError
    leaf: Leaf | ProofError
    note: Note | ProofError
    head: Checkpoint | ProofError

    @classmethod
    def of(cls, edition_bytes: bytes, proof_bytes: bytes) -> Logged:
        """Take both files apart as far as that is possible."""
        proof = attempt(tlogproof.parse, proof_bytes)
        opening = _then(proof, TlogProof.opening)
        signed = _then(proof, lambda read: note.parse(read.signed_checkpoint))
        return cls(
            data=edition_bytes,
            edition=attempt(edition.read, edition_bytes),
            proof=proof,
            opening=opening,
            leaf=_then(opening, lambda read: leaf.parse_leaf(read.leaf)),
            note=signed,
            head=_then(signed, _head),
        )

    @classmethod
    def of_checkpoint(cls, signed: bytes) -> Logged:
        """Take apart a checkpoint that comes without an edition."""
        absent = BadProof("There is only a checkpoint, no edition and no proof.")
        read = attempt(note.parse, signed)
        return cls(b"", absent, absent, absent, absent, read, _then(read, _head))

    def check_readable(self) -> None:
        """Raise the error that keeps a part of the proof from being read, if one does."""
        for part in (self.proof, self.opening, self.leaf, self.note, self.head):
            readable(part)

    def check_opened(self) -> None:
        """Raise WrongCommitment unless nonce and bytes open what the leaf commits to."""
        commitment, nonce = needed(self.leaf).commitment, needed(self.opening).nonce
        edition.verify_commitment(commitment, nonce=nonce, edition_bytes=self.data)

    def released_by(
        self, origin: str, listed: Sequence[ListedKey], trusted: Sequence[PublicKey] = ()
    ) -> PublicKey:
        """Return the release key that signed the leaf, or raise what leaf_signer raises."""
        index, signed = needed(self.proof).index, needed(self.leaf)
        return leaf_signer(signed, origin=origin, index=index, listed=listed, trusted=trusted)

    def signed_by(
        self, origin: str, listed: Sequence[ListedKey], trusted: Sequence[PublicKey] = ()
    ) -> list[PublicKey]:
        """Return the log keys that signed the checkpoint, or raise what checkpoint_signers raises."""
        size, signed = needed(self.head).size, needed(self.note)
        return checkpoint_signers(signed, origin=origin, size=size, listed=listed, trusted=trusted)

    def check_included(self) -> None:
        """Raise WrongRoot or OutOfRange unless the leaf is in the tree of the checkpoint."""
        proof, head, opening = needed(self.proof), needed(self.head), needed(self.opening)
        merkle.verify_inclusion(
            index=proof.index,
            size=head.size,
            hash_of_leaf=merkle.leaf_hash(opening.leaf),
            proof=proof.hashes,
            root=head.root,
        )


def attempt(read: Callable[[_S], _T], source: _S) -> _T | ProofError:
    """Return what was read, or the error that says why it cannot be."""
    try:
        return read(source)
    except ProofError as error:
        return error


def readable(value: _T | ProofError) -> _T:
    """Return what was read; raise the error if it could not be."""
    if isinstance(value, ProofError):
        raise value
    return value


def needed(value: _T | ProofError) -> _T:
    """Return what was read; raise Skipped if it could not be: another step says why."""
    if isinstance(value, ProofError):
        raise Skipped("Something that this step needs cannot be read; see above or below.")
    return value


def _head(signed: Note) -> Checkpoint:
    return checkpoint.parse_text(signed.text)


def _then(value: _S | ProofError, read: Callable[[_S], _T]) -> _T | ProofError:
    return value if isinstance(value, ProofError) else attempt(read, value)
