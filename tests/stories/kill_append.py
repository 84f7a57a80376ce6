# SPDX-License-Identifier: Apache-2.0
"""Kill a process that appends to the log and shows it, at random moments, and look for a fork or a lost leaf.

    python -m tests.stories.kill_append --times 200

Each round forks a child that appends leaves and bakes the files of the log, and is killed with SIGKILL. It
writes down each leaf once the append has returned. After every blow all that was shown – on the site, in the
file beside the keys – is kept; at the end and in between the log must continue every bit of it, and every
leaf that was promised must be where it was.

Needs ONRECORD_HOME, an empty data directory, and a migrated, empty database.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

from onrecord.config import django_setup
from tests.stories.kill import blows, must_succeed


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
    from tests.stories import append_rounds as rounds

    must_succeed(rounds.prepare)
    number = killed = 0
    for number, killed in blows(rounds.append_some, hits=options.times, dice=dice):
        rounds.keep_what_was_shown()
        must_succeed(rounds.check)
        if number % 20 == 0:
            print(f"{number} rounds, {killed} killed at work", flush=True)
    must_succeed(rounds.append_some)
    must_succeed(rounds.check)
    must_succeed(rounds.tell)
    print(f"{number} rounds, {killed} killed at work, no fork, no lost leaf", flush=True)
    return 0 if killed >= options.times // 2 else 1


if __name__ == "__main__":
    Path(os.environ["ONRECORD_HOME"]).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
