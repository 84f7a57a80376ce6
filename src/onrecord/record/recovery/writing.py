# SPDX-License-Identifier: Apache-2.0
"""Put what a mirror has proved back into the database. The caller's transaction holds it together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.proof import edition
from onrecord.proof.openings import Erased, Opened, Sealed
from onrecord.proof.tiles import TILE_HEIGHT
from onrecord.record import actions, erasures, high_water
from onrecord.record.errors import HeadMoved, SealsLost
from onrecord.record.events import Recovered
from onrecord.record.models import Document, Leaf, LogHead, Node, Opening
from onrecord.record.recovery.reading import FoundLeaf, FoundLog

ROWS = 500
LOST = "What it commits to was lost with the database before it was to be opened."
KINDS = {kind.value: kind for kind in Document.Kind}
"""Operations of editions that are not statements'."""

Opener = Callable[[bytes], tuple[bytes, str] | None]
"""Return nonce and edition path of a commitment that this database knows of without having logged it."""


def lost_seals(found: FoundLog, opener: Opener) -> list[int]:
    """Name the sealed leaves that neither the mirror nor this database can open."""
    return [
        one.index for one in found.leaves if isinstance(one.state, Sealed) and opener(one.commitment) is None
    ]


@transaction.atomic
def store(found: FoundLog, *, opener: Opener, give_up_seals: bool, by: Actor = CLOCK) -> None:
    """Add leaves, openings, nodes, the log's own editions and the head; erase what was erased since.

    Refuses if the log here has moved since the mirror was read, and if sealed leaves cannot be opened any
    more, unless they are to be given up: then an edition says so in public.
    """
    lost = lost_seals(found, opener)
    if lost and not give_up_seals:
        raise SealsLost(
            f"Sealed leaves are in the log whose texts are neither here nor at the mirror: {lost}. Restore"
            " a newer backup of the database, or give them up in public with --give-up-seals."
            " Nothing was changed."
        )
    head = _unmoved(found)
    _add_leaves(found, opener)
    Node.objects.bulk_create(
        [Node(level=node.height // TILE_HEIGHT, index=node.index, hash=node.hash) for node in found.nodes],
        batch_size=ROWS,
    )
    _advance(head, found)
    _add_documents(found)
    _follow_changes(found, by)
    journal.write(
        Recovered(
            subject="log",
            source=found.source.name,
            from_size=found.base_size,
            size=found.checkpoint.size,
            given_up=lost,
        ),
        by=by,
    )
    if lost:
        erasures.erase(lost, reason=LOST, by=by)


def _unmoved(found: FoundLog) -> LogHead:
    head = actions.lock_head(found.checkpoint.origin)
    if (head.size, bytes(head.root)) != (found.base_size, found.base_root):
        raise HeadMoved(
            f"The log had {found.base_size} leaves when the mirror was read, and has {head.size} now. Nothing"
            " was changed; run it again."
        )
    return head


def _add_leaves(found: FoundLog, opener: Opener) -> None:
    leaves = [
        Leaf(index=one.index, commitment=one.commitment, body=one.body, hash=one.hash, at=at)
        for one, at in _with_times(found)
    ]
    Leaf.objects.bulk_create(leaves, batch_size=ROWS)
    Opening.objects.bulk_create([_opening(one, opener) for one in found.leaves], batch_size=ROWS)


def _with_times(found: FoundLog) -> Iterator[tuple[FoundLeaf, datetime]]:
    """Yield each leaf with when it was issued; one that tells nobody, with that of the leaf before it."""
    before = Leaf.objects.order_by("-index").first()
    last = before.at if before else timezone.now()
    for one in found.leaves:
        last = one.issued or last
        yield one, last


def _last_time(found: FoundLog) -> datetime:
    """Return when the newest edition that tells was issued: about when the checkpoint was signed."""
    return max((one.issued for one in found.leaves if one.issued), default=timezone.now())


def _opening(one: FoundLeaf, opener: Opener) -> Opening:
    if isinstance(one.state, Opened):
        return Opening(leaf_id=one.index, nonce=one.state.nonce, edition_path=one.state.edition)
    if isinstance(one.state, Erased):
        return Opening(leaf_id=one.index, state=Opening.State.ERASED, erased_by_id=one.state.by)
    # What nobody can open is erased before the transaction ends, and this with it.
    nonce, path = opener(one.commitment) or (bytes(edition.NONCE_SIZE), f"/lost/{one.index}")
    return Opening(
        leaf_id=one.index,
        state=Opening.State.SEALED,
        nonce=nonce,
        edition_path=path,
        sealed_until=one.state.until,
    )


def _advance(head: LogHead, found: FoundLog) -> None:
    head.origin, head.size, head.root = found.checkpoint.origin, found.checkpoint.size, found.checkpoint.root
    head.edge, head.checkpoint, head.signed_at = found.edge.to_bytes(), found.note, _last_time(found)
    head.save()
    high_water.note_before_showing(found.note)


def _add_documents(found: FoundLog) -> None:
    for one in found.leaves:
        if one.operation not in KINDS or not isinstance(one.state, Opened):
            continue
        content = found.edition_of(one)
        Document.objects.create(
            path=one.state.edition,
            kind=KINDS[one.operation],
            number=edition.read(content).number,
            content=content,
            nonce=one.state.nonce,
            commitment=one.commitment,
            leaf_index=one.index,
            note=found.notes.get(one.state.edition, b""),
            created=one.issued or timezone.now(),
        )
    older = Document.objects.filter(path__in=list(found.notes), leaf_index__lt=found.base_size)
    for document in older:
        document.note = found.notes[document.path]
        document.save(update_fields=["note"])


def _follow_changes(found: FoundLog, by: Actor) -> None:
    """Open and erase what was opened and erased since the backup, and nothing else."""
    for state in found.changed:
        if isinstance(state, Opened):
            actions.open_leaf(state.leaf, by=by)
        elif isinstance(state, Erased):
            actions.erase_leaves([state.leaf], erased_by=Leaf.objects.get(pk=state.by), by=by)
