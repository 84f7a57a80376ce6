# SPDX-License-Identifier: Apache-2.0
"""Decisions of moderation in the log: salted commitments, many in one edition (docs/record.md A8).

The log holds `SHA-256("onrecord/decision/1\\n" || salt || decision)`, in an edition with the operation
`decisions`. Whoever was told of a decision gets salt and decision, and can prove what was decided and when;
nobody else learns anything of it, and nobody at all once the salt is erased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onrecord.proof.canonical import Json, canonicalise, parse
from onrecord.proof.edition import Edition
from onrecord.proof.encoding import from_base64, to_base64
from onrecord.proof.errors import BadDecision, WrongContent
from onrecord.proof.merkle import HASH_SIZE

VERSION = "onrecord/decision/1"
BATCH_VERSION = "onrecord/decisions/1"
EVIDENCE_VERSION = "onrecord/decision-proof/1"
OPERATION = "decisions"
SALT_SIZE = 32
MOST = 1_000
"""Commitments in one edition."""
WORDS = ("thing", "facts", "explanation")
"""Texts of which a decision holds the SHA-256."""
_EVIDENCE = {"v", "decision", "salt", "edition", "proof", "words"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a party to a decision keeps. Nothing in it is believed."""

    decision: bytes
    salt: bytes
    edition: bytes
    """The edition file that lists the commitment."""
    proof: bytes
    """The `.tlog-proof` of that edition."""
    words: Mapping[str, str]
    """The texts that the decision names by their hashes, by names as in WORDS."""

    def to_bytes(self) -> bytes:
        """Return the file as it is given out."""
        return canonicalise(
            {
                "decision": self.decision.decode(),
                "edition": self.edition.decode(),
                "proof": self.proof.decode(),
                "salt": to_base64(self.salt),
                "v": EVIDENCE_VERSION,
                "words": {name: to_base64(text.encode()) for name, text in self.words.items()},
            }
        )


def commitment(salt: bytes, decision: bytes) -> bytes:
    """Return the commitment to a decision. The salt is 32 fresh random bytes, kept apart from it."""
    if len(salt) != SALT_SIZE:
        raise BadDecision(f"The salt has {len(salt)} bytes, not {SALT_SIZE}.")
    return hashlib.sha256(f"{VERSION}\n".encode() + salt + decision).digest()


def freeze(members: Mapping[str, Json]) -> bytes:
    """Return the canonical bytes of a decision. `v` is set here."""
    return canonicalise({**members, "v": VERSION})


def batch(commitments: Sequence[bytes]) -> dict[str, Json]:
    """Return the member `decisions` of an edition that lists these commitments, in the order of their bytes.

    So their order says nothing of that in which they were taken.
    """
    return {"commitments": [to_base64(one) for one in sorted(set(commitments))], "v": BATCH_VERSION}


def commitments_of(edition: Edition) -> list[bytes]:
    """Return the commitments that an edition lists. Raises BadDecision for what is not as `batch` has it."""
    said = edition.members.get(OPERATION)
    listed = said.get("commitments") if isinstance(said, dict) else None
    if edition.operation != OPERATION or not isinstance(said, dict) or not isinstance(listed, list):
        raise BadDecision("The edition lists no commitments to decisions.")
    if said.get("v") != BATCH_VERSION or set(said) != {"v", "commitments"}:
        raise BadDecision(f"The list of commitments is not of the version {BATCH_VERSION}.")
    found = [
        from_base64(one if isinstance(one, str) else "?", what="A commitment", length=HASH_SIZE)
        for one in listed
    ]
    if not 0 < len(found) <= MOST or found != sorted(set(found)):
        raise BadDecision(f"There are 1 to {MOST} commitments, each once, in the order of their bytes.")
    return found


def read_evidence(data: bytes) -> Evidence:
    """Read what a party keeps, without believing it. Raises BadDecision, NotCanonical or BadEncoding."""
    members = parse(data.strip())
    if not isinstance(members, dict) or set(members) != _EVIDENCE or members["v"] != EVIDENCE_VERSION:
        raise BadDecision(f"This is no proof of a decision of the version {EVIDENCE_VERSION}.")
    words = members["words"]
    if not isinstance(words, dict) or not set(words) <= set(WORDS):
        raise BadDecision(f"The words of a decision are {', '.join(WORDS)}.")
    return Evidence(
        decision=_text(members, "decision").encode(),
        salt=from_base64(_text(members, "salt"), what="The salt", length=SALT_SIZE),
        edition=_text(members, "edition").encode(),
        proof=_text(members, "proof").encode(),
        words={name: _decoded(words, name) for name in words},
    )


def read(data: bytes) -> Mapping[str, Json]:
    """Read a decision. Raises BadDecision or NotCanonical."""
    members = parse(data)
    if not isinstance(members, dict) or members.get("v") != VERSION:
        raise BadDecision(f"This is no decision of the version {VERSION}.")
    for name in ("number", "verdict", "decided", "log"):
        _text(members, name)
    return members


def check(evidence: Evidence, edition: Edition) -> Mapping[str, Json]:
    """Return what was decided, once it is what the edition commits to, and all words are what it names.

    Raises WrongContent otherwise, BadDecision for what cannot be read.
    """
    members = read(evidence.decision)
    if members["log"] != edition.log:
        raise WrongContent(f"The decision was taken for the log {members['log']}, not for {edition.log}.")
    if commitment(evidence.salt, evidence.decision) not in commitments_of(edition):
        raise WrongContent(
            "Salt and decision give a commitment that the edition does not list: the decision, or the salt,"
            " is not what was logged."
        )
    hashes = members.get("sha256")
    for name, text in evidence.words.items():
        named = hashes.get(name) if isinstance(hashes, dict) else None
        if named != hashlib.sha256(text.encode()).hexdigest():
            raise WrongContent(f"The words of “{name}” are not those that the decision names.")
    return members


def _text(members: Mapping[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise BadDecision(f"The member {name} is {value!r}. It must be text, and not empty."[:300])
    return value


def _decoded(words: Mapping[str, Json], name: str) -> str:
    value = words[name]
    data = from_base64(value if isinstance(value, str) else "?", what=f"The words of “{name}”")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadDecision(f"The words of “{name}” are not UTF-8.") from error
