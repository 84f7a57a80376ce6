# SPDX-License-Identifier: Apache-2.0
"""Personalised mails a second from frozen rows to a local sink, the ledger included, against smtplib.

    ./run bench mail [--count 100000] [--connections 10] [--delay 0]

Needs Postfix's smtp-sink. `--delay 20` adds a round trip of 20 ms between sender and sink. smtplib, and
aiosmtplib where it is installed, send a part of the same mails over as many connections in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import os
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

from onrecord.config import django_setup

SINK = "/usr/sbin/smtp-sink"
PARAGRAPH = "The town tested the water at twelve places on Monday and found it safe at all of them. "
PEER_SHARE = 20
"""The peers send so much less than all."""


def main() -> None:
    """Freeze an audience, send, and let the peers send the same."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--connections", type=int, default=10)
    arguments.add_argument("--delay", type=float, default=0.0, help="milliseconds of a round trip")
    chosen = arguments.parse_args()
    if not shutil.which("smtp-sink", path="/usr/sbin:/usr/bin"):
        sys.exit("smtp-sink is missing. It comes with Postfix: apt install postfix")
    # In a process of its own: what it leaves in memory is none of the sender's.
    subprocess.run([sys.executable, "-m", "onrecord", "manage", "migrate", "--verbosity", "0"], check=True)
    django_setup.load()
    from onrecord.config.sender import settle_in

    settle_in()
    with sink() as port:
        took, busy, frozen, memory = asyncio.run(ours(port, chosen.count, chosen.connections, chosen.delay))
        print(
            f"{chosen.count:,} mails of {len(one_message()) / 1000:.1f} kB, {chosen.connections} connections,"
            f" {chosen.delay:g} ms round trip: frozen in {frozen:.1f} s, carried in {took:.1f} s, "
            f"{chosen.count / took:,.0f}/s, {busy / chosen.count * 1e6:.0f} µs of processor each,"
            f" at most {memory:.0f} MiB in this process",
            flush=True,
        )
        few = max(chosen.count // PEER_SHARE, chosen.connections)
        for name, peer in (("smtplib", with_smtplib), ("aiosmtplib", with_aiosmtplib)):
            rate = asyncio.run(delayed(port, chosen.delay, few, chosen.connections, peer))
            told = (
                f"{rate:,.0f}/s, ours is {chosen.count / took / rate:.1f} times that" if rate else "not here"
            )
            print(f"{name:<11} {told}", flush=True)


async def ours(port: int, count: int, connections: int, delay: float) -> tuple[float, float, float, float]:
    """Return the seconds of carrying, those of them on a processor, those of freezing; the most MiB."""
    from onrecord.delivery import transports
    from onrecord.delivery.mail.relay import Relay
    from onrecord.delivery.models import Delivery
    from onrecord.delivery.sender import Sender
    from onrecord.delivery.transports.smtp import SmtpTransport

    async with slowly(port, delay) as there:
        relay = Relay("127.0.0.1", there, security="none", connections=connections)
        transports.register(SmtpTransport(relay, "news.elmford.example"))
        sender = Sender("bench")
        start = time.perf_counter()
        distribution = await asyncio.to_thread(frozen_elsewhere, count)
        frozen = time.perf_counter() - start
        print(f"{count:,} recipients are frozen", flush=True)
        start, before = time.perf_counter(), time.process_time()
        await sender.run(until_idle=True)
        took, busy = time.perf_counter() - start, time.process_time() - before
    accepted = await asyncio.to_thread(
        Delivery.objects.filter(distribution=distribution, state="accepted").count
    )
    assert accepted == count, f"{accepted} of {count} were accepted"
    return took, busy, frozen, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def frozen_elsewhere(count: int) -> int:
    """Write an audience down in a process of its own, as a worker does, and return its distribution."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django_setup.load) as pool:
        return pool.submit(freeze, count).result()


def freeze(count: int) -> int:
    """Write an audience down and return its distribution."""
    from onrecord.delivery.actions import Recipient
    from onrecord.delivery.actions import freeze as write_down
    from onrecord.journal.events import CLOCK

    readers = (
        Recipient(
            f"subscription/{n}", f"reader{n}@place{n % 50}.example", f"place{n % 50}.example", fields(n)
        )
        for n in range(count)
    )
    return write_down(
        transport="smtp",
        object_key=f"measured/{time.time_ns()}",
        version=1,
        purpose="measure",
        label="Measured",
        body=letter().to_json(),
        recipients=readers,
        host="elmford.example",
        by=CLOCK,
    ).pk


def letter() -> Any:
    """Return a letter of about 9 kB."""
    from onrecord.delivery.mail.message import Text, write

    text = Text(
        subject="Water in Elmford is safe",
        text="Dear ⟦name⟧,\n\n" + "\n\n".join([PARAGRAPH * 4] * 11) + "\n\nStop: ⟦stop⟧\n",
        html="<p>Dear ⟦name⟧,</p>" + f"<p>{PARAGRAPH * 4}</p>" * 11 + '<p><a href="⟦stop⟧">Stop</a></p>',
        language="en",
        headers={"List-Unsubscribe": "<⟦stop⟧>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    return write(
        sender_name="Town of Elmford",
        sender="news@elmford.example",
        envelope_sender="bounce+⟦token⟧@elmford.example",
        texts={"en": text},
        at=datetime.now(UTC),
    )


def fields(number: int) -> dict[str, Any]:
    """Return what is different for one reader."""
    stop = f"https://news.elmford.example/follow/{number:040x}"
    return {"variant": "en", "fields": {"name": f"Reader {number}", "stop": stop, "token": f"t{number}"}}


def one_message(number: int = 1) -> bytes:
    """Return the mail of one reader, as the peers send it."""
    from onrecord.delivery.transports import Outgoing

    outgoing = Outgoing(number, 1, f"reader{number}@place.example", "place.example", "1@x", fields(number), 1)
    message: bytes = letter().envelope(outgoing).message
    return message


async def delayed(
    port: int, delay: float, count: int, connections: int, peer: Callable[[int, int, int], float]
) -> float:
    """Let a peer send through the same delay; return its mails a second."""
    async with slowly(port, delay) as there:
        return await asyncio.to_thread(peer, there, count, connections)


def with_smtplib(port: int, count: int, connections: int) -> float:
    """Send in threads with one reused connection each; return mails a second."""
    message = one_message()

    def carry(share: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for _ in range(share):
                client.sendmail("news@elmford.example", ["reader@place.example"], message)

    start = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(carry, [count // connections] * connections))
    return count / (time.perf_counter() - start)


def with_aiosmtplib(port: int, count: int, connections: int) -> float:
    """Send over several connections at once; 0 when aiosmtplib is not installed."""
    if importlib.util.find_spec("aiosmtplib") is None:
        return 0.0
    client_class = importlib.import_module("aiosmtplib").SMTP
    message = one_message()

    async def carry(share: int) -> None:
        async with client_class(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for _ in range(share):
                await client.sendmail("news@elmford.example", ["reader@place.example"], message)

    async def all_of_them() -> None:
        await asyncio.gather(*(carry(count // connections) for _ in range(connections)))

    start = time.perf_counter()
    asyncio.run(all_of_them())
    return count / (time.perf_counter() - start)


@contextmanager
def sink() -> Iterator[int]:
    """Run a mail server that takes everything and keeps nothing; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    as_user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([SINK, *as_user, f"127.0.0.1:{port}", "1000"])
    try:
        time.sleep(0.3)
        assert process.poll() is None, "smtp-sink did not start"
        yield port
    finally:
        process.terminate()
        process.wait()


@asynccontextmanager
async def slowly(port: int, delay: float) -> AsyncIterator[int]:
    """Yield a port that leads to `port`, half a round trip of `delay` ms later in each direction."""
    if not delay:
        yield port
        return
    tasks: set[asyncio.Task[None]] = set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(1 << 16):
            loop.call_later(delay / 2000, writer.write, data)
        loop.call_later(delay / 2000, writer.close)

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        for pair in ((reader, back), (there, writer)):
            task = asyncio.create_task(pump(*pair))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(join, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    main()
