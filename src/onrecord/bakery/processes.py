# SPDX-License-Identifier: Apache-2.0
"""Spreads work over child processes with bounded memory: nothing is read ahead but what they work on."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from django.db import connection, connections

from onrecord.bakery.errors import BakeIncomplete

Job = TypeVar("Job")
Result = TypeVar("Result")

AHEAD = 2
"""Jobs a child has at hand, so that it need not wait for its parent."""

BEGINS_WITHIN_SECONDS = 30.0
"""How long a new child may take until it has opened the database; a busy machine needs a second or two."""

ATTEMPTS = 3
"""How often another child is forked in place of one that does not begin."""

GARBAGE_AFTER = 50_000
"""New objects after which a child looks for garbage: pages leave little of it."""

logger = logging.getLogger(__name__)


def children_to_use() -> int:
    """Return one for each processor; 0 in a thread, where other threads may hold locks, and in a daemon."""
    if threading.current_thread() is not threading.main_thread() or multiprocessing.current_process().daemon:
        return 0
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(jobs: Iterable[Job], work: Callable[[Job], Result], *, processes: int) -> Iterator[Result]:
    """Yield the result of `work` for each job, in the order of completion.

    The children are forked before the first job is asked for, without database connections: whatever the
    parent has loaded is there at once. Raises BakeIncomplete when a child dies.

    While a child is forked, another thread of this process may hold a lock inside SQLite or another library;
    nobody ever opens it in the child, which then waits for good. Such a child is ended before it has work.
    """
    _close_connections()
    with _memory_shared():
        team = _Team(work, processes)
        try:
            team.see_them_begin()
            yield from team.run(iter(jobs))
        finally:
            team.dismiss()


@contextmanager
def _memory_shared() -> Iterator[None]:
    """Keep collectors off what is shared with children forked here: to look at memory is to copy it."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Team(Generic[Job, Result]):
    def __init__(self, work: Callable[[Job], Result], processes: int) -> None:
        self._work = work
        self._children: dict[Connection, BaseProcess] = {}
        for number in range(processes):
            self._fork(f"bakery {number + 1}")

    def see_them_begin(self) -> None:
        """Wait for each child to say that it is there, and fork another in place of one that is stuck."""
        for forked in list(self._children):
            pipe, replaced = forked, 0
            while replaced < ATTEMPTS and not pipe.poll(BEGINS_WITHIN_SECONDS):
                pipe, replaced = self._replace(pipe), replaced + 1
            self._receive(pipe, within=BEGINS_WITHIN_SECONDS)

    def run(self, jobs: Iterator[Job]) -> Iterator[Result]:
        busy = {pipe: sum(_hand_out(pipe, jobs) for _ in range(AHEAD)) for pipe in self._children}
        while any(busy.values()):
            for pipe in wait([pipe for pipe, count in busy.items() if count]):
                assert isinstance(pipe, Connection)  # noqa: S101  # nothing else was waited for
                result = self._receive(pipe)
                busy[pipe] += _hand_out(pipe, jobs) - 1
                yield result

    def dismiss(self) -> None:
        for pipe in self._children:
            pipe.close()
        for child in self._children.values():
            child.join(timeout=10)
            if child.is_alive():
                child.kill()  # what asks it to end is never read by a child that is stuck
                child.join()
            child.close()

    def _fork(self, name: str) -> Connection:
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(self._work, theirs, ours), name=name, daemon=True)
        with warnings.catch_warnings():
            # A progress bar draws itself in a thread; the children never touch it.
            warnings.filterwarnings("ignore", message=".*multi-threaded", category=DeprecationWarning)
            child.start()
        theirs.close()
        self._children[ours] = child
        return ours

    def _replace(self, pipe: Connection) -> Connection:
        child = self._children.pop(pipe)
        logger.warning(
            "the process %r did not begin in %g seconds; another is started",
            child.name,
            BEGINS_WITHIN_SECONDS,
        )
        child.kill()
        child.join()
        pipe.close()
        return self._fork(child.name)

    def _receive(self, pipe: Connection, within: float | None = None) -> Result:
        try:
            if not pipe.poll(within):
                raise BakeIncomplete(
                    f"The process {self._children[pipe].name!r} did not begin, {ATTEMPTS} times. Bake again."
                )
            result: Result = pipe.recv()
        except (EOFError, ConnectionResetError) as error:
            child = self._children[pipe]
            child.join(timeout=10)
            raise BakeIncomplete(
                f"The process {child.name!r} ended with status {child.exitcode} in the middle of its work. "
                "Status -9 usually means that the machine ran out of memory. Bake again."
            ) from error
        return result


def _hand_out(pipe: Connection, jobs: Iterator[Job]) -> int:
    for job in jobs:
        pipe.send(job)
        return 1
    return 0


def _serve(work: Callable[[Any], object], pipe: Connection, other_end: Connection) -> None:
    other_end.close()
    gc.set_threshold(GARBAGE_AFTER, 10, 10)
    try:
        _open_the_database()
        pipe.send(None)
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return  # the parent has no more work, or is gone
    finally:
        _close_connections()


def _open_the_database() -> None:
    connection.ensure_connection()


def _close_connections() -> None:
    for opened in connections.all(initialized_only=True):
        opened.close()
        if hasattr(opened, "close_pool"):
            opened.close_pool()
