# SPDX-License-Identifier: Apache-2.0
"""ActivityPub as a transport of the ledger: one signed POST for each inbox.

The body of a distribution holds `letters`: by name, which account signs (`actor`) and what is posted
(`activity`). The data of a delivery holds `letter`, the name of the one it gets, and `signature`, the way to
sign that its host took last, where that is not the usual. What is posted is the same at every attempt; the
signature is made afresh for each and kept nowhere.

An answer means what it means to most servers: 4xx is for good, except 401, 408 and 429, and so is 501;
anything else is put off. What a host answers with 5xx, or not in time, also counts for the circuit breaker.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.manners import Breaker, Manner
from onrecord.delivery.models import State
from onrecord.delivery.transports import Bodies, Courier, Next, Outgoing, Report, Settled
from onrecord.delivery.transports.http import retry_after, told
from onrecord.federation.models import SignatureKind
from onrecord.federation.sending import synchronising
from onrecord.federation.sending.signing import Signer, Signers, other
from onrecord.federation.signatures.messages import Message, sha256
from onrecord.outbound.addresses import Private
from onrecord.outbound.answers import Response
from onrecord.outbound.errors import BadAddress, NoAnswer, OutboundError, RefusedAddress, Unreachable
from onrecord.outbound.sessions import Session, shared
from onrecord.proof.compact import compact

NAME = "activitypub"
CONTENT_TYPE = "application/activity+json"
PER_HOST = 2
"""Requests that are under way to one host at most."""
SECONDS = 15.0
"""How long an answer is waited for."""
SHOWN = 1_000
"""Bytes of an answer that are read."""
KNOCK_AGAIN = frozenset({400, 401})
"""Who answers so may not read the way it was signed."""
NOT_FOR_GOOD = frozenset({401, 408, 429})
_HOUR = timedelta(hours=1)
MANNER = Manner(
    waits=(
        *(timedelta(minutes=minutes) for minutes in (1, 5, 15)),
        *(hours * _HOUR for hours in (1, 3, 6, 12, 24, 24, 24)),
    ),
    spread=(0.5, 1.5),
    give_up_after=timedelta(days=7),
    breaker=Breaker(
        between=timedelta(minutes=1), first_pause=timedelta(minutes=30), longest_pause=timedelta(minutes=30)
    ),
    at_hand=1_500,
    per_route=4,
    begin_at_once=100,
    written_every=0.03,
)
"""Servers of the fediverse are many, small and often down: each gets little, and a week to come back."""
_LETTERS_KEPT = 50
_DIGESTS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Learned:
    """What the transport asks for and tells: who signs for an account, and what a host turned out to take."""

    load: Callable[[str], Signer]
    remember: Callable[[str, str], None]
    """Host and way to sign; called only when that differs from what was known."""
    digest: Callable[[str, str], str] = lambda _account, _host: ""
    """What a request says of those on a host who follow an account of ours (FEP-8fcf); empty: nothing."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is posted to many: the account that signs, and the bytes."""

    actor: str
    body: bytes = field(repr=False)
    digest: str
    """Its SHA-256, in base64."""


class ActivityPubTransport:
    """Each host is a route of its own. Recipients are inboxes."""

    name = NAME
    only_route: str | None = None
    manner = MANNER

    def __init__(self, learned: Learned, allow_private: Private = False) -> None:
        self._learned = learned
        self._private = allow_private
        self._signers = Signers(learned.load)
        self._kinds: dict[str, str] = {}
        """What hosts turned out to take since the program was started, where that was news."""
        self._letters: dict[tuple[int, str], _Letter] = {}
        self._digests: dict[tuple[int, str], str] = {}
        """By distribution and host: all inboxes of a host get the same."""

    def route(self, destination: str) -> str:
        """Return the host."""
        return destination

    def couriers(self, route: str) -> int:
        """Return how many requests may be under way to a host."""
        return PER_HOST

    @asynccontextmanager
    async def courier(self, route: str, bodies: Bodies) -> AsyncIterator[Courier]:
        """Use the connections that all couriers share."""
        async with shared(self._private) as session:
            yield _Messenger(self, session, bodies)

    async def bring(self, outgoing: Outgoing, session: Session, bodies: Bodies) -> Settled:
        """Post one message, once more if it was signed in a way that its host does not read."""
        try:
            letter = await self._letter(outgoing, bodies)
            signer = await self._signers.of(letter.actor, bodies)
            more = await self._digest(outgoing, bodies)
        except (KeyError, TypeError, ValueError) as error:
            return Settled(outgoing.id, State.FAILED, f"The message cannot be written: {error!r}")
        kind = self._kinds.get(outgoing.destination) or str(outgoing.data.get("signature", ""))
        kind = kind or SignatureKind.CAVAGE.value
        message = Message("POST", outgoing.recipient, more, letter.body, letter.digest)
        knock = partial(self._knock, outgoing, session, message, signer)
        started = time.monotonic()
        first = await knock(kind)
        if not isinstance(first, Response) or first.status not in KNOCK_AGAIN:
            return _settled(outgoing, first, time.monotonic() - started)
        second = await knock(other(kind))
        if isinstance(second, Response) and 200 <= second.status < 300:
            self._kinds[outgoing.destination] = other(kind)
            await bodies.ask(partial(self._learned.remember, outgoing.destination, other(kind)))
        return _settled(outgoing, second, time.monotonic() - started)

    async def _knock(
        self, outgoing: Outgoing, session: Session, message: Message, signer: Signer, kind: str
    ) -> Response | Settled:
        """Sign and post once. Raises RouteDown if nobody is there."""
        headers = await self._signers.sign(signer, kind, message)
        headers |= {"Content-Type": CONTENT_TYPE, "User-Agent": signer.agent}
        return await _post(session, outgoing, message.body, headers)

    async def _letter(self, outgoing: Outgoing, bodies: Bodies) -> _Letter:
        """Return what is posted, written once for all. Raises KeyError for what was erased."""
        name = str(outgoing.data.get("letter", "activity"))
        key = (outgoing.distribution, name)
        if key not in self._letters:
            given = (await bodies.of(outgoing.distribution))["letters"][name]
            while len(self._letters) >= _LETTERS_KEPT:
                self._letters.pop(next(iter(self._letters)))
            body = written(given["activity"])
            self._letters[key] = _Letter(str(given["actor"]), body, sha256(body))
        return self._letters[key]

    async def _digest(self, outgoing: Outgoing, bodies: Bodies) -> dict[str, str]:
        """Return what is said of the followers on this host, if it is its turn: asked once for each host."""
        account = str(outgoing.data.get("digest", ""))
        if not account:
            return {}
        key = (outgoing.distribution, outgoing.destination)
        if key not in self._digests:
            value = await bodies.ask(partial(self._learned.digest, account, outgoing.destination))
            while len(self._digests) >= _DIGESTS_KEPT:
                self._digests.pop(next(iter(self._digests)))
            self._digests[key] = value
        return {synchronising.HEADER: self._digests[key]} if self._digests[key] else {}


def written(activity: Mapping[str, Any]) -> bytes:
    """Return an activity as it is posted."""
    return compact(activity)


@dataclass(frozen=True, slots=True)
class _Messenger:
    """Carries one message after the other."""

    transport: ActivityPubTransport
    session: Session
    bodies: Bodies

    async def carry(self, next_one: Next, report: Report) -> None:
        while (outgoing := await next_one()) is not None:
            await report(await self.transport.bring(outgoing, self.session, self.bodies))


async def _post(
    session: Session, outgoing: Outgoing, body: bytes, headers: Mapping[str, str]
) -> Response | Settled:
    """Post once. Raises RouteDown if nobody is there."""
    try:
        return await session.ask(
            outgoing.recipient,
            body=body,
            headers=headers,
            limit=SHOWN,
            timeout=SECONDS,
            sent=outgoing.sent,
        )
    except BadAddress as error:
        return Settled(outgoing.id, State.FAILED, str(error))
    except (NoAnswer, RefusedAddress) as error:  # a name may lead elsewhere for an hour, by mistake or malice
        return Settled(outgoing.id, State.DEFERRED, str(error), is_unwell=True)
    except Unreachable as error:
        raise RouteDown(str(error)) from error
    except OutboundError as error:
        return Settled(outgoing.id, State.DEFERRED, str(error), is_unwell=True)


def _settled(outgoing: Outgoing, response: Response | Settled, seconds: float) -> Settled:
    """Return what an answer means."""
    if isinstance(response, Settled):
        return response
    status = response.status
    reply = told(response, seconds)
    if 200 <= status < 300:
        return Settled(outgoing.id, State.ACCEPTED, reply)
    if (400 <= status < 500 and status not in NOT_FOR_GOOD) or status == 501:
        return Settled(outgoing.id, State.FAILED, reply)
    wait = retry_after(response.headers.get("retry-after", ""))
    rest = (wait or 60.0) if status == 429 else wait
    return Settled(outgoing.id, State.DEFERRED, reply, wait, rest, is_unwell=status >= 500)
