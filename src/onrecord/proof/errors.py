# SPDX-License-Identifier: Apache-2.0
"""What verification can find wrong.

Three answers that must never be mixed up: the material cannot be read (Unreadable), it is readable and
false (Refuted), or it is signed by nobody known, so that nothing can be said (Unknown).
"""


class ProofError(Exception):
    """Anything that keeps a proof from being accepted."""


class Unreadable(ProofError):
    """The bytes are not in the format they should be in."""


class Refuted(ProofError):
    """The bytes are readable, and what they claim is false."""


class Unknown(ProofError):
    """Nothing can be said: no key that is trusted here has signed."""


class BadEncoding(Unreadable):
    """Base64 or a number that is not written in its one strict form."""


class NotCanonical(Unreadable):
    """A value or bytes outside the canonical form (RFC 8785, our subset)."""


class ForbiddenNumber(NotCanonical):
    """A number that is no integer, or an integer of 2^53 or more."""


class ForbiddenText(NotCanonical):
    """Text with a lone surrogate, or text that is not in Unicode normal form C."""


class ForbiddenType(NotCanonical):
    """A value that JSON does not have, an object key that is no text, or nesting that is too deep."""


class DuplicateKey(NotCanonical):
    """An object that names one key twice."""


class BadEdition(Unreadable):
    """Canonical bytes that are no edition file."""


class BadLeaf(Unreadable):
    """Bytes that are no leaf of this kind of log."""


class BadKey(Unreadable):
    """A key that is malformed, of another kind, or too weak to be trusted."""


class BadKeyFile(Unreadable):
    """A file that holds no Ed25519 private key."""


class WrongPassphrase(Unreadable):
    """A private key that the passphrase, or the lack of one, does not open."""


class BadNote(Unreadable):
    """Bytes that are no signed note."""


class BadCheckpoint(Unreadable):
    """A signed note whose text is no checkpoint."""


class BadTile(Unreadable):
    """A tile, an entry bundle or a tile path that is malformed."""


class BadProof(Unreadable):
    """A `.tlog-proof` file that is malformed."""


class BadBundle(Unreadable):
    """An `.onrecord.zip` that is not byte for byte as one is written."""


class BadPolicy(Unreadable):
    """A trust policy that is malformed or contradicts itself."""


class BadRegister(Unreadable):
    """An edition that should be a register of keys and is none."""


class BadDecision(Unreadable):
    """Bytes that are no decision, no proof of one, or no list of commitments to decisions."""


class BadObject(Unreadable):
    """Bytes that are no object of the fediverse with a proof that is read here."""


class BadOpening(Unreadable):
    """A line about a leaf that says neither open, sealed nor erased."""


class OutOfRange(Unreadable):
    """A leaf index or tree size for which no proof can exist."""


class WrongCommitment(Refuted):
    """The edition, opened with this nonce, is not what the leaf commits to."""


class WrongSignature(Refuted):
    """A signature by a known key that does not verify."""


class WrongRoot(Refuted):
    """A Merkle proof that does not lead to the root."""


class WrongOrigin(Refuted):
    """A checkpoint of another log."""


class WrongContent(Refuted):
    """A file that is not the one the edition names, or that it does not name at all."""


class OutOfTime(Refuted):
    """A signature by a listed key outside the part of the log for which that key counts."""


class NoKnownSignature(Unknown):
    """None of the signatures is by a key that is trusted here."""


class TooFewRoots(Unknown):
    """Root keys have signed, but fewer than the register demands."""


class Compromised(Unknown):
    """Signed by a key that was compromised later, when it still counted: only a newer proof can tell."""


class Undecided(Unknown):
    """Something that would be needed to decide is not at hand."""
