# SPDX-License-Identifier: Apache-2.0
"""Claims and settlements a second of the ledger by itself, with one and with several processes.

    ./run bench ledger [--count 20000] [--processes 1 4]

Uses the database of ONRECORD_HOME or ONRECORD_DATABASE_URL, and leaves what it measured there as cancelled.
Each process claims 200 and settles 200 in turn, with the pause between transactions that SQLite needs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from multiprocessing.synchronize import Barrier
from typing import Any

from bench.mail import freeze
from onrecord.config import django_setup

TOGETHER = 200


def main() -> None:
    """Freeze an audience for each number of processes, and let them take and settle it."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--processes", type=int, nargs="*", default=[1, 4])
    chosen = arguments.parse_args()
    django_setup.load()
    from django.core.management import call_command
    from django.db import connection, connections

    call_command("migrate", verbosity=0)
    vendor = connection.vendor
    for processes in chosen.processes:
        distribution = freeze(chosen.count)
        connections.close_all()
        took, busy = run(distribution, processes)
        print(
            f"{vendor}, {processes} processes: {chosen.count / took:,.0f} deliveries claimed and settled a"
            f" second, {busy / chosen.count * 1e6:.0f} µs of processor each",
            flush=True,
        )


def run(distribution: int, processes: int) -> tuple[float, float]:
    """Let so many processes work until nothing is left; return the seconds, and those on a processor."""
    start_together = multiprocessing.get_context("fork").Barrier(processes + 1)
    spent = multiprocessing.get_context("fork").Queue()
    workers = [
        multiprocessing.get_context("fork").Process(
            target=work, args=(f"bench {number}", start_together, spent)
        )
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    start_together.wait()
    start = time.perf_counter()
    busy = sum(spent.get() for _ in workers)
    took = time.perf_counter() - start
    for worker in workers:
        worker.join()
    check(distribution)
    return took, busy


def work(name: str, start_together: Barrier, spent: Any) -> None:
    """Claim and settle until nothing is left; tell the seconds of processor."""
    from onrecord.delivery import claims
    from onrecord.delivery.models import State
    from onrecord.delivery.thread import PAUSE_SECONDS
    from onrecord.delivery.transports import Settled

    start_together.wait()
    before = time.process_time()
    while taken := claims.claim("smtp", by=name, limit=TOGETHER):
        time.sleep(PAUSE_SECONDS)
        done = [Settled(one.id, State.ACCEPTED, "250 2.0.0 Ok: queued as 4711") for one in taken]
        claims.settle(done, by=name, attempts={})
        time.sleep(PAUSE_SECONDS)
    spent.put(time.process_time() - before)


def check(distribution: int) -> None:
    """See that nothing is left, and close what was measured."""
    from onrecord.delivery import actions
    from onrecord.delivery.models import Delivery, Distribution
    from onrecord.journal.events import CLOCK

    left = Delivery.objects.filter(distribution=distribution).exclude(state="accepted").count()
    assert not left, f"{left} are left"
    actions.cancel(Distribution.objects.get(pk=distribution), by=CLOCK)


if __name__ == "__main__":
    main()
