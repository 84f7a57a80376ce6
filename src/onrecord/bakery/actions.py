# SPDX-License-Identifier: Apache-2.0
"""Bake some pages, or all of them."""

from __future__ import annotations

import heapq
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

from django.conf import settings

from onrecord.bakery import gates, ownership, processes
from onrecord.bakery.batch import together
from onrecord.bakery.errors import AddressTaken, BakeIncomplete, UnknownFamily
from onrecord.bakery.locks import Locks
from onrecord.bakery.models import BakedFile
from onrecord.bakery.ownership import Owner, Yielded
from onrecord.bakery.pages import Family, File, Key, families
from onrecord.bakery.targets import Target
from onrecord.bakery.targets.directory import DirectoryTarget
from onrecord.sqlite_manners import DO_NOT_MAP, sqlite_told_also

Item = TypeVar("Item")
Progress = Callable[[int, int | None], None]
"""Told how many keys are baked, and of how many if that is known."""

TOGETHER = 200
"""Keys that `bake` renders before it writes the first file."""
CHUNK = 96
"""Keys that a process of a full bake takes at a time."""
ROWS = 400
"""Files of a full bake that are noted in one transaction."""
PAUSE_SECONDS = 0.001
"""SQLite's busy handler is not fair: a writer that never pauses starves everybody else."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Baked:
    """What a bake did: how many keys it rendered, and what became of their files."""

    keys: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: Baked) -> Baked:
        return Baked(
            self.keys + other.keys,
            self.written + other.written,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )


@dataclass(slots=True)
class _Chunk:
    """What a process of a full bake reports about the keys it was given."""

    owners: list[Owner] = field(default_factory=list)
    yielded: list[Yielded] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    baked: Baked = field(default_factory=Baked)

    def __iadd__(self, other: _Chunk) -> Self:
        self.owners += other.owners
        self.yielded += other.yielded
        self.baked += other.baked
        return self


def site_directory() -> Path:
    """Return where the site is baked to."""
    return Path(settings.HOME) / "site"


def bake(keys: Iterable[tuple[str, Key]]) -> Baked:
    """Render these keys and write what changed; remove what they no longer yield.

    Files that are written once come first; the others are written in the order of the keys: give what is
    linked to before what links to it. All keys are
    rendered before the first file is written, so an error in one leaves the site as it was (up to 200 keys;
    more are baked in that many at a time). Safe to repeat; not to be called inside a transaction.
    Raises UnknownFamily, AddressTaken, WriteOnceRefused, MisleadingName or UnsafeAddress, and what a gate
    raises that keeps the site as it is.
    """
    owners = dict.fromkeys(Owner.of(family, key) for family, key in keys)
    done = Baked()
    if not owners:
        return done
    gates.pass_all()
    root = site_directory()
    target, locks = DirectoryTarget(root), Locks(root)
    for some in _batches(owners, TOGETHER):
        done += _bake_together(some, target, locks, _render)
    return done


def bake_all(progress: Progress | None = None, *, workers: int | None = None) -> Baked:
    """Render every key of every family on all processors, then remove every file that no key owns.

    With `workers` 0 everything happens in this process, otherwise in that many children: by default one for
    each processor if this process may fork. Other processes may bake at the same time. A key that fails does
    not stop the others; raises BakeIncomplete at the end, or FullBakeRunning at once if another process bakes
    everything, or what a gate raises that keeps the site as it is.
    """
    gates.pass_all()
    root = site_directory()
    target, locks = DirectoryTarget(root), Locks(root)
    with locks.full_bake(), sqlite_told_also(DO_NOT_MAP):
        newest = BakedFile.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        run = _FullBake(target, locks)
        run.render_everything(progress, processes.children_to_use() if workers is None else workers)
        run.bake_again()
        run.forget_vanished(up_to=newest)
        run.sweep()
    if run.failures:
        shown = "\n".join(run.failures[:10])
        raise BakeIncomplete(
            f"{len(run.failures)} of {run.done.keys} keys could not be baked; the rest is. First:\n{shown}"
        )
    return run.done


def _bake_together(
    owners: Sequence[Owner], target: Target, locks: Locks, render: Callable[[Owner], Iterable[File]]
) -> Baked:
    with locks.keys(map(str, owners)):
        with together(_numbers(owners)):
            rendered = [(owner, file) for owner in owners for file in render(owner)]
        for _, file in rendered:
            target.check(file)
        changes = ownership.compare(owners, (Yielded.by(owner, file) for owner, file in rendered))
        for _, error in changes.refused:
            raise error
        written = removed = 0
        try:
            written = target.write(*(file for _, file in rendered))
            for address in changes.gone():
                removed += target.remove(address)
        finally:
            if written or removed:
                target.announce()
        ownership.store(changes)
    return Baked(len(owners), written, len(rendered) - written, removed)


class _FullBake:
    """One full bake: children render and write, this process alone writes to the database."""

    def __init__(self, target: Target, locks: Locks) -> None:
        self.done = Baked()
        self.failures: list[str] = []
        self._target, self._locks = target, locks
        self._seen: set[int] = set()
        self._shrunk: dict[Owner, None] = {}
        self._refused: dict[Owner, None] = {}

    def render_everything(self, progress: Progress | None, workers: int) -> None:
        total = _total() if progress else None
        waiting = _Chunk()
        work, jobs = _Worker(self._target, self._locks), _batches(self._keys(), CHUNK)
        for chunk in processes.spread(jobs, work, processes=workers) if workers else map(work, jobs):
            self.done += chunk.baked
            self.failures += chunk.failures
            waiting += chunk
            if len(waiting.yielded) >= ROWS:
                self._note(waiting)
                waiting = _Chunk()
            if progress:
                progress(self.done.keys, total)
        self._note(waiting)

    def bake_again(self) -> None:
        """Bake once more, together, the keys that lost an address or were refused one: it may have moved."""
        for owners in _batches(self._shrunk | self._refused, TOGETHER):
            try:
                self.done += replace(
                    _bake_together(owners, self._target, self._locks, _render), keys=0, unchanged=0
                )
            except Exception:  # at least one of them; each alone says which
                for owner in owners:
                    self._bake_one(owner, _render)

    def forget_vanished(self, *, up_to: int) -> None:
        """Bake stored keys that no family lists any more: they yield nothing, so their files go."""
        stored = BakedFile.objects.filter(pk__lte=up_to).order_by("family", "key").distinct()
        vanished = [
            owner
            for family, key in stored.values_list("family", "key").iterator()
            if hash(owner := Owner(family, key)) not in self._seen
        ]
        for owner in vanished:
            self._bake_one(owner, _render if owner.family in families else _nothing)

    def sweep(self) -> None:
        """Remove what no key owns: leftovers of killed processes, and what others put there."""
        suspects = list(_unowned(self._target.stored()))
        if suspects:
            with self._locks.everything():
                for name, _ in list(_unowned(suspects)):
                    logger.warning("removing %s from the site: no page owns it", name)
                    self._target.discard(name)
                    self.done += Baked(removed=1)
            self._target.announce()

    def _keys(self) -> Iterator[Owner]:
        for some in _side_by_side(list(families.values())):
            for owner in some:
                self._seen.add(hash(owner))
                yield owner

    def _note(self, chunk: _Chunk) -> None:
        changes = ownership.compare(chunk.owners, chunk.yielded)
        # What was rendered may be older than what another process has stored since, so nothing is removed on
        # the strength of it: that happens when the key is baked again, under its lock.
        self._refused |= dict.fromkeys(owner for owner, _ in changes.refused)
        self._shrunk |= dict.fromkeys(Owner(row.family, row.key) for row in changes.stale)
        changes.stale = []
        try:
            ownership.store(changes)
        except AddressTaken:
            self._refused |= dict.fromkeys(chunk.owners)
        if chunk.baked.written:
            self._target.announce()
        time.sleep(PAUSE_SECONDS)

    def _bake_one(self, owner: Owner, render: Callable[[Owner], Iterable[File]]) -> None:
        try:
            baked = _bake_together([owner], self._target, self._locks, render)
        except Exception as error:  # one page must not keep the others from being baked
            logger.exception("%s could not be baked", owner)
            self.failures.append(_failure(owner, error))
        else:
            self.done += Baked(written=baked.written, removed=baked.removed)
        time.sleep(PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class _Worker:
    """Renders and writes some keys in a child process."""

    target: Target
    locks: Locks

    def __call__(self, owners: list[Owner]) -> _Chunk:
        chunk = _Chunk()
        rendered: dict[Owner, list[File]] = {}
        with self.locks.keys_of_full_bake(map(str, owners)):
            with together(_numbers(owners)):
                for owner in owners:
                    with self._failing_alone(owner, chunk):
                        rendered[owner] = list(_render(owner))
            try:
                self._write(rendered, chunk)
            except Exception:  # at least one of them; each alone says which
                for owner, files in rendered.items():
                    with self._failing_alone(owner, chunk):
                        self._write({owner: files}, chunk)
        return chunk

    def _write(self, rendered: dict[Owner, list[File]], chunk: _Chunk) -> None:
        yielded = [(owner, file) for owner, files in rendered.items() for file in files]
        written = self.target.write(*(file for _, file in yielded))
        chunk.owners += rendered
        chunk.yielded += [Yielded.by(owner, file) for owner, file in yielded]
        chunk.baked += Baked(len(rendered), written, len(yielded) - written)

    @contextmanager
    def _failing_alone(self, owner: Owner, chunk: _Chunk) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # one page must not keep the others from being baked
            logger.exception("%s could not be baked", owner)
            chunk.failures.append(_failure(owner, error))
            chunk.baked += Baked(keys=1)


def _render(owner: Owner) -> Iterable[File]:
    name, key = owner.parts()
    family: Family | None = families.get(name)
    if family is None:
        known = ", ".join(sorted(families)) or "none"
        raise UnknownFamily(f"Nobody registered a family {name!r}. Known: {known}. List it in `wiring`.")
    return family.render(key)


def _numbers(owners: Iterable[Owner]) -> dict[str, set[int]]:
    """Return which numbers these keys are about, by the group of their families."""
    found: dict[str, set[int]] = {}
    for owner in owners:
        family = families.get(owner.family)
        if family is not None and family.group:
            found.setdefault(family.group, set()).add(owner.number)
    return found


def _nothing(_: Owner) -> Iterable[File]:
    return ()


def _total() -> int | None:
    counts = [family.count for family in families.values()]
    return sum(count() for count in counts if count) if all(counts) else None


def _unowned(stored: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for some in _batches(stored, ROWS):
        # A file and its twins lie side by side, so most addresses are asked for once.
        owned = ownership.owned({address for _, address in some})
        yield from (pair for pair in some if pair[1] not in owned)


def _side_by_side(listed: Sequence[Family]) -> Iterator[Iterator[Owner]]:
    """Yield the keys of one family after the other; families of a group together, by their numbers."""
    groups = {family.group for family in listed if family.group}
    for family in listed:
        if not family.group:
            yield _listed(family)
        elif family.group in groups:
            groups.remove(family.group)
            beside = [_listed(other) for other in listed if other.group == family.group]
            yield heapq.merge(*beside, key=lambda owner: owner.number)


def _listed(family: Family) -> Iterator[Owner]:
    """Yield the keys of a family, whose query is over before the first: they wait in a file.

    A query that stays open while pages are rendered keeps SQLite's connection at the moment at which it
    began: once another process has written anything, this one may not, and no checkpoint shortens the log.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        for key in family.keys():  # noqa: SIM118  # not a mapping
            file.write(Owner.of(family.name, key).key + "\n")  # JSON has no line breaks of its own
        file.seek(0)
        for line in file:
            yield Owner(family.name, line[:-1])


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _failure(owner: Owner, error: Exception) -> str:
    return f"{owner}: {type(error).__name__}: {error}"
