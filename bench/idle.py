# SPDX-License-Identifier: Apache-2.0
"""The whole program at rest: time from `start` to the first baked page, memory and processor afterwards.

    ./run bench idle [--seconds 30] [--starts 3] [--beside-ghost]

Memory is the proportional set size of all its processes, so what they share counts once. Reads the newsroom
in ONRECORD_HOME, which should be prepared: `./run sample` fills one. Needs Linux. With `--beside-ghost` a
Ghost with its database and 1,000 posts rests as long afterwards, started anew after it was filled.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile

from bench import ghost
from bench.read import family, free_port, processor_seconds, statement_page

SETTLING_SECONDS = 40
"""Time for Django to be loaded in the background and for the first chores to be done; then nobody writes."""
GHOST_POSTS = 1000


def main() -> None:
    """Start some times, then watch the last one rest."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=30)
    arguments.add_argument("--starts", type=int, default=3)
    ghost.add_options(arguments)
    options = arguments.parse_args()
    installed = ghost.wanted(options)
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("This measurement reads /proc/<pid>/smaps_rollup, which only Linux has.")
    site = Path(os.environ.get("ONRECORD_HOME", "data")).resolve() / "site"
    page = statement_page(site)
    times = []
    for number in range(options.starts):
        with started(page) as (process, seconds):
            times.append(seconds)
            if number == options.starts - 1:
                ours = watch([process.pid], options.seconds)
                print(
                    f"at rest: {ours.memory / 2**20:.0f} MiB in {ours.processes} processes (aim < 250), "
                    f"{ours.share:.2%} of a core (aim < 1 %)\n{ours.listed}"
                )
    shown = ", ".join(f"{seconds * 1000:.0f}" for seconds in times)
    print(
        f"from start to the first baked page: {statistics.median(times) * 1000:.0f} ms ({shown}) (aim < 1000)"
    )
    if installed:
        compare(installed, ours, options.seconds)


@dataclass(frozen=True, slots=True)
class Rest:
    """What programs need at rest: bytes of memory, share of a core; and each process in a line of its own."""

    memory: int
    share: float
    processes: int
    listed: str


def watch(pids: Sequence[int], seconds: int) -> Rest:
    """Return what the programs need while nobody asks them anything."""
    time.sleep(SETTLING_SECONDS)
    before, start = sum(map(processor_seconds, pids)), time.monotonic()
    time.sleep(seconds)
    share = (sum(map(processor_seconds, pids)) - before) / (time.monotonic() - start)
    memory = {member: proportional_bytes(member) for pid in pids for member in family(pid)}
    names = {
        pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:60] for pid in memory
    }
    listed = "\n".join(f"    {size / 2**20:6.1f} MiB  {names[pid]}" for pid, size in memory.items())
    return Rest(sum(memory.values()), share, len(memory), listed)


def compare(installed: ghost.Installed, ours: Rest, seconds: int) -> None:
    """Let Ghost rest as long and print how much of its memory and processor time this program needs."""
    with ghost.filled(installed, GHOST_POSTS) as peer:
        peer.restart()
        theirs = watch(peer.pids, seconds)
    processor = f"{ours.share / theirs.share:.1f}" if theirs.share else "Ghost used none that is counted"
    print(
        f"Ghost with its database, {GHOST_POSTS:,} posts, at rest: {theirs.memory / 2**20:.0f} MiB in "
        f"{theirs.processes} processes, {theirs.share:.2%} of a core\n{theirs.listed}\n"
        f"ours / Ghost: memory {ours.memory / theirs.memory:.2f}, processor {processor}"
    )


@contextmanager
def started(page: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run `onrecord start` and yield it with the seconds until it gave out a page."""
    port = free_port()
    environment = os.environ | {"ONRECORD_PORT": str(port), "ONRECORD_WEB_WORKERS": "2"}
    command = [str(Path(sys.executable).with_name("onrecord")), "start"]
    begin = time.perf_counter()
    with (
        TemporaryFile() as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            while not answers(port, page):
                if process.poll() is not None or time.perf_counter() - begin > 60:
                    output.seek(0)
                    sys.exit(f"The program gave out no page:\n{output.read().decode()[-2000:]}")
                time.sleep(0.005)
            yield process, time.perf_counter() - begin
        finally:
            process.terminate()


def answers(port: int, page: str) -> bool:
    """Tell whether the page can be read already."""
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", page)
            response = connection.getresponse()
            return bool(response.read()) and response.status == 200
    except OSError:
        return False


def proportional_bytes(pid: int) -> int:
    """Return the memory of a process; pages shared by n processes count as an nth."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) * 1024


if __name__ == "__main__":
    main()
