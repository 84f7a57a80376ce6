# SPDX-License-Identifier: Apache-2.0
"""The whole program at rest: time from `start` to the first baked page, memory and processor afterwards.

    ./run bench idle [--seconds 30] [--starts 3]

Memory is the proportional set size of all its processes, so what they share counts once. Reads the newsroom
in ONRECORD_HOME, which should be prepared: `./run sample` fills one. Needs Linux.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile

from bench.read import family, free_port, processor_seconds, statement_page

SETTLING_SECONDS = 40
"""Time for Django to be loaded in the background and for the first chores to be done; then nobody writes."""


def main() -> None:
    """Start some times, then watch the last one rest."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=int, default=30)
    arguments.add_argument("--starts", type=int, default=3)
    options = arguments.parse_args()
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("This measurement reads /proc/<pid>/smaps_rollup, which only Linux has.")
    site = Path(os.environ.get("ONRECORD_HOME", "data")).resolve() / "site"
    page = statement_page(site)
    times = []
    for number in range(options.starts):
        with started(page) as (process, seconds):
            times.append(seconds)
            if number == options.starts - 1:
                watch(process.pid, options.seconds)
    shown = ", ".join(f"{seconds * 1000:.0f}" for seconds in times)
    print(
        f"from start to the first baked page: {statistics.median(times) * 1000:.0f} ms ({shown}) (aim < 1000)"
    )


def watch(pid: int, seconds: int) -> None:
    """Print what the program needs while nobody asks it anything."""
    time.sleep(SETTLING_SECONDS)
    before, start = processor_seconds(pid), time.monotonic()
    time.sleep(seconds)
    share = (processor_seconds(pid) - before) / (time.monotonic() - start)
    tree = family(pid)
    memory = sum(proportional_bytes(member) for member in tree)
    print(
        f"at rest: {memory / 2**20:.0f} MiB in {len(tree)} processes (aim < 250), "
        f"{share:.2%} of a core (aim < 1 %)"
    )
    for member in tree:
        name = Path(f"/proc/{member}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:60]
        print(f"    {proportional_bytes(member) / 2**20:6.1f} MiB  {name}")


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
