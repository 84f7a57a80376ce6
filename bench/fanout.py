# SPDX-License-Identifier: Apache-2.0
"""One statement to 1,000 servers of the fediverse: deliveries a second, signed, the ledger included.

    ./run bench fanout [--hosts 1000] [--inboxes 10000] [--patient]

The servers are 1,000 addresses 127.x.y.z behind which one process answers 202. Measured in the same run: how
fast this machine makes RSA-2048 signatures, how fast the HTTP client is without ledger and signatures, and
with signatures. `cold` opens a connection for each delivery, `warm` has them. Then to as many inboxes, each
server answering after 100 ms, and once more with 200 slow and 100 dead servers among them (`--patient` leaves
these out). Uses the database of ONRECORD_HOME or ONRECORD_DATABASE_URL, which should be empty.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bench.inboxes import Behaviour, addresses, serve
from onrecord.config import django_setup

TURNS = 3
SENTENCE = "The town tested the water at twelve places on Monday and found it safe at all of them. "


def main() -> None:
    """Measure the limits, then fan out."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--hosts", type=int, default=1_000)
    arguments.add_argument("--inboxes", type=int, default=10_000)
    arguments.add_argument("--patient", action="store_true", help="leave out slow and dead servers")
    chosen = arguments.parse_args()
    django_setup.load()
    from django.core.management import call_command

    from onrecord.config.sender import SWITCH_SECONDS

    sys.setswitchinterval(SWITCH_SECONDS)
    call_command("migrate", verbosity=0)
    key = prepare()
    one, all_cores = signing_limit(key)
    print(f"RSA-2048: {one:,.0f} signatures a second on one core, {all_cores:,.0f} on all", flush=True)
    hosts = addresses(chosen.hosts)
    with sink(hosts, Behaviour()) as used:
        before = used()
        bare = asyncio.run(client_alone(hosts))
        theirs = (used() - before) / len(hosts)
        signed = asyncio.run(client_alone(hosts, key))
        ceiling = 1 / (1 / one + 1 / bare)
        print(
            f"HTTP client alone, cold: {bare:,.0f}/s; with signatures: {signed:,.0f}/s;"
            f" ceiling reckoned from both limits: {ceiling:,.0f}/s. The servers, in a process of their own,"
            f" use {theirs * 1e6:.0f} µs of processor each",
            flush=True,
        )
        for name, inboxes in (("cold", hosts), ("warm", hosts)):
            tell(f"{name}, {len(inboxes):,} hosts", fan_out(inboxes, warm=name == "warm"), ceiling)
        many = [host for host in hosts for _ in range(chosen.inboxes // len(hosts))]
        tell(f"{len(many):,} inboxes, {len(hosts):,} hosts", fan_out(many), ceiling)
    with sink(hosts, Behaviour(seconds=0.1)):
        tell(f"each host after 100 ms, {len(hosts):,} hosts", fan_out(hosts), ceiling)
    if not chosen.patient:
        with_trouble(hosts, ceiling)


def with_trouble(hosts: Sequence[str], ceiling: float) -> None:
    """Fan out with a third of the servers slow or dead among them, and compare the rest.

    First when nobody knows which these are, then when they are known from before. Also with others in
    their place that are well: whoever is written to for the first time costs a signature and a connection,
    slow or not. What is told is the median of three turns, for other programs use the processor too.
    """
    slow, dead = set(hosts[::5]), set(hosts[1::10])
    well = [host for host in hosts if host not in slow | dead]
    behaviour = Behaviour(slow=frozenset(slow), dead=frozenset(dead))
    turns = []
    for _ in range(TURNS):
        with sink(hosts, Behaviour()):
            others = fan_out(hosts, watched=set(well))
        with sink(hosts, behaviour):
            turns.append(
                (
                    fan_out(well),
                    others,
                    fan_out(hosts, watched=set(well)),
                    fan_out(hosts, watched=set(well), known=slow | dead),
                )
            )
    alone, among, unknown, known = (_middle([turn[place] for turn in turns]) for place in range(4))
    tell(f"{len(well)} hosts that are well, alone", alone, ceiling)
    tell(f"the same among {len(hosts) - len(well)} others that are well too", among, ceiling)
    tell(f"the same among {len(slow)} slow and {len(dead)} dead ones", unknown, ceiling)
    tell("the same, these known from the time before", known, ceiling)
    for what, place, against in (
        ("others well, against alone", 1, 0),
        ("nobody known, against alone", 2, 0),
        ("nobody known, against others well", 2, 1),
        ("all known, against alone", 3, 0),
    ):
        later = statistics.median(turn[place].last / turn[against].last - 1 for turn in turns)
        dearer = statistics.median(turn[place].busy / turn[against].busy - 1 for turn in turns)
        print(
            f"{what}: the last of them arrived {later:+.0%} later, after {dearer:+.0%} processor", flush=True
        )


def _middle(runs: Sequence[Run]) -> Run:
    return sorted(runs, key=lambda run: run.last)[len(runs) // 2]


def prepare() -> Any:
    """Make the newsroom and its account; return its key."""
    from onrecord.federation.models import Actor, ActorKind
    from onrecord.federation.sending.signing import load
    from onrecord.people.models import Organisation

    Organisation.objects.get_or_create(
        id=Organisation.ONLY,
        defaults={"name": "Elmford", "address": "https://news.elmford.example", "languages": ["en"]},
    )
    Actor.objects.get_or_create(kind=ActorKind.NEWSROOM, defaults={"name": "press"})
    return load(Actor.objects.get(kind=ActorKind.NEWSROOM).name)


def activity() -> dict[str, Any]:
    """Return a Create of about 6 kB."""
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"https://news.elmford.example/ap/activities/create/2026/water/{time.time_ns()}",
        "type": "Create",
        "actor": "https://news.elmford.example/ap/actors/press",
        "object": {"type": "Article", "name": "Water is safe", "content": f"<p>{SENTENCE * 68}</p>"},
    }


def signing_limit(signer: Any) -> tuple[float, float]:
    """Return signatures a second on one core, and on all of them at once."""
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:
        one = pool.submit(sign_for, signer.key_id, 1.0).result()
        cores = os.cpu_count() or 1
        return one, sum(pool.map(sign_for, [signer.key_id] * cores, [1.0] * cores))


def sign_for(_key_id: str, seconds: float) -> float:
    """Sign as long; return how many signatures that made in a second of this processor."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    from onrecord.federation.models import Actor, ActorKind
    from onrecord.federation.sending.signing import load

    key = load(Actor.objects.get(kind=ActorKind.NEWSROOM).name).key
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        key.sign(b"x" * 300, PKCS1v15(), SHA256())
        count += 1
    return count / (time.perf_counter() - begun)


async def client_alone(inboxes: Sequence[str], signer: Any = None) -> float:
    """Post to every inbox once over connections that are opened for it; return how many a second."""
    from onrecord.federation.sending.transport import written
    from onrecord.federation.signatures.messages import Message
    from onrecord.outbound.addresses import networks
    from onrecord.outbound.session import PooledSession

    session = PooledSession(networks("127.0.0.0/8"))
    body = written(activity())
    waiting = iter(inboxes)

    async def post() -> None:
        for inbox in waiting:
            headers = {"Content-Type": "application/activity+json"}
            if signer is not None:
                headers |= signer.sign("cavage", Message("POST", inbox, {}, body), datetime.now(UTC))
            answer = await session.ask(inbox, body=body, headers=headers, timeout=30)
            assert answer.status == 202, answer

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as together:
        for _ in range(300):
            together.create_task(post())
    took = time.perf_counter() - begun
    await session.close()
    return len(inboxes) / took


class Run:
    """What a fan-out took: seconds until deliveries were answered, of processor, of freezing."""

    def __init__(self, count: int, frozen: float, busy: float, arrived: Sequence[float]) -> None:
        self.count, self.frozen, self.busy = count, frozen, busy
        self.first, self.middle, self.last = min(arrived), statistics.median(arrived), max(arrived)


def tell(what: str, run: Run, ceiling: float) -> None:
    """Print a measurement."""
    rate = run.count / run.last
    print(
        f"{what}: {rate:,.0f}/s ({rate / ceiling:.2f} of the ceiling); first after {run.first:.2f} s, half"
        f" after {run.middle:.2f} s, last after {run.last:.2f} s; {run.busy / run.count * 1e6:.0f} µs of"
        f" processor each; frozen in {run.frozen:.2f} s",
        flush=True,
    )


def fan_out(
    inboxes: Sequence[str],
    *,
    warm: bool = False,
    watched: set[str] | None = None,
    known: Collection[str] = (),
) -> Run:
    """Freeze an audience and let a sender carry to it; return what it took for the watched hosts.

    `known` hosts did not answer last time, or slowly.
    """
    from onrecord.delivery import routes
    from onrecord.federation.sending import hosts, signing
    from onrecord.federation.sending.transport import ActivityPubTransport, Learned
    from onrecord.outbound.addresses import networks

    routes.failed("activitypub", {urlsplit(inbox).netloc: "nobody answers" for inbox in known})
    transport = ActivityPubTransport(Learned(signing.load, hosts.remember_signature), networks("127.0.0.0/8"))
    return asyncio.run(carry(transport, inboxes, warm, watched))


async def carry(transport: Any, inboxes: Sequence[str], warm: bool, watched: set[str] | None) -> Run:
    """Run the sender until what is watched has arrived."""
    from onrecord.delivery import transports
    from onrecord.delivery.sender import Sender
    from onrecord.outbound.sessions import shared

    for name in transports.names():
        transports.forget(name)
    arrivals: list[float] = []
    wanted = [inbox for inbox in inboxes if watched is None or inbox in watched]
    done = asyncio.Event()
    transports.register(Watched(transport, arrivals, watched, len(wanted), done))
    sender = Sender(f"bench {time.time_ns()}")
    async with keeping(transport, shared, inboxes if warm else ()):
        begun = time.perf_counter()
        await sender.ask(lambda: freeze(inboxes))
        frozen = time.perf_counter() - begun
        begun, before = time.perf_counter(), time.process_time()
        running = asyncio.create_task(sender.run())
        await done.wait()
        busy = time.process_time() - before
        sender.stop()
        await running
    await asyncio.to_thread(close)
    return Run(len(wanted), frozen, busy, [at - begun for at in arrivals])


@asynccontextmanager
async def keeping(transport: Any, shared: Any, inboxes: Sequence[str]) -> AsyncIterator[None]:
    """Hold the session open, with a connection to each host if they are named."""
    from onrecord.outbound.addresses import networks

    async with shared(networks("127.0.0.0/8")) as session:
        for some in range(0, len(inboxes), 200):
            await asyncio.gather(
                *(session.ask(inbox, body=b"{}", timeout=30) for inbox in inboxes[some : some + 200])
            )
        yield


class Watched:
    """The transport, which notes when each delivery was answered."""

    def __init__(
        self, inner: Any, arrivals: list[float], watched: set[str] | None, count: int, done: asyncio.Event
    ) -> None:
        self._inner, self._arrivals, self._watched = inner, arrivals, watched
        self._count, self._done = count, done
        bring = inner.bring

        async def noting(outgoing: Any, session: Any, bodies: Any) -> Any:
            settled = await bring(outgoing, session, bodies)
            if self._watched is None or outgoing.recipient.partition("#")[0] in self._watched:
                self._arrivals.append(time.perf_counter())
                if len(self._arrivals) == self._count:
                    self._done.set()
            return settled

        inner.bring = noting

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def freeze(inboxes: Sequence[str]) -> None:
    """Write an audience down."""
    from onrecord.delivery.actions import freeze as write_down
    from onrecord.federation.models import Actor, ActorKind
    from onrecord.federation.sending import audiences
    from onrecord.journal.events import CLOCK

    name = Actor.objects.get(kind=ActorKind.NEWSROOM).name
    write_down(
        transport="activitypub",
        object_key=f"measured/{time.time_ns()}",
        version=1,
        purpose="measure",
        label="Measured",
        body={"letters": {"activity": {"actor": name, "activity": activity()}}},
        recipients=(audiences.recipient(f"{inbox}#{n}") for n, inbox in enumerate(inboxes)),
        host="news.elmford.example",
        by=CLOCK,
    )


def close() -> None:
    """Leave nothing pending, and forget what routes did, for the next measurement."""
    from django.db import connections

    from onrecord.delivery.models import Delivery, Distribution, Pace, Route

    Delivery.objects.exclude(state="accepted").update(state="cancelled", lease_until=None, lease_by="")
    Distribution.objects.update(state="cancelled")
    Route.objects.all().delete()
    Pace.objects.all().delete()
    connections.close_all()


@contextmanager
def sink(hosts: Sequence[str], behaviour: Behaviour) -> Iterator[Callable[[], float]]:
    """Run the servers in a process of their own; yield what tells how many seconds of processor it used."""
    ready, tell_ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(KeyboardInterrupt):
            serve(hosts, behaviour, tell_ready)
        os._exit(0)
    try:
        os.read(ready, 1)
        yield lambda: time.clock_gettime(_clock_of(pid))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ready)
        os.close(tell_ready)


def _clock_of(pid: int) -> int:
    """Return the clock of a process's processor time, as clock_getcpuclockid(3) does on Linux."""
    return (~pid << 3) | 2


if __name__ == "__main__":
    main()
