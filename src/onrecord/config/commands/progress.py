# SPDX-License-Identifier: Apache-2.0
"""The progress bar of long commands; silent where nobody is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(label: str, *, quiet: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar while the block runs; it is moved by calling what is yielded with (done, total)."""
    if quiet or not sys.stderr.isatty():
        yield _unseen
        return
    # Loaded late: readers wait for `start`, and it seldom shows a bar.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        task = progress.add_task(label, total=None)

        def move(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        yield move


def _unseen(_done: int, _total: int | None) -> None:
    """Move nothing: nobody is looking."""
