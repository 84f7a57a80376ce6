# SPDX-License-Identifier: Apache-2.0
"""Restore older databases, again and again, and look for a fork or a lost leaf.

    python -m tests.stories.restore --times 20

A newsroom publishes, corrects and withdraws; at so many points its database is copied. Then each copy is
restored in three ways: beside the baked site, on a machine whose site is wiped but whose keys are not, and on
one that knows nothing, with only a mirror. Each time the newsroom must refuse to sign and to bake, say what
to do, and, after `onrecord log recover`, go on with every leaf, edition and page that there was.

Needs ONRECORD_HOME, an empty data directory, and a migrated, empty database: SQLite, or PostgreSQL whose
account may create databases.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

from onrecord.config import django_setup
from tests.stories.kill import must_succeed


def main() -> int:
    """Run the rounds; return 0 if every one of them held."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--times", type=int, default=20)
    options = arguments.parse_args()
    django_setup.load()
    from tests.stories import restore_rounds as rounds

    started = time.monotonic()
    must_succeed(rounds.prepare)
    for point in range(options.times):
        rounds.copy_database(point)
        must_succeed(partial(rounds.say_something, point))
    rounds.renew_mirror()
    with rounds.serve_mirror() as address:
        for point in range(options.times):
            for way in rounds.WAYS:
                rounds.restore_database(point)
                rounds.lose(way)
                must_succeed(partial(rounds.refuse_and_recover, way, address))
                rounds.renew_mirror()
            print(f"{point + 1} databases restored in {len(rounds.WAYS)} ways", flush=True)
    must_succeed(rounds.tell)
    print(f"{options.times} databases, no fork, no lost leaf, {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    Path(os.environ["ONRECORD_HOME"]).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
