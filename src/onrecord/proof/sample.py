# SPDX-License-Identifier: Apache-2.0
"""Samples of decisions that somebody else examines again: drawn so that everybody can draw them anew.

A random seed is committed to in the log, among the commitments to decisions, before the decisions are taken.
Later it is published. Drawn are those commitments for which SHA-256 over seed and commitment is least.
Who runs the newsroom cannot choose which ones these are; who has the public log finds the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from onrecord.proof.errors import BadDecision

VERSION = "onrecord/sample/1"
SEED_SIZE = 32
FEWEST = 5
"""So many are drawn at least, or all if there are fewer."""


def commitment(seed: bytes) -> bytes:
    """Return what the log lists before any decision of the sample is taken."""
    if len(seed) != SEED_SIZE:
        raise BadDecision(f"The seed has {len(seed)} bytes, not {SEED_SIZE}.")
    return hashlib.sha256(f"{VERSION}/seed\n".encode() + seed).digest()


def size(population: int, percent: int) -> int:
    """Return how many are drawn of so many: a share rounded up, and FEWEST at least; none for 0 per cent."""
    if not percent:
        return 0
    return min(population, max(FEWEST, -(-population * percent // 100)))


def draw(seed: bytes, commitments: Iterable[bytes], many: int) -> list[bytes]:
    """Return the commitments that are drawn, in the order in which they are."""
    if len(seed) != SEED_SIZE:
        raise BadDecision(f"The seed has {len(seed)} bytes, not {SEED_SIZE}.")

    def rank(one: bytes) -> bytes:
        return hashlib.sha256(f"{VERSION}\n".encode() + seed + one).digest()

    return sorted(set(commitments), key=rank)[:many]
