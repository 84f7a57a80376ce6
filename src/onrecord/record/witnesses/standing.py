# SPDX-License-Identifier: Apache-2.0
"""What the witnesses have said so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import OuterRef, Subquery

from onrecord.proof.cosignature import with_lines
from onrecord.proof.keys import PublicKey
from onrecord.proof.policy import NO_QUORUM, Group, Log, Policy
from onrecord.proof.policy import Witness as PolicyWitness
from onrecord.record import keys
from onrecord.record.models import Cosignature, LogHead, Witness

FEWEST_OUTSIDE = 3
"""With fewer witnesses of other organisations nothing is promised: two of three must agree at the least."""
GROUP = "outside"


class State(Enum):
    """How far a checkpoint is confirmed by others."""

    NOT_WITNESSED = "not independently witnessed"
    """Too few witnesses of other organisations are set up for a quorum."""
    WAITING = "waiting for witnesses"
    WITNESSED = "witnessed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How many witnesses have confirmed a tree, or one that continues it."""

    asked: int
    cosigned: int
    outside: int
    """Of those that are asked, the ones that other organisations run."""
    outside_cosigned: int
    threshold: int | None
    """How many of these must confirm; None while there are too few to ask for that."""

    @property
    def state(self) -> State:
        """The same in one word."""
        if self.threshold is None:
            return State.NOT_WITNESSED
        return State.WITNESSED if self.outside_cosigned >= self.threshold else State.WAITING


def standing(index: int | None = None) -> Standing:
    """Return who has confirmed the newest checkpoint; with `index`, any checkpoint that covers this leaf."""
    head = LogHead.current()
    least = (head.size if head else 0) if index is None else index + 1
    # Of each witness the newest alone: an old leaf is covered by a million.
    newest = Cosignature.objects.filter(witness=OuterRef("pk")).order_by("-size").values("size")[:1]
    rows = Witness.objects.filter(active=True).values_list("outside", Subquery(newest))
    witnesses = [(outside, (size or 0) >= max(least, 1)) for outside, size in rows]
    outside = [has_cosigned for is_outside, has_cosigned in witnesses if is_outside]
    return Standing(
        asked=len(witnesses),
        cosigned=sum(has_cosigned for _outside, has_cosigned in witnesses),
        outside=len(outside),
        outside_cosigned=sum(outside),
        threshold=threshold(len(outside)),
    )


def threshold(outside: int) -> int | None:
    """Return how many of so many witnesses of other organisations must agree: more than half."""
    return outside // 2 + 1 if outside >= FEWEST_OUTSIDE else None


def cosigned_checkpoint(head: LogHead) -> bytes:
    """Return the newest checkpoint with the cosignatures there are, after the log's own signatures."""
    signed, cosigned = bytes(head.checkpoint), bytes(head.cosigned or b"")
    return cosigned if cosigned.startswith(signed) else signed


def attach(head: LogHead) -> None:
    """Put the cosignatures of the head beside its checkpoint, where whoever serves it finds them.

    To be called again when the same tree was signed anew. Does nothing when the log has grown since.
    """
    found = Cosignature.objects.filter(size=head.size, witness__active=True).order_by("witness__name")
    lines = [row.line for row in found if bytes(row.root) == bytes(head.root)]
    cosigned = with_lines(bytes(head.checkpoint), *lines)
    LogHead.objects.filter(id=head.id, size=head.size, root=head.root, checkpoint=head.checkpoint).update(
        cosigned=cosigned
    )


def policy_text() -> str | None:
    """Return whom a reader of this log may believe, as c2sp.org/tlog-policy; None before the first leaf.

    It is what this newsroom says of itself: a reader who takes it from elsewhere believes fewer people.
    Raises KeyMissing or KeyUnreadable.
    """
    head = LogHead.current()
    if head is None or head.size == 0:
        return None
    origin = head.origin
    rows = list(Witness.objects.filter(active=True).order_by("name"))
    witnesses = [
        PolicyWitness(_name_in_policy(row), row.vkey, PublicKey.from_vkey(row.vkey), row.url) for row in rows
    ]
    outside = [_name_in_policy(row) for row in rows if row.outside]
    needed = threshold(len(outside))
    return Policy(
        logs=tuple(Log(key, f"https://{origin}") for key in keys.log_keys_at(origin, head.size)),
        witnesses=tuple(witnesses),
        groups=() if needed is None else (Group(GROUP, needed, tuple(outside)),),
        quorum=NO_QUORUM if needed is None else GROUP,
    ).to_text()


def _name_in_policy(witness: Witness) -> str:
    """Name a witness after its key, unless that is a word of the policy. It means nothing elsewhere."""
    return witness.name if witness.name not in (GROUP, NO_QUORUM) else f"{witness.name}-{witness.pk}"
