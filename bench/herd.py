# SPDX-License-Identifier: Apache-2.0
"""Link previews: servers that got a statement fetch it within a minute, while it still goes out to others.

    ./run bench herd [--fetches 2000] [--seconds 60] [--quiet]

Makes a newsroom of its own in a temporary folder and runs `onrecord start` in it. Each fetch is a connection
of its own, at a random moment of that minute: the statement's page, its object (by the page's address, asked
for as activity+json), the picture for its card, WebFinger of the account. Meanwhile `./run bench fanout` runs
on the same processor, with a database of its own, because the sender of `onrecord start` writes to nobody on
this machine; `--quiet` leaves it out. How late the client itself was is told too: the server is not to blame.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from bench.read import free_port, processor_seconds, running

HOST = "news.elmford.example"
AIM = 50.0
"""Milliseconds for 99 in 100."""


class Wanted:
    """What is fetched, how, and what the answers were like."""

    def __init__(self, name: str, path: str, accept: str, kind: str) -> None:
        self.name, self.path, self.kind = name, path, kind
        self.headers = {"Host": HOST, "Accept": accept, "Accept-Encoding": "gzip, br"}
        self.took: list[float] = []
        self.bytes = 0


def main() -> None:
    """Fill, start, fetch, tell."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--fetches", type=int, default=2_000)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--quiet", action="store_true", help="no fan-out meanwhile")
    arguments.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.fill:
        fill()
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "newsroom"
        home.mkdir()
        environment = os.environ | {"ONRECORD_HOME": str(home)}
        environment.pop("ONRECORD_DATABASE_URL", None)
        subprocess.run([sys.executable, "-m", "bench", "herd", "--fill"], env=environment, check=True)
        port = free_port()
        environment |= {"ONRECORD_PORT": str(port), "ONRECORD_WEB_WORKERS": "2"}
        program = [sys.executable, "-m", "onrecord", "start"]
        with running(program, port, environment) as pid, fanning_out(Path(folder), quiet=given.quiet):
            wanted = things(home / "site")
            wait_for(port, wanted[-1])
            asyncio.run(fetch(port, wanted, 20, 2.0))  # so that nothing is asked for the first time
            for one in wanted:
                one.took.clear()
            load, before = os.getloadavg()[0], processor_seconds(pid)
            late = asyncio.run(fetch(port, wanted, given.fetches, given.seconds))
            tell(wanted, late, processor_seconds(pid) - before, load)


def fill() -> None:
    """Make a newsroom of twenty statements, and bake it."""
    from onrecord.config import django_setup

    django_setup.load()
    from django.core.management import call_command

    from bench import archive
    from onrecord.bakery import actions as bakery

    call_command("createcachetable", verbosity=0)
    archive.prepare()
    archive.grow(20)
    bakery.bake_all()


def wait_for(port: int, one: Wanted) -> None:
    """Wait until the program answers what Django has to."""
    for _ in range(300):
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", one.path, headers=one.headers)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.2)
    sys.exit(f"{one.path} is not answered within a minute.")


def things(site: Path) -> list[Wanted]:
    """Return what a server that makes a link preview asks for."""
    page = next(path for path in sorted(site.glob("s/*/*/index.html")))
    found = re.search(r'property="og:image" content="([^"]+)"', page.read_text())
    assert found is not None, f"{page} names no picture"
    path = f"/{page.parent.relative_to(site)}/"
    name = next(iter(sorted((site / "ap/outboxes").iterdir()))).name
    speaker = next(one for one in ("press", name) if (site / "ap/outboxes" / one).exists())
    return [
        Wanted("the page", path, "text/html", "text/html"),
        Wanted("its object", path, "application/activity+json", "application/activity+json"),
        Wanted("the card", urlsplit(found[1]).path, "image/*", "image/png"),
        Wanted(
            "WebFinger",
            f"/.well-known/webfinger?resource=acct:{speaker}@{HOST}",
            "application/jrd+json",
            "application/jrd+json",
        ),
    ]


@contextmanager
def fanning_out(folder: Path, *, quiet: bool) -> Iterator[None]:
    """Keep sending statements to 1,000 servers on this machine."""
    if quiet:
        yield
        return
    home = folder / "sending"
    home.mkdir()
    loop = "while true; do $0 -m bench fanout --patient --inboxes 20000; done"
    sending = subprocess.Popen(
        ["/bin/sh", "-c", loop, sys.executable],
        env=os.environ | {"ONRECORD_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        time.sleep(15)  # until it sends
        yield
    finally:
        os.killpg(sending.pid, signal.SIGKILL)
        sending.wait()


async def fetch(port: int, wanted: list[Wanted], count: int, seconds: float) -> list[float]:
    """Fetch in turn at random moments; return how late each was begun."""
    moments = sorted(random.uniform(0, seconds) for _ in range(count))  # a load, no secret
    began, late = time.perf_counter(), []
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with (
        aiohttp.ClientSession(connector=connector, auto_decompress=False) as session,
        asyncio.TaskGroup() as together,
    ):
        for number, moment in enumerate(moments):
            await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
            late.append(time.perf_counter() - began - moment)
            together.create_task(_one(session, port, wanted[number % len(wanted)]))
    return late


async def _one(session: aiohttp.ClientSession, port: int, one: Wanted) -> None:
    begun = time.perf_counter()
    path, hops = one.path, 0
    while True:
        url = f"http://127.0.0.1:{port}{path}"
        async with session.get(url, headers=one.headers, allow_redirects=False) as answer:
            body = await answer.read()
            if answer.status not in {302, 303, 307} or hops == 2:
                break
            path, hops = urlsplit(answer.headers["Location"]).path, hops + 1
    one.took.append((time.perf_counter() - begun) * 1000)
    one.bytes = len(body)
    if answer.status != 200 or answer.content_type != one.kind:
        raise SystemExit(f"{path} as {one.headers['Accept']}: {answer.status} {answer.content_type}")


def tell(wanted: list[Wanted], late: list[float], busy: float, load: float) -> None:
    """Print how long it took."""
    print(f"load of this machine before: {load:.1f}; the client began {_p99(late) * 1000:.1f} ms late (p99)")
    for one in wanted:
        median = statistics.median(one.took)
        print(
            f"  {one.name:<12} {len(one.took):>5}   {one.bytes:>7,} bytes   median {median:6.1f} ms"
            f"   p99 {_p99(one.took):6.1f} ms   longest {max(one.took):6.1f} ms"
        )
    every = [took for one in wanted for took in one.took]
    print(
        f"  {'all':<12} {len(every):>5}   p99 {_p99(every):.1f} ms (aim < {AIM:.0f});"
        f" {busy / len(every) * 1e6:.0f} µs of processor each, all of the program counted"
    )


def _p99(values: list[float]) -> float:
    found = sorted(values)
    return float(found[min(len(found) - 1, int(len(found) * 0.99))])


if __name__ == "__main__":
    main()
