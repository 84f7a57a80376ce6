# SPDX-License-Identifier: Apache-2.0
"""Who signs what is posted, and in which of the two ways: at the moment of posting, never before.

Most servers read draft-cavage-http-signatures-12, so that comes first. Whoever refuses it (400, 401) is asked
once more with RFC 9421, and known by what it took from then on.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from onrecord import __version__
from onrecord.delivery.transports import Bodies
from onrecord.federation import actors
from onrecord.federation.models import Actor, SignatureKind
from onrecord.federation.signatures import cavage, rfc9421
from onrecord.federation.signatures.messages import Message

KNOWN_SECONDS = 30.0
"""How long a process uses a key without asking whether there is a newer one."""
THREADS = 0 if (os.cpu_count() or 1) == 1 else 4
"""In which signatures are made, beside everything else; with one core there are none."""
TOGETHER = 8
"""Signatures that a thread makes before it tells: waking the loop for each costs half of one."""


@dataclass(frozen=True, slots=True)
class Signer:
    """An account of ours, as requests name and prove it."""

    key_id: str
    key: RSAPrivateKey = field(repr=False)
    agent: str
    """The name of the program, with the address that its operator can be found at."""

    def sign(self, kind: str, message: Message, now: datetime) -> dict[str, str]:
        """Return the headers that prove a request."""
        sign = rfc9421.sign if kind == SignatureKind.RFC9421 else cavage.sign
        return sign(message, key_id=self.key_id, key=self.key, now=now)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A request to be signed, and who waits for it."""

    signer: Signer
    kind: str
    message: Message
    now: datetime
    waiting: asyncio.Future[dict[str, str]]

    def signed(self) -> dict[str, str] | Exception:
        """Return the headers, or why there are none."""
        try:
            return self.signer.sign(self.kind, self.message, self.now)
        except Exception as error:  # goes to whoever waits
            return error


def other(kind: str) -> str:
    """Return the way to sign that is tried when one was refused."""
    if kind == SignatureKind.RFC9421:
        return SignatureKind.CAVAGE.value
    return SignatureKind.RFC9421.value


class Signers:
    """The signers of a process: each key is read once, and looked up again after a while."""

    def __init__(self, load: Callable[[str], Signer]) -> None:
        self._load = load
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="signing") if THREADS else None
        self._known: dict[str, tuple[float, asyncio.Future[Signer]]] = {}
        self._lock = threading.Lock()
        """Held to touch the next two."""
        self._wanted: deque[_Wanted] = deque()
        self._at_work = 0

    async def of(self, name: str, bodies: Bodies) -> Signer:
        """Return who signs for an account of ours. Raises Actor.DoesNotExist."""
        until, known = self._known.get(name, (0.0, None))
        if known is None or time.monotonic() > until or known.get_loop() is not asyncio.get_running_loop():
            known = asyncio.ensure_future(bodies.ask(partial(self._load, name)))
            self._known[name] = (time.monotonic() + KNOWN_SECONDS, known)
        if known.done() and (known.cancelled() or known.exception() is not None):
            self._known.pop(name, None)  # the next one asks again
        return known.result() if known.done() else await asyncio.shield(known)

    async def sign(self, signer: Signer, kind: str, message: Message) -> dict[str, str]:
        """Return the headers that prove a request which is sent now."""
        now = datetime.now(UTC)
        if self._pool is None:
            return signer.sign(kind, message, now)
        waiting: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._wanted.append(_Wanted(signer, kind, message, now, waiting))
            more = self._at_work < min(THREADS, 1 + len(self._wanted) // TOGETHER)
            self._at_work += more
        if more:
            self._pool.submit(self._work)
        return await waiting

    def _work(self) -> None:
        """Sign in a thread until nothing is wanted any more."""
        while True:
            with self._lock:
                some = [self._wanted.popleft() for _ in range(min(TOGETHER, len(self._wanted)))]
                if not some:
                    self._at_work -= 1
                    return
            made = [(one, one.signed()) for one in some]
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                some[0].waiting.get_loop().call_soon_threadsafe(_hand_over, made)


def _hand_over(made: Sequence[tuple[_Wanted, dict[str, str] | Exception]]) -> None:
    """Give everybody what they wait for."""
    for wanted, headers in made:
        if wanted.waiting.done():
            continue
        if isinstance(headers, Exception):
            wanted.waiting.set_exception(headers)
        else:
            wanted.waiting.set_result(headers)


def load(name: str) -> Signer:
    """Return who signs for an account of ours, by its name."""
    actor = Actor.objects.get(name=name)
    return Signer(actors.key_id(actor), actors.rsa(actor), f"OnRecord/{__version__} (+{actors.base()}/)")
