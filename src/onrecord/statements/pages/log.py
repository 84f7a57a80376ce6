# SPDX-License-Identifier: Apache-2.0
"""The record's own files on the site: tiles, entry bundles, what opens each leaf, the newest checkpoint,
and whom a reader may believe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.bakery.pages import Family, File, Key
from onrecord.proof.tiles import TILE_WIDTH
from onrecord.record import guard
from onrecord.record import pages as log
from onrecord.record.pages import LogFile
from onrecord.record.witnesses import standing
from onrecord.statements.pages import logbook, witnessing

Named = tuple[str, Key]

TILES = "record.tiles"
OPENINGS = "record.openings"
CHECKPOINT = "record.checkpoint"
POLICY = "record.policy"
NEWEST: Key = ("newest",)


def keys_before_pages() -> list[Named]:
    """Return the files of the log that the site lacks, the checkpoint last: a page leads to nothing unsaid.

    It counts from the checkpoint that readers see, so whatever was interrupted before is made good.
    Raises record.errors.Forked if the database does not continue it.
    """
    published = guard.published_size()
    size = log.size()
    if size == 0:
        return []
    numbers = log.bundles_since(published)
    return [
        *((TILES, (str(index),)) for index in range(published, size)),
        *((OPENINGS, (str(number),)) for number in numbers),
        (CHECKPOINT, NEWEST),
        *(policy_keys() if published == 0 else []),
    ]


def keys_after_pages(leaf_index: int) -> list[Named]:
    """Return the partial tiles that may go now that this leaf has filled a tile."""
    return [(TILES, (str(index),)) for index in log.leaves_superseded_by(leaf_index)]


def keys_of_leaves(indexes: Iterable[int]) -> list[Named]:
    """Return the files that say of these leaves whether they are open."""
    return [(OPENINGS, (str(number),)) for number in sorted({index // TILE_WIDTH for index in indexes})]


def keys_after_cosigning(*, new: bool) -> list[Named]:
    """Return what shows cosignatures: the checkpoint, the page of the log, and with a new cosigner proofs.

    These are the newest one and, once a quorum has answered, those baked since one last did.
    """
    gain = list(dict.fromkeys([*witnessing.newest_keys(), *witnessing.keys_that_gain()])) if new else []
    return [*keys_before_pages(), *gain, *logbook.all_keys()]


def policy_keys() -> list[Named]:
    """Return the trust policy, which changes with the witnesses and is there from the first leaf on."""
    return [(POLICY, NEWEST)]


def _tiles(key: Key) -> Iterator[File]:
    return map(_file, log.tiles_of(int(key[0])))


def _openings(key: Key) -> Iterable[File]:
    return [_file(log.openings_file(int(key[0])))]


def _checkpoint(_key: Key) -> Iterable[File]:
    return [_file(log.checkpoint_file())] if log.size() else []


def _policy(_key: Key) -> Iterable[File]:
    text = standing.policy_text()
    return [] if text is None else [File("/policy.txt", text.encode("utf-8"), log.TEXT)]


def _file(file: LogFile) -> File:
    return File(file.path, file.body, file.media_type, immutable=file.immutable)


FAMILIES = (
    Family(TILES, lambda: ((str(index),) for index in log.leaves_with_tiles()), _tiles),
    Family(OPENINGS, lambda: ((str(number),) for number in log.bundle_numbers()), _openings),
    Family(CHECKPOINT, lambda: iter([NEWEST]), _checkpoint, count=lambda: 1),
    Family(POLICY, lambda: iter([NEWEST]), _policy, count=lambda: 1),
)
