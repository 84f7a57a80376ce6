# SPDX-License-Identifier: Apache-2.0
"""Add to the log; open what was sealed; erase what may no longer be opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from onrecord.journal import actions as journal
from onrecord.journal.events import CLOCK, Actor
from onrecord.prepared import Prepared, insert
from onrecord.proof import checkpoint, leaf
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.edition import NONCE_SIZE, timestamp
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import ProofError
from onrecord.proof.merkle import EMPTY_ROOT, HASH_SIZE, RightEdge, leaf_hash
from onrecord.proof.merkle import Node as CompletedNode
from onrecord.proof.tiles import TILE_HEIGHT
from onrecord.record import elsewhere, guard, high_water, keys
from onrecord.record.errors import (
    AlreadyLogged,
    HeadDamaged,
    HeadMoved,
    NoSuchLeaf,
    OtherOrigin,
    RecordError,
    SealedTooLong,
    WrongLeaf,
)
from onrecord.record.events import Appended, Erased, Opened
from onrecord.record.keys import Keys
from onrecord.record.models import Leaf, LogHead, Node, Opening
from onrecord.record.openings import max_sealed_days


@dataclass(frozen=True, slots=True)
class NewLeaf:
    """What is to be logged: a commitment, what opens it, and where the edition can be read.

    With `sealed_until` the leaf is logged now, and until open_leaf nobody learns what it commits to.
    """

    commitment: bytes
    nonce: bytes
    edition_path: str
    at: datetime
    sealed_until: datetime | None = None


def append(
    *,
    commitment: bytes,
    edition_path: str,
    nonce: bytes,
    at: datetime,
    origin: str,
    sealed_until: datetime | None = None,
    by: Actor = CLOCK,
) -> Leaf:
    """Give an edition its place in the log and sign a checkpoint over it; return its leaf.

    Idempotent: an edition that has its place keeps it. Costs O(log n). Durable once the outermost
    transaction commits, and only then may anything be shown. Processes that append at the same time wait
    for each other. Raises Forked, OtherOrigin, AlreadyLogged, HeadDamaged, KeyMissing or KeyUnreadable.
    """
    new = NewLeaf(commitment, nonce, edition_path, at, sealed_until)
    return append_all([new], origin=origin, by=by)[0]


def append_all(
    new_leaves: Sequence[NewLeaf], *, origin: str, signers: Keys | None = None, by: Actor = CLOCK
) -> list[Leaf]:
    """Do what append does for several editions, in order, in one transaction with one checkpoint.

    `signers` are given when keys change; otherwise those sign that the register names.
    """
    for new in new_leaves:
        _check(new)
    elsewhere.ask_before_signing(origin)
    with transaction.atomic():
        # Steps 1 to 3 of docs/record.md A3; writing tiles and publishing the checkpoint follow the commit.
        head = lock_head(origin)
        known = _known(new_leaves)
        missing = list(dict.fromkeys(new for new in new_leaves if new.commitment not in known))
        if missing:
            guard.refuse_fork()
            keys_now = _keys(head, signers)
            leaves, nodes, edge = _grow(head, missing, keys_now)
            openings = list(map(_opening, leaves, missing))
            if len(leaves) == 1:
                insert(leaves[0])
                insert(openings[0])
            else:
                Leaf.objects.bulk_create(leaves)
                Opening.objects.bulk_create(openings)
            Node.objects.bulk_create(nodes)
            _advance(head, edge)
            _sign(head, keys_now)
            high_water.note_before_showing(bytes(head.checkpoint))
            for added, new in zip(leaves, missing, strict=True):
                journal.write(_appended(added, new), by=by)
                known[bytes(added.commitment)] = added
    return [known[new.commitment] for new in new_leaves]


@transaction.atomic
def open_leaf(index: int, *, by: Actor = CLOCK) -> Opening:
    """Let everybody know what a sealed leaf commits to. One that is open stays as it is.

    Refuses a leaf that was erased. Its edition must be ready to be read when this commits.
    """
    won = Opening.objects.filter(pk=index, state=Opening.State.SEALED).update(state=Opening.State.OPEN)
    opening = _openings([index])[0]
    if opening.state == Opening.State.ERASED:
        raise WrongLeaf(
            f"Leaf {index} was erased by leaf {opening.erased_by_id}. What it committed to is gone for good."
        )
    if won:
        journal.write(
            Opened(subject=f"leaf/{index}", index=index, edition_path=str(opening.edition_path)), by=by
        )
    return opening


@transaction.atomic
def erase_leaves(indexes: Collection[int], *, erased_by: Leaf, by: Actor = CLOCK) -> list[Opening]:
    """Forget for good what opens these leaves; `erased_by`, an edition that names them, says why.

    The hashes stay in the tree. Leaves that were erased stay as they are, also if another leaf said why.
    Refuses a leaf that came after `erased_by`, and one that itself accounts for erased leaves.
    """
    wanted = sorted(set(indexes))
    _check_erasure(wanted, _openings([*wanted, erased_by.pk])[-1])
    for index in wanted:
        won = Opening.objects.filter(pk=index, state__in=(Opening.State.OPEN, Opening.State.SEALED)).update(
            state=Opening.State.ERASED, nonce=None, edition_path=None, erased_by=erased_by
        )
        if won:
            journal.write(Erased(subject=f"leaf/{index}", index=index, erased_by=erased_by.pk), by=by)
    return _openings(wanted)


def _openings(indexes: Sequence[int]) -> list[Opening]:
    """Return the openings of these leaves in this order, or refuse when one is missing."""
    found = Opening.objects.in_bulk(indexes)
    missing = [index for index in indexes if index not in found]
    if missing:
        raise NoSuchLeaf(f"The log has no leaf {missing[0]}.")
    return [found[index] for index in indexes]


def _check_erasure(indexes: Sequence[int], by: Opening) -> None:
    later = [index for index in indexes if index >= by.pk]
    if later:
        raise WrongLeaf(
            f"Leaf {by.pk} cannot erase leaf {later[0]}: only a later leaf can say that one is gone."
        )
    if by.state != Opening.State.OPEN:
        raise WrongLeaf(f"Leaf {by.pk} is {by.state}, so it cannot say why others are erased.")
    reasons = Opening.objects.filter(erased_by__in=indexes).order_by("erased_by").first()
    if reasons is not None:
        raise WrongLeaf(
            f"Leaf {reasons.erased_by_id} says why leaf {reasons.pk} was erased, so it has to stay readable."
        )


def _check(new: NewLeaf) -> None:
    if len(new.commitment) != HASH_SIZE:
        raise RecordError(f"The commitment has {len(new.commitment)} bytes, not {HASH_SIZE}.")
    if len(new.nonce) != NONCE_SIZE:
        raise RecordError(f"The nonce has {len(new.nonce)} bytes, not {NONCE_SIZE}.")
    if not new.edition_path.startswith("/"):
        raise RecordError(
            f"The edition is said to be at {new.edition_path!r}. Give its path, which begins with '/'."
        )
    if new.sealed_until is not None:
        _check_seal(new.at, new.sealed_until)


def _check_seal(at: datetime, until: datetime) -> None:
    days = max_sealed_days()
    if not at < until <= at + timedelta(days=days):
        raise SealedTooLong(
            f"The leaf would be sealed from {timestamp(at)} until {timestamp(until)}. A seal ends after it"
            f" begins, and at the latest {days} days later."
        )


def lock_head(origin: str) -> LogHead:
    """Return the head, locked until the transaction ends (SQLite locks the whole database instead).

    For whoever must know which index comes next before it is assigned. Raises OtherOrigin.
    """
    head = LogHead.locked()
    if head is None:
        empty = {"origin": origin, "root": EMPTY_ROOT, "edge": b"", "checkpoint": b""}
        LogHead.objects.get_or_create(id=LogHead.ONLY, defaults=empty)
        head = LogHead.objects.select_for_update().get(id=LogHead.ONLY)
    if head.origin != origin and head.size:
        raise OtherOrigin(
            f"The log is named {head.origin} and has {head.size} leaves, so it cannot go on as {origin}."
            " A log keeps its name for ever. Set the organisation's address back."
        )
    head.origin = origin
    return head


def _known(new_leaves: Sequence[NewLeaf]) -> dict[bytes, Leaf]:
    """Return the leaves that are in the log already, by commitment. Asked under the lock of the head."""
    commitments = [new.commitment for new in new_leaves]
    known = {
        bytes(found.commitment): found
        for found in Leaf.objects.filter(commitment__in=commitments).select_related("opening")
    }
    paths = {path for (path,) in _logged_paths(*(new.edition_path for new in new_leaves))}
    for new in new_leaves:
        found = known.get(new.commitment)
        if found:
            _check_same(found, new)
        if not found and new.edition_path in paths:
            raise AlreadyLogged(
                f"{new.edition_path} is in the log with another commitment. An edition is never replaced:"
                " release a new one at its own address."
            )
    return known


_logged_paths = Prepared(
    lambda *paths: Opening.objects.filter(edition_path__in=paths).values_list("edition_path")
)


def _check_same(found: Leaf, new: NewLeaf) -> None:
    opening = found.opening
    if opening.state == Opening.State.ERASED:
        raise AlreadyLogged(f"Leaf {found.index} had this commitment, and was erased. Use a fresh nonce.")
    if (opening.edition_path, bytes(opening.nonce or b"")) != (new.edition_path, new.nonce):
        raise AlreadyLogged(
            f"Leaf {found.index} commits to {opening.edition_path}. The same commitment cannot stand for"
            f" {new.edition_path} too."
        )


def _keys(head: LogHead, given: Keys | None) -> Keys:
    """Return who signs, made now if the log is empty; refuse to go on from what no key of the log signed."""
    if head.size == 0:
        keys.make_keys()
        return given or keys.open_keys(head.origin)
    signers = given or keys.open_keys(head.origin)
    known = keys.log_keys_at(head.origin, head.size)
    try:
        signed = checkpoint.verify(bytes(head.checkpoint), origin=head.origin, keys=known)
    except ProofError as error:
        raise HeadDamaged(
            f"The checkpoint in the database is not by the key in {keys.directory() / keys.LOG_FILE}, nor by"
            f" another log key that the register names: {error} Restore the key that belongs to this log."
        ) from error
    if (signed.size, signed.root) != (head.size, bytes(head.root)):
        raise HeadDamaged(
            f"The head of the log and its signed checkpoint differ: {head.size} and {signed.size} leaves,"
            f" roots {bytes(head.root).hex()} and {signed.root.hex()}."
            " Restore the database; signing now would fork the log."
        )
    return signers


def _grow(
    head: LogHead, new_leaves: Sequence[NewLeaf], signers: Keys
) -> tuple[list[Leaf], list[Node], RightEdge]:
    """Return the rows that extend the tree and its new right edge, without writing anything."""
    edge = _edge(head)
    leaves: list[Leaf] = []
    nodes: list[Node] = []
    for new in new_leaves:
        body = leaf.sign(new.commitment, origin=head.origin, key=signers.release).to_bytes()
        row = Leaf(
            index=edge.size,
            commitment=new.commitment,
            body=body,
            hash=leaf_hash(body),
            at=new.at,
        )
        edge, completed = edge.append(bytes(row.hash))
        leaves.append(row)
        nodes.extend(_row(node) for node in completed if node.height % TILE_HEIGHT == 0)
    return leaves, nodes, edge


def _edge(head: LogHead) -> RightEdge:
    try:
        edge = head.right_edge()
    except ProofError as error:
        raise HeadDamaged(f"The head of the log contradicts itself. {error} Restore the database.") from error
    if edge.root() != bytes(head.root):
        raise HeadDamaged("The right edge of the log does not give its root. Restore the database.")
    return edge


def _row(node: CompletedNode) -> Node:
    return Node(level=node.height // TILE_HEIGHT, index=node.index, hash=node.hash)


def _advance(head: LogHead, edge: RightEdge) -> None:
    """Move the head by compare-and-swap. The lock makes losing impossible; a fork would be for ever."""
    won = LogHead.objects.filter(id=head.id, size=head.size, root=head.root).update(
        origin=head.origin, size=edge.size, root=edge.root(), edge=edge.to_bytes()
    )
    if won != 1:
        raise HeadMoved(f"The log is no longer at {head.size} leaves. Nothing was written; try again.")
    head.size, head.root, head.edge = edge.size, edge.root(), edge.to_bytes()


def _sign(head: LogHead, signers: Keys) -> None:
    """Sign a checkpoint over the head that has won."""
    head.checkpoint = checkpoint.sign(Checkpoint(head.origin, head.size, bytes(head.root)), *signers.log_keys)
    head.signed_at = timezone.now()
    head.save(update_fields=["checkpoint", "signed_at"])


def _opening(leaf: Leaf, new: NewLeaf) -> Opening:
    until = new.sealed_until
    return Opening(
        leaf=leaf,
        state=Opening.State.SEALED if until else Opening.State.OPEN,
        nonce=new.nonce,
        edition_path=new.edition_path,
        sealed_until=until and until.replace(microsecond=0),
    )


def _appended(added: Leaf, new: NewLeaf) -> Appended:
    return Appended(
        subject=f"leaf/{added.index}",
        index=added.index,
        commitment=to_base64(bytes(added.commitment)),
        edition_path="" if new.sealed_until else new.edition_path,
        sealed_until=timestamp(new.sealed_until) if new.sealed_until else "",
    )
