# SPDX-License-Identifier: Apache-2.0
"""Leaves for tests, and a checker that verifies the whole log from scratch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from onrecord.proof import checkpoint, leaf, merkle, openings, tlogproof
from onrecord.proof.merkle import leaf_hash
from onrecord.proof.tiles import decode_bundle, decode_tile, number_path
from onrecord.record import actions, keys, pages
from onrecord.record.actions import NewLeaf
from onrecord.record.models import Leaf, LogHead, Opening
from tests.proof.cast import naive_root

ORIGIN = "news.example.org/log"
MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def new_leaf(name: object) -> NewLeaf:
    """Return something to log, always the same for the same name."""
    return NewLeaf(
        commitment=hashlib.sha256(f"commitment {name}".encode()).digest(),
        nonce=hashlib.sha256(f"nonce {name}".encode()).digest(),
        edition_path=f"/s/2026/{name}/1.json",
        at=MOMENT,
    )


def append(name: object, *, origin: str = ORIGIN) -> Leaf:
    """Log one edition."""
    return actions.append_all([new_leaf(name)], origin=origin)[0]


def append_many(names: Sequence[object]) -> list[Leaf]:
    """Log several editions at once."""
    return actions.append_all([new_leaf(name) for name in names], origin=ORIGIN)


@dataclass
class Checker:
    """Verifies rows, head, files and proofs against a tree computed from the bodies alone.

    Remembers what it has seen: nothing that was immutable may change, and each checkpoint must continue the
    one before.
    """

    seen: dict[str, bytes] = field(default_factory=dict)
    heads: list[tuple[int, bytes]] = field(default_factory=list)

    def check(self) -> int:
        """Verify everything there is and return the size of the log."""
        rows = list(Leaf.objects.order_by("index"))
        hashes = [leaf_hash(bytes(row.body)) for row in rows]
        assert [row.index for row in rows] == list(range(len(rows)))
        assert [bytes(row.hash) for row in rows] == hashes
        head = LogHead.objects.get()
        public = keys.public_keys(ORIGIN)
        for row in rows:
            signed = leaf.verify(bytes(row.body), origin=ORIGIN, keys=[public.release])
            assert signed.commitment == bytes(row.commitment)
        root = naive_root(hashes)
        stated = checkpoint.verify(bytes(head.checkpoint), origin=ORIGIN, keys=[public.log])
        assert (stated.size, stated.root) == (head.size, bytes(head.root)) == (len(rows), root)
        assert head.right_edge().root() == root
        self._check_files(rows, hashes)
        self._check_history(hashes)
        return len(rows)

    def check_proofs(self, indexes: Sequence[int]) -> None:
        """Verify the proof files of these leaves."""
        public = keys.public_keys(ORIGIN)
        for index in indexes:
            proof = tlogproof.parse(pages.proof_for(index))
            row = Leaf.objects.get(index=index)
            assert proof.index == index
            opening = Opening.objects.get(leaf=row)
            assert opening.nonce is not None
            assert proof.opening() == tlogproof.Opening(bytes(opening.nonce), bytes(row.body))
            proof.verify(bytes(row.body), origin=ORIGIN, keys=[public.log])

    def _check_files(self, rows: list[Leaf], hashes: list[bytes]) -> None:
        files = list(pages.all_files())
        bodies = {file.path: file.body for file in files}
        assert len(bodies) == len(files)
        assert files[-1].path == "/log/checkpoint"
        for file in files:
            if file.immutable:
                assert self.seen.setdefault(file.path, file.body) == file.body, file.path
        # tlog-tiles: per level, full tiles and one partial tile; partial tiles of earlier sizes while needed.
        level, row_hashes = 0, hashes
        expected = {"/log/checkpoint"}
        while row_hashes:
            for start in range(0, len(row_hashes), 256):
                part = row_hashes[start : start + 256]
                for width in [256] if len(part) == 256 else range(1, len(part) + 1):
                    suffix = "" if width == 256 else f".p/{width}"
                    path = f"/log/tile/{level}/{number_path(start // 256)}{suffix}"
                    expected.add(path)
                    assert decode_tile(bodies[path], width) == part[:width]
                    if level == 0:
                        path = f"/log/tile/entries/{number_path(start // 256)}{suffix}"
                        expected.add(path)
                        entries = [bytes(row.body) for row in rows[start : start + width]]
                        assert decode_bundle(bodies[path], width) == entries
            full = len(row_hashes) // 256
            row_hashes = [naive_root(row_hashes[n * 256 : n * 256 + 256]) for n in range(full)]
            level += 1
        for number in range(-(-len(rows) // 256)):
            path = f"/log/open/{number_path(number)}.jsonl"
            expected.add(path)
            wanted = Opening.objects.filter(leaf__in=rows[number * 256 : number * 256 + 256])
            assert openings.parse(bodies[path], number=number, size=len(rows)) == [
                row.published() for row in wanted.order_by("leaf")
            ]
            assert bodies[path].count(b"\n") == len(rows[number * 256 : number * 256 + 256])
        assert set(bodies) == expected

    def _check_history(self, hashes: list[bytes]) -> None:
        root = naive_root(hashes)
        if self.heads:
            old_size, old_root = self.heads[-1]
            assert old_root == naive_root(hashes[:old_size])
            proof = merkle.consistency_proof(
                old_size, len(hashes), lambda height, n: naive_root(hashes[n << height : (n + 1) << height])
            )
            merkle.verify_consistency(
                old_size=old_size, new_size=len(hashes), old_root=old_root, new_root=root, proof=proof
            )
        self.heads.append((len(hashes), root))
