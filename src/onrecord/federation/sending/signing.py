# SPDX-License-Identifier: Apache-2.0
"""Who signs what is posted, and in which of the two ways: at the moment of posting, never before.

Most servers read draft-cavage-http-signatures-12, so that comes first. Whoever refuses it (400, 401) is asked
once more with RFC 9421, and known by what it took from then on.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, signer.sign, kind, message, now)


def load(name: str) -> Signer:
    """Return who signs for an account of ours, by its name."""
    actor = Actor.objects.get(name=name)
    return Signer(actors.key_id(actor), actors.rsa(actor), f"OnRecord/{__version__} (+{actors.base()}/)")
