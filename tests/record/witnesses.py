# SPDX-License-Identifier: Apache-2.0
"""Witnesses for tests: they run the real protocol on this machine, and misbehave on demand."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.journal.events import Actor
from onrecord.proof import checkpoint, cosignature, merkle, note, submission
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import COSIGNATURE_KIND, PrivateKey
from onrecord.proof.submission import SIZE_MEDIA_TYPE
from onrecord.record.models import Witness
from onrecord.record.witnesses import roster
from tests.outbound.servers import Answer, Seen, Server, serving

OPERATOR = Actor(id=None, name="the operator")


@dataclass
class FakeWitness:
    """A witness in memory, written apart from the program's own. It believes any log's signature."""

    key: PrivateKey
    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    seen: bytes = b""
    broken: Answer | None = None
    """Answered instead of anything else."""
    asked: list[int] = field(default_factory=list)
    """The old sizes that were named to it."""
    server: Server | None = None

    def answer(self, asked: Seen) -> Answer:
        """Answer one request."""
        if self.broken is not None:
            return self.broken
        if asked.method == "GET":
            return Answer(200 if self.seen else 404, self.seen)
        sent = submission.parse(asked.body)
        stated = checkpoint.parse(sent.signed_checkpoint)
        self.asked.append(sent.old_size)
        if sent.old_size != self.size:
            return Answer(409, f"{self.size}\n".encode(), {"Content-Type": SIZE_MEDIA_TYPE})
        if self.size:
            try:
                merkle.verify_consistency(
                    old_size=self.size,
                    new_size=stated.size,
                    old_root=self.root,
                    new_root=stated.root,
                    proof=sent.hashes,
                )
            except ProofError:
                return Answer(422)
        self.size, self.root, self.seen = stated.size, stated.root, sent.signed_checkpoint
        text = note.parse(sent.signed_checkpoint).text
        return Answer(200, cosignature.sign(text, self.key, time=int(time.time())).line().encode())

    @property
    def row(self) -> Witness:
        """The witness as the record knows it."""
        return Witness.objects.get(name=self.key.name)


def witness_key(name: str) -> PrivateKey:
    """Return the key of a witness, always the same for the same name."""
    seed = name.encode().ljust(32, b"\0")[:32]
    return PrivateKey(f"{name}.example/witness", Ed25519PrivateKey.from_private_bytes(seed), COSIGNATURE_KIND)


@contextmanager
def witness(name: str, *, outside: bool = True) -> Iterator[FakeWitness]:
    """Run a witness and let the record ask it."""
    fake = FakeWitness(witness_key(name))
    with serving(fake.answer) as server:
        fake.server = server
        roster.add(vkey=fake.key.public.vkey, url=server.url, outside=outside, by=OPERATOR)
        yield fake


@contextmanager
def silent_witness(name: str) -> Iterator[FakeWitness]:
    """Run a witness that never answers."""
    never = threading.Event()
    with witness(name) as fake:
        fake.broken = Answer(wait=never)
        try:
            yield fake
        finally:
            never.set()
