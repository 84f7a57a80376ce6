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

from django.db import connections

from onrecord.bakery.errors import BakeIncomplete

Job = TypeVar("Job")
Result = TypeVar("Result")

AHEAD = 2
"""Jobs a child has at hand, so that it need not wait for its parent."""

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
    """
    _close_connections()
    with _memory_shared():
        team = _Team(work, processes)
        try:
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
        context = multiprocessing.get_context("fork")
        self._children: dict[Connection, BaseProcess] = {}
        for number in range(processes):
            ours, theirs = context.Pipe()
            child = context.Process(
                target=_serve, args=(work, theirs, ours), name=f"bakery {number + 1}", daemon=True
            )
            with warnings.catch_warnings():
                # A progress bar draws itself in a thread; the children never touch it.
                warnings.filterwarnings("ignore", message=".*multi-threaded", category=DeprecationWarning)
                child.start()
            theirs.close()
            self._children[ours] = child

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
                child.terminate()
                child.join()
            child.close()

    def _receive(self, pipe: Connection) -> Result:
        try:
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
        while True:
            pipe.send(work(pipe.recv()))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return  # the parent has no more work, or is gone
    finally:
        _close_connections()


def _close_connections() -> None:
    for opened in connections.all(initialized_only=True):
        opened.close()
        if hasattr(opened, "close_pool"):
            opened.close_pool()
