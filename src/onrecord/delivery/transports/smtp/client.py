# SPDX-License-Identifier: Apache-2.0
"""One connection to a mail relay that several messages go through.

Where the relay offers PIPELINING (RFC 2920), the envelope of the next message is written behind the body of
the one before, so that a message costs one round trip instead of four.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.transports.smtp.replies import MAX_LINE, Reply, read_reply

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 60.0
BODY_SECONDS = 300.0
"""RFC 5321 section 4.5.3.2.6 asks for ten minutes; a relay of one's own answers sooner."""


class Connection:
    """A connection that has greeted, secured itself and signed in. Made by `open_connection`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, relay: Relay) -> None:
        self._reader, self._writer, self._relay = reader, writer, relay
        self._extensions: dict[str, str] = {}
        self._must_reset = False
        self.sent = 0
        """Messages that this connection was used for."""

    @property
    def pipelines(self) -> bool:
        """Whether envelopes may be written ahead."""
        return self._relay.pipelining and "PIPELINING" in self._extensions

    def offers(self, extension: str) -> bool:
        """Whether the relay offers an extension, as SMTPUTF8."""
        return extension in self._extensions

    async def greet(self, name: str) -> None:
        """Say hello, secure the connection, sign in. Raises RouteDown."""
        await self._expect(await self._reply(CONNECT_SECONDS), "greets")
        await self._hello(name)
        if self._relay.security == "starttls":
            await self._secure()
            await self._hello(name)
        if self._relay.user:
            await self._sign_in()

    async def offer(self, envelope: Envelope) -> Reply | None:
        """Write the envelope of a message and read what is said to it; None: the body may follow.

        With a body that was written before, use `send_body(…, then=…)` instead: it costs no round trip.
        """
        self._write(self._commands(envelope))
        return await self._envelope_replies(envelope)

    async def send_body(self, envelope: Envelope, then: Envelope | None) -> tuple[Reply, Reply | None]:
        """Write a body and perhaps the next envelope; return what is said to the body and to the envelope."""
        size = len(envelope.message)
        self._write(_dotted(envelope.message))
        ahead = then is not None and self.pipelines
        if ahead and then is not None:
            self._write(self._commands(then))
        await self._drain(size)
        taken = await self._reply(BODY_SECONDS)
        self.sent += 1
        if then is None:
            return taken, None
        if not ahead:
            self._write(self._commands(then))
        return taken, await self._envelope_replies(then)

    async def quit(self) -> None:
        """Say goodbye, without waiting long for it."""
        with contextlib.suppress(RouteDown, OSError, TimeoutError, ssl.SSLError):
            self._write(b"QUIT\r\n")
            await self._reply(2.0)
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError, ssl.SSLError):
            await asyncio.wait_for(self._writer.wait_closed(), 2.0)

    async def _hello(self, name: str) -> None:
        reply = await self._ask(f"EHLO {name}")
        if not reply.ok:
            await self._expect(await self._ask(f"HELO {name}"), "refuses our name")
            self._extensions = {}
            return
        words = (line.partition(" ") for line in reply.lines[1:])
        self._extensions = {word.upper(): rest.upper() for word, _, rest in words}

    async def _secure(self) -> None:
        if "STARTTLS" not in self._extensions:
            raise RouteDown(
                "The mail server offers no STARTTLS. Say tls=none only for a relay on this machine."
            )
        await self._expect(await self._ask("STARTTLS"), "refuses STARTTLS")
        if getattr(self._reader, "_buffer", b""):
            raise RouteDown("The mail server said something before the connection was secure.")
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._writer.start_tls(tls_context(self._relay), server_hostname=self._relay.host)
        except (OSError, ssl.SSLError, TimeoutError) as error:
            raise RouteDown(f"The connection to the mail server cannot be secured: {error}") from error

    async def _sign_in(self) -> None:
        methods = self._extensions.get("AUTH", "").split()
        user, password = self._relay.user, self._relay.password
        if "PLAIN" in methods:
            secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            await self._expect(await self._ask(f"AUTH PLAIN {secret}"), "refuses our user and password")
        elif "LOGIN" in methods:
            for line in ("AUTH LOGIN", _base64(user), _base64(password)):
                reply = await self._ask(line)
                if not reply.ok and reply.code != 334:
                    raise RouteDown(f"The mail server refuses our user and password: {reply}")
        else:
            raise RouteDown(f"The mail server offers no way to sign in that is known here: {methods}.")

    def _commands(self, envelope: Envelope) -> bytes:
        options = " BODY=8BITMIME" if self.offers("8BITMIME") else ""
        if not (envelope.sender + envelope.recipient).isascii():
            options += " SMTPUTF8"
        reset = b"RSET\r\n" if self._must_reset else b""
        text = f"MAIL FROM:<{envelope.sender}>{options}\r\nRCPT TO:<{envelope.recipient}>\r\nDATA\r\n"
        if self.pipelines:
            return reset + text.encode()
        return reset  # the others are asked one after the other

    async def _envelope_replies(self, envelope: Envelope) -> Reply | None:
        if self._must_reset:
            await self._drain(0)
            await self._expect(await self._reply(COMMAND_SECONDS), "refuses RSET")
            self._must_reset = False
        if not (envelope.sender + envelope.recipient).isascii() and not self.offers("SMTPUTF8"):
            return Reply(553, ("The mail server takes no addresses with such letters (SMTPUTF8).",))
        if not self.pipelines:
            return await self._one_by_one(envelope)
        await self._drain(0)
        replies = [await self._reply(COMMAND_SECONDS) for _ in range(3)]
        refused = next((reply for reply in replies[:2] if not reply.ok), None)
        if replies[2].code == 354:
            if refused is None:
                return None
            self._write(b".\r\n")  # it wants a body although nobody is to get it
            await self._drain(0)
            await self._reply(BODY_SECONDS)
            return refused
        self._must_reset = True
        return refused or replies[2]

    async def _one_by_one(self, envelope: Envelope) -> Reply | None:
        options = " BODY=8BITMIME" if self.offers("8BITMIME") else ""
        if not (envelope.sender + envelope.recipient).isascii():
            options += " SMTPUTF8"
        for line in (f"MAIL FROM:<{envelope.sender}>{options}", f"RCPT TO:<{envelope.recipient}>"):
            reply = await self._ask(line)
            if not reply.ok:
                self._must_reset = True
                return reply
        reply = await self._ask("DATA")
        if reply.code == 354:
            return None
        self._must_reset = True
        return reply

    async def _ask(self, line: str) -> Reply:
        self._write(f"{line}\r\n".encode())
        await self._drain(0)
        return await self._reply(COMMAND_SECONDS)

    async def _reply(self, timeout: float) -> Reply:
        reply = await read_reply(self._reader, timeout=timeout)
        if reply.code == 421:
            raise RouteDown(str(reply))
        return reply

    async def _expect(self, reply: Reply, refusal: str) -> None:
        if not reply.ok:
            raise RouteDown(f"The mail server {refusal}: {reply}")

    def _write(self, data: bytes) -> None:
        self._writer.write(data)

    async def _drain(self, size: int) -> None:
        try:
            async with asyncio.timeout(BODY_SECONDS if size else COMMAND_SECONDS):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise RouteDown(f"The mail server takes nothing any more: {error or 'too slow'}.") from error


async def open_connection(relay: Relay, name: str) -> Connection:
    """Connect, greet as `name`, secure the connection and sign in. Raises RouteDown."""
    implicit = tls_context(relay) if relay.security == "implicit" else None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                relay.host, relay.port, ssl=implicit, limit=MAX_LINE
            )
    except (OSError, ssl.SSLError, TimeoutError) as error:
        raise RouteDown(f"No connection to the mail server {relay.host}:{relay.port}: {error}") from error
    connection = Connection(reader, writer, relay)
    try:
        await connection.greet(name)
    except BaseException:
        await connection.close()
        raise
    return connection


def tls_context(relay: Relay) -> ssl.SSLContext:
    """Return how the connection is secured: TLS 1.2 or newer, the certificate checked unless told not to."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not relay.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _dotted(message: bytes) -> bytes:
    """Return a message as it goes over the line (RFC 5321 section 4.5.2), its end included."""
    if message.startswith(b"."):
        message = b"." + message
    message = message.replace(b"\r\n.", b"\r\n..")
    return message + (b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
