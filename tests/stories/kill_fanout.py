# SPDX-License-Identifier: Apache-2.0
"""Kill sender and worker, again and again, while a statement goes out to servers of the fediverse.

    python -m tests.stories.kill_fanout --times 30 --hosts 300

Every server is an address of this machine with an inbox that notes what comes before it answers. Each round
freezes a statement for all of them, and kills sender and worker with SIGKILL after a random number of
arrivals. At the end every inbox must have every activity, the counts must add up, and nothing may have come
again but what had arrived without the ledger knowing when a blow fell.

Needs ONRECORD_HOME, an empty data directory, or an empty database.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from onrecord.config import django_setup

PATIENCE = 120.0


def main() -> int:
    """Run the rounds; return 0 if every one of them held."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--times", type=int, default=30)
    arguments.add_argument("--hosts", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=None)
    options = arguments.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**9)
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    django_setup.load()
    from tests.stories import fanout_rounds as rounds
    from tests.stories.inboxes import Arrival, addresses, arrived, serve
    from tests.stories.kill import fork, must_succeed

    notes = Path(os.environ["ONRECORD_HOME"]) / "arrived"
    must_succeed(rounds.prepare)
    ready, tell = os.pipe()
    sink = fork(lambda: serve(options.hosts, notes, tell))
    inboxes = addresses(options.hosts, int(os.read(ready, 16)))
    so_far: Counter[Arrival] = Counter()
    in_doubt: Counter[Arrival] = Counter()
    most, amid = 0, 0
    try:
        for number in range(options.times):
            must_succeed(partial(rounds.freeze, inboxes, number))
            pids = [fork(rounds.send), fork(rounds.keep)]
            _wait_for(arrived(notes).total() + dice.randint(1, options.hosts), lambda: arrived(notes).total())
            for pid in pids:
                _kill(pid)
            time.sleep(0.2)  # what lies in buffers is read
            so_far, before = arrived(notes), so_far
            doubtful = rounds.in_doubt(so_far - before)
            in_doubt.update(doubtful)
            amid += bool(doubtful)
            most = max(most, len(doubtful))
        _finish(rounds.send, rounds.keep, rounds.is_done)
        repeats = rounds.check(notes, inboxes, options.times, in_doubt)
    finally:
        _kill(sink)
    print(f"{amid} of {options.times} blows fell amid deliveries; {most} in doubt at most", flush=True)
    print(
        f"no inbox lacks anything, {repeats} repeated of {in_doubt.total()} in doubt, counts add up",
        flush=True,
    )
    return 0 if amid else 1


def _wait_for(count: int, arrived: Callable[[], int]) -> None:
    end = time.monotonic() + PATIENCE
    while arrived() < count:
        if time.monotonic() > end:
            raise AssertionError(f"nothing came for {PATIENCE:g} seconds")
        time.sleep(0.01)


def _finish(send: Callable[[], None], keep: Callable[[], None], is_done: Callable[[], bool]) -> None:
    """Let sender and worker go on unharmed until everything is settled."""
    from tests.stories.kill import fork

    pids = [fork(send), fork(keep)]
    end = time.monotonic() + PATIENCE
    try:
        while not is_done():
            if time.monotonic() > end:
                raise AssertionError(f"not everything was settled within {PATIENCE:g} seconds")
            time.sleep(0.2)
    finally:
        for pid in pids:
            _kill(pid)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


if __name__ == "__main__":
    Path(os.environ["ONRECORD_HOME"]).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
