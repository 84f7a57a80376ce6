# SPDX-License-Identifier: Apache-2.0
"""The newest checkpoint that enough witnesses have confirmed, for proofs made while they are silent."""

from __future__ import annotations

from onrecord.proof import checkpoint
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.cosignature import with_lines
from onrecord.proof.merkle import root_at
from onrecord.proof.tiles import TileNodes
from onrecord.record import keys, pages
from onrecord.record.models import Cosignature, LogHead


def checkpoint_at(size: int) -> bytes | None:
    """Return the checkpoint over `size` leaves with its cosignatures; None if it cannot be made again.

    It is signed anew: Ed25519 gives the same bytes as at the time. Nothing is signed but the tree that the
    log has now over those leaves, and only by keys that the register lists for that size.
    """
    head = LogHead.current()
    if head is None or not 0 < size <= head.size:
        return None
    root = root_at(size, TileNodes(head.size, pages.read_tile))
    rows = Cosignature.objects.filter(size=size, witness__active=True).order_by("witness__name")
    lines = [row.line for row in rows if bytes(row.root) == root]
    listed = keys.log_keys_at(head.origin, size)
    signers = [key for key in keys.open_keys(head.origin).log_keys if key.public in listed]
    if not signers:
        return None
    return with_lines(checkpoint.sign(Checkpoint(head.origin, size, root), *signers), *lines)
