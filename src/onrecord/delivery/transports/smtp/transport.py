# SPDX-License-Identifier: Apache-2.0
"""Mail as a transport of the ledger."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.mail.dkim import Signer, signed
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.mail.message import Letter
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.models import State
from onrecord.delivery.transports import Bodies, Courier, Next, Outgoing, Report, Settled
from onrecord.delivery.transports.smtp.client import Connection, open_connection
from onrecord.delivery.transports.smtp.replies import Reply

PER_CONNECTION = 100
"""Messages after which a connection is closed and another opened; relays close them too, unasked."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Everything goes to one relay, which is the only route; destinations are the domains of addresses."""

    relay: Relay
    host: str
    """The name this machine greets with."""
    signers: tuple[Signer, ...] = ()
    """Who signs each message for its domain; none when the relay does."""
    name: str = "smtp"

    @property
    def only_route(self) -> str:
        """The relay."""
        return f"{self.relay.host}:{self.relay.port}"

    def route(self, destination: str) -> str:
        """Return the relay, wherever it goes."""
        return self.only_route

    def couriers(self, route: str) -> int:
        """Return how many connections may be open at once."""
        return self.relay.connections

    @asynccontextmanager
    async def courier(self, route: str, bodies: Bodies) -> AsyncIterator[Courier]:
        """Open a connection. Raises RouteDown."""
        connection = await open_connection(self.relay, self.host)
        try:
            yield _Postman(connection, bodies, self.signers)
        except BaseException:
            await connection.close()
            raise
        await connection.quit()


@dataclass(slots=True)
class _Postman:
    """Carries mail over one connection, always one envelope ahead of the body."""

    connection: Connection
    bodies: Bodies
    signers: tuple[Signer, ...]

    async def carry(self, next_one: Next, report: Report) -> None:
        offered: deque[tuple[Outgoing, Envelope]] = deque()
        while offered or self.connection.sent < PER_CONNECTION:
            if not offered:
                first = await self._next(next_one, report)
                if first is None:
                    return
                if not await self._refused(first[0], await self.connection.offer(first[1]), report):
                    offered.append(first)
                continue
            outgoing, envelope = offered.popleft()
            last = self.connection.sent + 1 >= PER_CONNECTION
            ahead = self.connection.pipelines and not last
            then = await self._next(next_one, report, wait=False) if ahead else None
            try:
                taken, refusal = await self.connection.send_body(envelope, then[1] if then else None)
            except RouteDown:
                logger.info("the relay hung up while delivery %s was in doubt", outgoing.id)
                raise
            await report(_settled(outgoing, taken))
            if then and not await self._refused(then[0], refusal, report):
                offered.append(then)

    async def _next(
        self, next_one: Next, report: Report, *, wait: bool = True
    ) -> tuple[Outgoing, Envelope] | None:
        """Return the next message that can be written; one that cannot has failed."""
        while (outgoing := await next_one(wait=wait)) is not None:
            try:
                letter = Letter.from_json(await self.bodies.of(outgoing.distribution))
                envelope = letter.envelope(outgoing)
                return outgoing, replace(envelope, message=signed(envelope.message, self.signers))
            except (KeyError, ValueError, TypeError) as error:
                await report(Settled(outgoing.id, State.FAILED, f"The message cannot be written: {error}"))
        return None

    async def _refused(self, outgoing: Outgoing, reply: Reply | None, report: Report) -> bool:
        if reply is None:
            return False
        await report(_settled(outgoing, reply))
        return True


def _settled(outgoing: Outgoing, reply: Reply) -> Settled:
    if reply.ok:
        return Settled(outgoing.id, State.ACCEPTED, str(reply))
    return Settled(outgoing.id, State.FAILED if reply.final else State.DEFERRED, str(reply))
