# SPDX-License-Identifier: Apache-2.0
"""Kill a publishing process again and again, recover, and look at everything.

    python -m tests.stories.kill --times 200

Each round forks a child that writes, approves and releases statements, corrects one and withdraws another,
and is killed with SIGKILL at a random moment. A second child then does what `onrecord start` does after a
crash. Afterwards every edition must be published whole or not exist: one leaf each, no leaf without an
edition, a log whose tree adds up, and every page, feed and proof on the disk as a fresh bake would make it.

Needs ONRECORD_HOME, an empty data directory, and a migrated, empty database.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from onrecord.config import django_setup


def main() -> int:
    """Run the rounds; return 0 if every one of them held."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--times", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=None)
    options = arguments.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**9)
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    django_setup.load()
    from tests.stories import kill_rounds as rounds

    must_succeed(rounds.prepare)
    number = killed = 0
    for number, killed in blows(rounds.publish_some, hits=options.times, dice=dice):
        must_succeed(rounds.recover)
        must_succeed(rounds.check)
        if number % 20 == 0:
            print(f"{number} rounds, {killed} killed at work", flush=True)
    must_succeed(rounds.check_against_a_fresh_bake)
    print(f"{number} rounds, {killed} killed at work, all whole", flush=True)
    return 0 if killed >= options.times // 2 else 1


def blows(work: Callable[[], None], *, hits: int, dice: random.Random) -> Iterator[tuple[int, int]]:
    """Kill `work` at random moments; yield after each blow how many there were and how many were in time.

    Ends after so many hits, or after twice as many blows: some come when the work is done.
    """
    unharmed = timed(work)
    killed = 0
    for number in range(1, 2 * hits + 1):
        start = time.monotonic()
        if run_and_kill(work, after=dice.uniform(0.0, unharmed)):
            killed += 1
        else:  # it was done before the blow: the machine is quicker than it was
            unharmed = max(0.9 * unharmed, 0.5 * (time.monotonic() - start))
        yield number, killed
        if killed == hits:
            return


def timed(work: Callable[[], None]) -> float:
    """Run `work` unharmed and return how long it takes, in seconds."""
    start = time.monotonic()
    must_succeed(work)
    return time.monotonic() - start


def must_succeed(work: Callable[[], None]) -> None:
    """Run `work` in a child of its own; end with its complaint if it fails."""
    pid = fork(work)
    _pid, status = os.waitpid(pid, 0)
    if status != 0:
        name = getattr(work, "__name__", str(work))
        sys.exit(f"{name} failed; the data directory is {os.environ['ONRECORD_HOME']}")


def run_and_kill(work: Callable[[], None], *, after: float) -> bool:
    """Run `work` in a child and kill it after so many seconds; tell whether it was still at work."""
    pid = fork(work)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a child; return its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    Path(os.environ["ONRECORD_HOME"]).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
