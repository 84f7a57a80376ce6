# SPDX-License-Identifier: Apache-2.0
"""Kill sender, worker and whoever freezes an audience, again and again, while mail goes out.

    python -m tests.stories.kill_mail --times 100 --count 20000

A mail server of its own notes every message that it takes. Sender and worker are forked and killed with
SIGKILL at random moments, and started again as the supervisor does. In every fifth round the process that
freezes another audience is killed as well. At the end nobody may be lost, every count must add up, and no
blow may have repeated more messages than there were connections.

Needs ONRECORD_HOME, an empty data directory, or an empty database.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path

from onrecord.config import django_setup

EXTRA = 200
"""Recipients of an audience that is frozen while it is killed."""
LONGEST_BREATH = 1.0


def main() -> int:
    """Run the rounds; return 0 if every one of them held."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--times", type=int, default=100)
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=None)
    options = arguments.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**9)
    print(f"seed {seed}", flush=True)
    django_setup.load()
    from tests.stories import mail_rounds as rounds
    from tests.stories.kill import fork, must_succeed
    from tests.stories.sinks import Sink, serve

    taken = Path(os.environ["ONRECORD_HOME"]) / "taken"
    must_succeed(rounds.prepare)
    must_succeed(partial(_frozen, options.count, 0))
    ready, tell = os.pipe()
    sink = fork(lambda: serve(Sink(taken), tell))
    rounds.use(int(os.read(ready, 16)))
    dice = random.Random(seed)
    blows, extra = 0, 0
    try:
        for number in range(options.times):
            pids = [fork(rounds.send), fork(rounds.keep)]
            if number % 5 == 4:
                extra += 1
                pids.append(fork(partial(_frozen, EXTRA, extra)))
            time.sleep(dice.uniform(0.2, LONGEST_BREATH))
            dice.shuffle(pids)
            blows += sum(_kill(pid) for pid in pids)
            if (number + 1) % 20 == 0:
                print(f"{number + 1} rounds, {blows} killed at work", flush=True)
        for number in range(1, extra + 1):
            must_succeed(partial(_frozen, EXTRA, number))
        _finish()
        everybody = options.count + extra * EXTRA
        repeats, states = rounds.check(taken, recipients=everybody, blows=options.times)
    finally:
        _kill(sink)
    print(f"{options.times} rounds, {blows} processes killed, {everybody} deliveries: {states}", flush=True)
    print(f"nobody lost, {repeats} repeated in all, counts add up", flush=True)
    return 0


def _frozen(count: int, number: int) -> None:
    from tests.stories import mail_rounds as rounds

    distribution = rounds.freeze(count, number)
    there = distribution.deliveries.count()
    if there != count:
        raise AssertionError(f"{there} of {count} recipients are frozen")


def _finish(seconds: float = 600.0) -> None:
    """Let sender and worker go on unharmed until everything is settled."""
    from tests.stories import mail_rounds as rounds
    from tests.stories.kill import fork

    pids = [fork(rounds.send), fork(rounds.keep)]
    end = time.monotonic() + seconds
    try:
        while not rounds.is_done():
            if time.monotonic() > end:
                raise AssertionError(f"not everything was settled within {seconds:g} seconds")
            time.sleep(0.2)
    finally:
        for pid in pids:
            _kill(pid)


def _kill(pid: int) -> bool:
    """Kill a child; tell whether it was still at work."""
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    Path(os.environ["ONRECORD_HOME"]).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
