# SPDX-License-Identifier: Apache-2.0
"""Measure what one more leaf costs in a small log and in a large one: append, files_for, proof_for.

Run with `./run bench record`. Uses a data directory of its own, or ONRECORD_DATABASE_URL (an empty database).
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import django
from django.conf import settings
from django.core.management import call_command

SMALL, LARGE = 1_000, 100_000
ROUNDS = 256  # so that both sizes see a tile at every width
ORIGIN = "bench.example/log"


def main() -> None:
    """Print milliseconds per operation at both sizes, and their ratio: by the clock and of the processor.

    On a machine with other work the processor's are the ones to compare.
    """
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        _configure()
        call_command("migrate", run_syncdb=True, verbosity=0)
        figures = []
        for size in (SMALL, LARGE):
            started = time.perf_counter()
            _fill(size)
            _say(f"{size:,} leaves ({time.perf_counter() - started:.1f} s)")
            figures.append(_measure(size))
        _say(f"\n{'median ms':<22}{SMALL:>12,}{LARGE:>12,}{'ratio':>9}")
        for name in figures[0]:
            small, large = figures[0][name], figures[1][name]
            _say(f"{name:<22}{small:>12.2f}{large:>12.2f}{large / small:>9.2f}")


def _configure() -> None:
    from onrecord.config.settings import DATABASES, HOME

    settings.configure(
        DATABASES=DATABASES,
        HOME=HOME,
        KEY_PASSPHRASE="",
        INSTALLED_APPS=["onrecord.journal", "onrecord.record", "django_tasks"],
        MIGRATION_MODULES={"journal": None, "record": None},  # they wait for apps that are not needed here
        USE_TZ=True,
    )
    django.setup()


def _fill(size: int) -> None:
    from onrecord.record import actions, pages

    while (have := pages.size()) < size:
        some = range(have, min(size, have + 500))
        actions.append_all([actions.NewLeaf(*_leaf(number)) for number in some], origin=ORIGIN)


def _measure(size: int) -> dict[str, float]:
    from onrecord.proof import tlogproof
    from onrecord.record import actions, keys, pages
    from onrecord.record.models import Leaf

    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(size, size + ROUNDS):
        new = actions.NewLeaf(*_leaf(number))
        works: dict[str, Callable[[], object]] = {
            "append": partial(actions.append_all, [new], origin=ORIGIN),
            "files_for": partial(pages.files_for, number),
            "proof_for": partial(pages.proof_for, number),
        }
        spent = {name: _timed(work) for name, work in works.items()}
        spent["all three"] = (
            sum(clock for clock, _ in spent.values()),
            sum(cpu for _, cpu in spent.values()),
        )
        for name, (clock, cpu) in spent.items():
            taken[name].append(clock * 1000)
            taken[f"{name}, processor"].append(cpu * 1000)
    public = keys.public_keys(ORIGIN)
    for index in (0, size // 2, size + ROUNDS - 1):
        body = bytes(Leaf.objects.get(index=index).body)
        tlogproof.parse(pages.proof_for(index)).verify(body, origin=ORIGIN, keys=[public.log])
    return {name: statistics.median(values) for name, values in taken.items()}


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def _leaf(number: int) -> tuple[bytes, bytes, str, datetime]:
    digest = hashlib.sha256(str(number).encode()).digest()
    return digest, digest, f"/s/2026/{number}/1.json", datetime(2026, 11, 24, 8, tzinfo=UTC)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
