# SPDX-License-Identifier: Apache-2.0
"""Mail as a transport of the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from onrecord.delivery.mail.dkim import Signer, signed
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.mail.message import Letter
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.models import State
from onrecord.delivery.transports import Bodies, Courier, Limits, Next, Outgoing, Report, Settled
from onrecord.delivery.transports.smtp.client import Connection, open_connection
from onrecord.delivery.transports.smtp.replies import Reply

PER_CONNECTION = 100
"""Messages after which a connection is closed and another opened; relays close them too, unasked."""


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

    @property
    def limits(self) -> Limits:
        """Return what the relay takes, as its address says."""
        return Limits(self.relay.rate, self.relay.per_domain, self.relay.warm_up)

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


@dataclass(frozen=True, slots=True)
class _Mail:
    """A delivery and what is sent for it."""

    outgoing: Outgoing
    envelope: Envelope


@dataclass(slots=True)
class _Postman:
    """Carries mail over one connection, always one envelope ahead of the body."""

    connection: Connection
    bodies: Bodies
    signers: tuple[Signer, ...]
    letters: dict[int, Letter] = field(default_factory=dict)

    async def carry(self, next_one: Next, report: Report) -> None:
        connection = self.connection
        offered: _Mail | None = None
        written: Awaitable[None] | None = None
        """When the last message stands in the ledger."""
        while offered or connection.sent < PER_CONNECTION:
            if offered is None:
                if written is not None:
                    await written
                offered = await self._mail(next_one, report)
                if offered is None:
                    return
                connection.write_envelope(offered.envelope)
                offered = await self._unless_refused(offered, report)
                continue
            await connection.write_body(offered.envelope)
            may_follow = connection.pipelines and connection.sent + 1 < PER_CONNECTION
            then = await self._mail(next_one, report, wait=False) if may_follow else None
            if written is not None:
                await written  # until then nothing more may be accepted on this connection
            connection.finish_body(then.envelope if then else None)
            written = report(_settled(offered.outgoing, await connection.body_answer()))
            offered = await self._unless_refused(then, report) if then else None
        if written is not None:
            await written

    async def _mail(self, next_one: Next, report: Report, *, wait: bool = True) -> _Mail | None:
        """Return the next message that can be written and given to this relay; others have failed."""
        while (outgoing := await next_one(wait=wait)) is not None:
            try:
                envelope = (await self._letter(outgoing.distribution)).envelope(outgoing)
            except (KeyError, ValueError, TypeError) as error:
                report(Settled(outgoing.id, State.FAILED, f"The message cannot be written: {error}"))
                continue
            if self.signers:
                envelope = replace(envelope, message=signed(envelope.message, self.signers))
            refusal = self.connection.refusal(envelope)
            if refusal is None:
                return _Mail(outgoing, envelope)
            report(_settled(outgoing, refusal))
        return None

    async def _letter(self, distribution: int) -> Letter:
        letter = self.letters.get(distribution)
        if letter is None:
            letter = self.letters[distribution] = Letter.from_json(await self.bodies.of(distribution))
        return letter

    async def _unless_refused(self, mail: _Mail, report: Report) -> _Mail | None:
        refusal = await self.connection.envelope_answer(mail.envelope)
        if refusal is None:
            return mail
        report(_settled(mail.outgoing, refusal))
        return None


def _settled(outgoing: Outgoing, reply: Reply) -> Settled:
    if reply.ok:
        return Settled(outgoing.id, State.ACCEPTED, str(reply))
    return Settled(outgoing.id, State.FAILED if reply.final else State.DEFERRED, str(reply))
