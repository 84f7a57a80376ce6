# SPDX-License-Identifier: Apache-2.0
"""A log in memory: editions, registers, openings, checkpoints, proofs, bundles, and its files on disk."""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.proof import checkpoint, cosignature, edition, leaf, merkle, note, register, tiles
from onrecord.proof.bundle import Bundle
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.encoding import to_base64
from onrecord.proof.keys import COSIGNATURE_KIND, LEAF_KIND, PrivateKey
from onrecord.proof.openings import LeafState, Opened
from onrecord.proof.tlogproof import Opening, TlogProof
from tests.proof.cast import EDITION, LOG_KEY, ORIGIN, RELEASE_KEY, naive_node, naive_root

SITE = "https://news.example.org"
ORGANISATION = "Town of Elmford"
SECOND_LOG_KEY = PrivateKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x11" * 32))
SECOND_RELEASE_KEY = PrivateKey(
    f"{ORIGIN}/release", Ed25519PrivateKey.from_private_bytes(b"\x13" * 32), LEAF_KIND
)
ROOT_KEYS = [
    PrivateKey(f"{ORIGIN}/root/{name}", Ed25519PrivateKey.from_private_bytes(bytes([0x20 + at]) * 32))
    for at, name in enumerate(("anna", "ben", "cleo"))
]
WITNESSES = [
    PrivateKey(
        f"{name}.example/witness", Ed25519PrivateKey.from_private_bytes(bytes([at]) * 32), COSIGNATURE_KIND
    )
    for at, name in enumerate(("one", "two", "three"), start=0x30)
]


def listed(
    key: PrivateKey, role: str, from_index: int = 0, to_index: int | None = None, **more: object
) -> dict[str, object]:
    """Return an entry of the register's keys."""
    state = "active" if to_index is None else "retired"
    entry = {
        "vkey": key.public.vkey,
        "role": role,
        "from_index": from_index,
        "to_index": to_index,
        "state": state,
    }
    return {**entry, **more}


KEYS = (listed(RELEASE_KEY, "release"), listed(LOG_KEY, "log"))


class SmallLog:
    """Leaves are added at the end; everything else is made when it is asked for."""

    def __init__(self, origin: str = ORIGIN, log_key: PrivateKey = LOG_KEY) -> None:
        """Begin an empty log."""
        self.origin = origin
        self.log_key = log_key
        self.leaves: list[bytes] = []
        self.states: list[LeafState] = []
        self.files: dict[str, bytes] = {}
        self.nonces: list[bytes] = []

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.leaves)

    def add(self, path: str, members: dict[str, object], *, key: PrivateKey = RELEASE_KEY) -> int:
        """Log an edition and return its index."""
        data = edition.freeze({**members, "log": self.origin})
        nonce = hashlib.sha256(b"nonce" + data).digest()
        signed = leaf.sign(edition.commitment(nonce, data), origin=self.origin, key=key)
        self.leaves.append(signed.to_bytes())
        self.nonces.append(nonce)
        self.states.append(Opened(self.size - 1, path, nonce))
        self.files[path] = data
        return self.size - 1

    def publish(self, number: int, **members: object) -> int:
        """Log the first edition of a statement of its own."""
        address = f"{SITE}/s/2026/{number}/"
        text = {**EDITION, "statement": address, "title": f"Statement {number}", "files": [], **members}
        return self.add(f"/s/2026/{number}/1.json", text)

    def register(self, number: int = 1, *, threshold: int = 0, roots: int = 0, **members: object) -> int:
        """Log a register of keys; its root note is signed by `threshold` of the first `roots` root keys."""
        body = {
            "v": register.VERSION,
            "organisation": {"name": ORGANISATION, "domain": "elmford.example", "identifiers": []},
            "root": {"threshold": threshold, "keys": [key.public.vkey for key in ROOT_KEYS[:roots]]},
            "keys": list(KEYS),
            "max_sealed_days": 30,
            "mirrors": [],
            "witnesses": [],
            "accounts": [],
            **members,
        }
        before = self.files.get(f"/register/{number - 1}.json")
        previous = None if before is None else self._previous(f"/register/{number - 1}.json")
        index = self.add(
            f"/register/{number}.json",
            {
                **{name: EDITION[name] for name in ("lang", "issued")},
                "statement": f"{SITE}/register",
                "edition": number,
                "op": "register",
                "prev": previous,
                "title": "Register of keys",
                "register": body,
            },
        )
        if roots:
            text = register.note_text(self.files[f"/register/{number}.json"])
            self.files[f"/register/{number}.note"] = note.sign(text, *ROOT_KEYS[:threshold]).to_bytes()
        return index

    def _previous(self, path: str) -> dict[str, object]:
        index = next(
            at for at, state in enumerate(self.states) if isinstance(state, Opened) and state.edition == path
        )
        return {"index": index, "commitment": to_base64(leaf.parse_leaf(self.leaves[index]).commitment)}

    def hashes(self) -> list[bytes]:
        """Return the hash of each leaf."""
        return [merkle.leaf_hash(one) for one in self.leaves]

    def checkpoint(
        self, *, size: int | None = None, keys: tuple[PrivateKey, ...] = (), witnesses: int = 0
    ) -> bytes:
        """Sign a checkpoint, with the log's key if none is named, cosigned by so many witnesses."""
        count = self.size if size is None else size
        head = Checkpoint(self.origin, count, naive_root(self.hashes()[:count]))
        signed = checkpoint.sign(head, *(keys or (self.log_key,)))
        lines = (
            cosignature.sign(head.text(), key, time=1_800_000_000).line() for key in WITNESSES[:witnesses]
        )
        return cosignature.with_lines(signed, *lines)

    def proof(self, index: int, signed_checkpoint: bytes | None = None) -> bytes:
        """Return the `.tlog-proof` of a leaf, in the newest checkpoint if none is given."""
        signed = signed_checkpoint or self.checkpoint()
        size = checkpoint.parse(signed).size
        hashes = merkle.inclusion_proof(index, size, partial(naive_node, self.hashes()))
        opening = Opening(self.nonces[index], self.leaves[index]).to_bytes()
        return TlogProof(index, tuple(hashes), signed, opening).to_bytes()

    def bundle(
        self, index: int, *, register_number: int = 1, signed_checkpoint: bytes | None = None
    ) -> Bundle:
        """Return the bundle of a leaf's edition, without attachments."""
        state = self.states[index]
        assert isinstance(state, Opened)
        path = f"/register/{register_number}.json"
        known = path in self.files
        at = self._previous(path)["index"] if known else 0
        assert isinstance(at, int)
        return Bundle(
            edition=self.files[state.edition],
            proof=self.proof(index, signed_checkpoint),
            register=self.files[path] if known else None,
            register_proof=self.proof(at, signed_checkpoint) if known else None,
            register_note=self.files.get(f"/register/{register_number}.note"),
        )

    def write(self, folder: Path) -> None:
        """Write everything that a site shows of the log."""
        for path, data in self.site().items():
            target = folder / path.strip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def site(self) -> dict[str, bytes]:
        """Return everything that a site shows of the log, by path."""
        site = dict(self.files)
        for index, state in enumerate(self.states):
            if isinstance(state, Opened):
                site[f"{state.edition.removesuffix('.json')}.tlog-proof"] = self.proof(index)
        nodes = lru_cache(None)(partial(naive_node, self.hashes()))
        for tile in tiles.new_tiles(0, self.size):
            row = [nodes(tile.level * tiles.TILE_HEIGHT, tile.start + at) for at in range(tile.width)]
            site[f"/log/{tile.path}"] = tiles.encode_tile(row)
            if tile.level == 0:
                entries = self.leaves[tile.start : tile.start + tile.width]
                site[f"/log/{tile.bundle_path}"] = tiles.encode_bundle(entries)
                lines = [
                    state.to_line() + b"\n" for state in self.states[tile.start : tile.start + tile.width]
                ]
                site[f"/log/open/{tiles.number_path(tile.number)}.jsonl"] = b"".join(lines)
        registers = [path for path in self.files if path.startswith("/register/") and path.endswith(".json")]
        for suffix in (".json", ".tlog-proof", ".note"):
            newest = site.get(f"/register/{len(registers)}{suffix}")
            if newest is not None:
                site[f"/register{suffix}"] = newest
        site["/log/checkpoint"] = self.checkpoint()
        return site
