# SPDX-License-Identifier: Apache-2.0
"""A newsroom in memory: keys, a log, a register, witnesses. All follows from a seed, secrets too."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.proof import cosignature, edition, leaf, merkle, note
from onrecord.proof.canonical import canonicalise
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.encoding import to_base64
from onrecord.proof.keys import COSIGNATURE_KIND, FEDERATION_KIND, LEAF_KIND, NOTE_KIND, PrivateKey
from onrecord.proof.note import Note, Signature
from onrecord.proof.tlogproof import Opening, TlogProof

ISSUED = "2026-11-24T08:00:00Z"
COSIGNED = 1_795_507_200


def key(name: str, kind: bytes = NOTE_KIND, *, seed: str = "") -> PrivateKey:
    """Return the one key of this name, kind and seed."""
    secret = hashlib.sha256(f"{name}/{seed}".encode() + kind).digest()
    return PrivateKey(name, Ed25519PrivateKey.from_private_bytes(secret), kind)


@dataclass(frozen=True)
class Entry:
    """An edition file and what opens it."""

    data: bytes
    nonce: bytes
    leaf: bytes
    index: int


@dataclass
class Log:
    """A log that grows by whatever it is given, however malformed."""

    origin: str
    rng: Random
    leaves: list[bytes] = field(default_factory=list)

    def fill(self, count: int) -> None:
        """Append leaves that belong to nobody."""
        self.leaves += [self.rng.randbytes(20) for _ in range(count)]

    def append(self, data: bytes, release: PrivateKey, *, origin: str = "") -> Entry:
        """Append the leaf for an edition file; `origin` is signed instead of the log's own."""
        nonce = self.rng.randbytes(32)
        signed = leaf.sign(edition.commitment(nonce, data), origin=origin or self.origin, key=release)
        self.leaves.append(signed.to_bytes())
        return Entry(data, nonce, self.leaves[-1], len(self.leaves) - 1)

    def root(self) -> bytes:
        """Return the root of all leaves."""
        return merkle.root_of(map(merkle.leaf_hash, self.leaves))

    def checkpoint(
        self,
        keys: Sequence[PrivateKey],
        witnesses: Sequence[PrivateKey] = (),
        *,
        text: str = "",
        first: int = COSIGNED,
    ) -> bytes:
        """Return the signed checkpoint, or another text signed in its place. Times may be impossible."""
        text = text or Checkpoint(self.origin, len(self.leaves), self.root()).text()
        lines = [Signature(k.name, k.public.key_id, k.sign(text.encode())) for k in keys]
        for number, witness in enumerate(witnesses):
            time = first + 60 * number
            signed = time.to_bytes(8, "big") + witness.sign(cosignature.message(text, time=time))
            lines.append(Signature(witness.name, witness.public.key_id, signed))
        return Note(text, tuple(lines)).to_bytes()

    def prove(self, entry: Entry, signed: bytes) -> bytes:
        """Return the proof of an entry under a signed checkpoint."""
        hashes = [merkle.leaf_hash(one) for one in self.leaves]
        path = merkle.inclusion_proof(entry.index, len(hashes), _nodes(hashes))
        opening = Opening(entry.nonce, entry.leaf).to_bytes()
        return TlogProof(entry.index, tuple(path), signed, opening).to_bytes()


def edition_members(origin: str, **changed: object) -> dict[str, object]:
    """Return the members of an edition file."""
    site = origin.removesuffix("/log")
    members: dict[str, object] = {
        "v": edition.VERSION,
        "log": origin,
        "statement": f"https://{site}/s/2026/bridge/",
        "edition": 1,
        "op": "publish",
        "prev": None,
        "lang": "en",
        "title": "The bridge opens on Monday — «péage»",
        "blocks": [{"id": "b1", "kind": "paragraph", "speaker": None, "text": 'It "opens"\n\\ \u0001 🌉.'}],
        "files": [],
        "issued": ISSUED,
        "reason": None,
    }
    return {**members, **changed}


def listed(
    secret: PrivateKey, role: str, *, first: int = 0, last: int | None = None, state: str = "active"
) -> dict[str, object]:
    """Return the entry of a key in a register."""
    entry = {"vkey": secret.public.vkey, "role": role, "from_index": first, "to_index": last, "state": state}
    return entry if state == "active" else {**entry, "reason": "as told"}


def register_members(
    origin: str,
    keys: Sequence[Mapping[str, object]],
    *,
    roots: Sequence[PrivateKey] = (),
    threshold: int = 0,
    witnesses: Sequence[PrivateKey] = (),
    **changed: object,
) -> dict[str, object]:
    """Return the members of a register's edition file."""
    site = origin.removesuffix("/log")
    register = {
        "v": "onrecord/register/1",
        "organisation": {"name": "Town of Elmford", "domain": None, "identifiers": []},
        "root": {"threshold": threshold, "keys": [root.public.vkey for root in roots]},
        "keys": list(keys),
        "max_sealed_days": 30,
        "mirrors": [],
        "witnesses": [witness.public.vkey for witness in witnesses],
        "accounts": [],
        **changed,
    }
    return edition_members(
        origin,
        statement=f"https://{site}/register",
        op="register",
        title="Register of keys",
        blocks=[],
        register=register,
    )


def root_note(data: bytes, origin: str, roots: Sequence[PrivateKey]) -> bytes:
    """Return the note by which root keys sign the register with these bytes."""
    digest = to_base64(hashlib.sha256(data).digest())
    text = f"onrecord/register/1\n{origin}\n1\n{digest}\n"
    return note.sign(text, *roots).to_bytes()


def written(members: Mapping[str, object]) -> bytes:
    """Write an edition file, well formed or not."""
    return canonicalise(dict(members))


@dataclass(frozen=True)
class Cast:
    """The keys of one newsroom and of those around it."""

    origin: str
    log: PrivateKey
    next_log: PrivateKey
    release: PrivateKey
    next_release: PrivateKey
    roots: tuple[PrivateKey, ...]
    witnesses: tuple[PrivateKey, ...]
    account: PrivateKey
    next_account: PrivateKey

    @classmethod
    def of(cls, origin: str, seed: str = "") -> Cast:
        """Return the cast of a newsroom; with a seed, of an impostor who uses the same names."""
        labels = ("anna", "ben", "cleo")
        return cls(
            origin=origin,
            log=key(origin, seed=seed),
            next_log=key(origin, seed=f"{seed}next"),
            release=key(f"{origin}/release", LEAF_KIND, seed=seed),
            next_release=key(f"{origin}/release/next", LEAF_KIND, seed=seed),
            roots=tuple(key(f"{origin}/root/{label}", seed=seed) for label in labels),
            witnesses=tuple(
                key(f"{name}.example/witness", COSIGNATURE_KIND, seed=seed) for name in ("a", "b", "c")
            ),
            account=key(f"{origin}/federation/press", FEDERATION_KIND, seed=seed),
            next_account=key(f"{origin}/federation/press", FEDERATION_KIND, seed=f"{seed}next"),
        )


def _nodes(hashes: Sequence[bytes]) -> Callable[[int, int], bytes]:
    def node(height: int, index: int) -> bytes:
        row = list(hashes[index << height : (index + 1) << height])
        while len(row) > 1:
            row = [merkle.node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
        return row[0]

    return node
