# SPDX-License-Identifier: Apache-2.0
"""One connection to a mail relay that several messages go through.

Where the relay offers PIPELINING (RFC 2920), the envelope of the next message is written behind the body of
the one before, so that a message costs one round trip instead of four. A body is written without its last
line, which follows when the message before it stands in the ledger: no relay accepts a message without that
line, so a connection never has more than one message of which the ledger does not know.
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from functools import lru_cache

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.mail.relay import Relay
from onrecord.delivery.transports.smtp.line import Line
from onrecord.delivery.transports.smtp.replies import Reply

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 60.0
BODY_SECONDS = 300.0
"""RFC 5321 section 4.5.3.2.6 asks for ten minutes; a relay of one's own answers sooner."""

_NO_LETTERS = Reply(553, ("The mail server takes no addresses with such letters (SMTPUTF8).",))


class Connection:
    """A connection that has greeted, secured itself and signed in. Made by `open_connection`.

    For each message: `write_envelope`, `envelope_answer`, `write_body`, `finish_body`, `body_answer`; the
    `finish_body` of one message may write the envelope of the next.
    """

    def __init__(self, line: Line, relay: Relay) -> None:
        self._line, self._relay = line, relay
        self._extensions: dict[str, str] = {}
        self._must_reset = False
        self._ahead = False
        """An envelope was written whose replies are not read yet."""
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

    async def send(self, envelope: Envelope) -> Reply:
        """Send one message by itself; return what was said to it. Raises RouteDown."""
        refusal = self.refusal(envelope)
        if refusal is None:
            self.write_envelope(envelope)
            refusal = await self.envelope_answer(envelope)
        if refusal is not None:
            return refusal
        await self.write_body(envelope)
        self.finish_body(then=None)
        return await self.body_answer()

    def refusal(self, envelope: Envelope) -> Reply | None:
        """Return why this relay cannot be given a message at all; None: it can."""
        if not (envelope.sender + envelope.recipient).isascii() and not self.offers("SMTPUTF8"):
            return _NO_LETTERS
        return None

    def write_envelope(self, envelope: Envelope) -> None:
        """Write who a message is from and to, if the relay takes that in one piece."""
        if self.pipelines:
            self._line.write(self._commands(envelope))
            self._ahead = True

    async def envelope_answer(self, envelope: Envelope) -> Reply | None:
        """Return what is said against an envelope; None: the body may follow. Raises RouteDown."""
        if not self._ahead:
            return await self._one_by_one(envelope)
        self._ahead = False
        if self._must_reset:
            await self._expect(await self._reply(COMMAND_SECONDS, together=4), "refuses RSET")
            self._must_reset = False
        replies = [await self._reply(COMMAND_SECONDS, together=3 - already) for already in range(3)]
        refused = next((reply for reply in replies[:2] if not reply.ok), None)
        if replies[2].code == 354:
            if refused is None:
                return None
            self._line.write(b".\r\n")  # it wants a body although nobody is to get it
            await self._reply(BODY_SECONDS)
            return refused
        self._must_reset = True
        return refused or replies[2]

    async def write_body(self, envelope: Envelope) -> None:
        """Write a message without the line that ends it. Raises RouteDown."""
        self._line.write(_dotted(envelope))
        await self._line.drain(BODY_SECONDS)

    def finish_body(self, then: Envelope | None) -> None:
        """Write the line that ends a message, and perhaps the next envelope. From now on it is in doubt."""
        self.sent += 1
        if then is not None and self.pipelines:
            self._line.write(b".\r\n", self._commands(then))
            self._ahead = True
        else:
            self._line.write(b".\r\n")

    async def body_answer(self) -> Reply:
        """Return what is said to a message. Raises RouteDown."""
        return await self._reply(BODY_SECONDS)

    async def quit(self) -> None:
        """Say goodbye, without waiting long for it."""
        try:
            self._line.write(b"QUIT\r\n")
            await self._line.reply(2.0)
        except RouteDown:
            pass  # it is over either way
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()

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
        if not self._line.is_silent:
            raise RouteDown("The mail server said something before the connection was secure.")
        try:
            await self._line.secure(tls_context(verify=self._relay.verify), self._relay.host, CONNECT_SECONDS)
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
        reset = "RSET\r\n" if self._must_reset else ""
        mail, recipient = self._mail(envelope), f"RCPT TO:<{envelope.recipient}>"
        return f"{reset}{mail}\r\n{recipient}\r\nDATA\r\n".encode()

    def _mail(self, envelope: Envelope) -> str:
        options = " BODY=8BITMIME" if self.offers("8BITMIME") else ""
        if not (envelope.sender + envelope.recipient).isascii():
            options += " SMTPUTF8"
        return f"MAIL FROM:<{envelope.sender}>{options}"

    async def _one_by_one(self, envelope: Envelope) -> Reply | None:
        if self._must_reset:
            await self._expect(await self._ask("RSET"), "refuses RSET")
            self._must_reset = False
        for line in (self._mail(envelope), f"RCPT TO:<{envelope.recipient}>"):
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
        self._line.write(f"{line}\r\n".encode())
        return await self._reply(COMMAND_SECONDS)

    async def _reply(self, timeout: float, *, together: int = 1) -> Reply:
        reply = await self._line.reply(timeout, together=together)
        if reply.code == 421:
            raise RouteDown(str(reply))
        return reply

    async def _expect(self, reply: Reply, refusal: str) -> None:
        if not reply.ok:
            raise RouteDown(f"The mail server {refusal}: {reply}")


async def open_connection(relay: Relay, name: str) -> Connection:
    """Connect, greet as `name`, secure the connection and sign in. Raises RouteDown."""
    implicit = tls_context(verify=relay.verify) if relay.security == "implicit" else None
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, line = await asyncio.get_running_loop().create_connection(
                Line, relay.host, relay.port, ssl=implicit
            )
    except (OSError, ssl.SSLError, TimeoutError) as error:
        raise RouteDown(f"No connection to the mail server {relay.host}:{relay.port}: {error}") from error
    connection = Connection(line, relay)
    try:
        await connection.greet(name)
    except BaseException:
        await connection.close()
        raise
    return connection


@lru_cache(maxsize=2)
def tls_context(*, verify: bool) -> ssl.SSLContext:
    """Return how a connection is secured: TLS 1.2 or newer, the certificate checked unless told not to."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _dotted(envelope: Envelope) -> bytes:
    """Return a message as it goes over the line (RFC 5321 section 4.5.2), without the line that ends it."""
    message = envelope.message
    if not envelope.is_dotless:
        message = message.replace(b"\r\n.", b"\r\n..")
        if message.startswith(b"."):
            message = b"." + message
    return message if message.endswith(b"\r\n") else message + b"\r\n"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
