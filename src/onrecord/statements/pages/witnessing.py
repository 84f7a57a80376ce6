# SPDX-License-Identifier: Apache-2.0
"""What witnesses have confirmed, as pages say it; and whose proofs gain by what they say later."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from onrecord.bakery import batch
from onrecord.bakery.batch import once_per_batch
from onrecord.bakery.pages import Key
from onrecord.record import pages as log
from onrecord.record.models import Cosignature, Document, Witness
from onrecord.record.witnesses.confirmed import checkpoint_at
from onrecord.record.witnesses.standing import Standing, threshold
from onrecord.statements.models import Edition
from onrecord.statements.pages import articles, documents

Named = tuple[str, Key]

FURTHEST_BACK = 1_000
"""Leaves whose proofs are made again at the most, once a quorum answers after a long silence."""

LOOKED_BACK = 10_000
"""How many leaves ago a quorum may have answered for its checkpoint still to be used in proofs."""


@dataclass(frozen=True, slots=True)
class SeenBy:
    """One witness that has confirmed a tree with a leaf in it."""

    name: str
    time: int
    """When it first did, by its own clock, in POSIX seconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who has confirmed the log with one leaf in it."""

    standing: Standing
    by: tuple[SeenBy, ...] = ()

    @property
    def first(self) -> SeenBy | None:
        """Who saw it first."""
        return min(self.by, key=lambda one: one.time, default=None)


def seen(index: int) -> Seen:
    """Return who has confirmed a tree that holds leaf `index`. Costs the same for every leaf."""
    witnesses = asked()
    confirmed = [witness.cosigned_size > index for witness in witnesses]
    outside = [yes for yes, witness in zip(confirmed, witnesses, strict=True) if witness.outside]
    standing = Standing(
        asked=len(witnesses),
        cosigned=sum(confirmed),
        outside=len(outside),
        outside_cosigned=sum(outside),
        threshold=threshold(len(outside)),
    )
    return Seen(standing, _first_seen(index, len(witnesses)) if any(confirmed) else ())


@once_per_batch
def asked() -> tuple[Witness, ...]:
    """Return the witnesses that are asked."""
    return tuple(Witness.asked())


def keys_that_gain() -> list[Named]:
    """Return the editions and documents whose baked proofs lack a quorum that the newest checkpoint has.

    None while the newest checkpoint lacks one too. At most so many as the log has grown since a quorum last
    confirmed it, and no more than FURTHEST_BACK.
    """
    needed, size = _needed(), log.size()
    if needed is None or not _agree(size - 1, size, needed):
        return []
    first = _agree(size - FURTHEST_BACK - 1, size - 1, needed) or max(0, size - FURTHEST_BACK)
    return _keys_from(first)


def proof_for(index: int) -> bytes:
    """Return the proof of an open leaf, in the checkpoint that says most. Raises NoSuchLeaf or NotOpen."""
    return log.proof_for(index, within=confirmed(), head=_shown_head(), opened=_opened(index))


def _opened(index: int) -> log.Opened | None:
    memory = batch.memory()
    if memory is None:
        return None
    found: dict[int, log.Opened] = memory.setdefault(_opened, {})
    if index not in found:
        found |= log.opened_leaves({index, *articles.leaves_of_batch()} - found.keys())
    return found.get(index)


_shown_head = once_per_batch(log.shown_head)


@once_per_batch
def confirmed() -> bytes | None:
    """Return the newest checkpoint that a quorum confirmed while the very newest lacks one; else None.

    So what is baked while witnesses are silent loses nothing that they said before.
    """
    needed, size = _needed(), log.size()
    if needed is None or _agree(size - 1, size, needed):
        return None
    there = _agree(size - LOOKED_BACK, size - 1, needed)
    return checkpoint_at(there) if there else None


def newest_keys() -> list[Named]:
    """Return the newest edition or document: its pages say who has confirmed it."""
    return _keys_from(log.size() - 1)


def _keys_from(first: int) -> list[Named]:
    editions = Edition.objects.filter(leaf_index__gte=first, published_at__isnull=False)
    found: dict[Named, None] = {}
    for publication, edition in editions.values_list("statement__publication", "pk"):
        found["statements.statement", (str(publication),)] = None
        found["statements.statement", (str(publication), str(edition))] = None
    for path in Document.objects.filter(leaf_index__gte=first).values_list("path", flat=True):
        found |= dict.fromkeys(documents.keys_for(path))
    return list(found)


def _needed() -> int | None:
    return threshold(sum(witness.outside for witness in asked()))


def _agree(above: int, up_to: int, needed: int) -> int | None:
    """Return the largest size of the log, above one and up to another, that enough witnesses confirmed."""
    outside = [witness.pk for witness in asked() if witness.outside]
    rows = Cosignature.objects.filter(witness__in=outside, size__gt=above, size__lte=up_to)
    sizes = rows.values("size").annotate(there=Count("pk")).filter(there__gte=needed).order_by("-size")
    return sizes.values_list("size", flat=True).first()


def _first_seen(index: int, witnesses: int) -> tuple[SeenBy, ...]:
    """Return when each witness first saw a leaf: in the first tree with it that it confirmed."""
    rows = Cosignature.objects.filter(size__gt=index).order_by("size", "first_time")
    found: dict[str, int] = {}
    for name, time in rows.values_list("witness__name", "first_time")[: 4 * witnesses]:
        found.setdefault(name, time)
    return tuple(SeenBy(name, time) for name, time in sorted(found.items(), key=lambda one: one[1]))
