# SPDX-License-Identifier: Apache-2.0
"""Taking mail in over LMTP (RFC 2033) from the mail server of this machine.

Each message is acknowledged only after what it says is in the database. Without a database everything is put
off, and the mail server keeps it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from onrecord.delivery.inbound.actions import Outcome, take_in
from onrecord.delivery.inbound.addresses import Listener

MOST_BYTES = 10 * 1024 * 1024
"""What is bigger is refused; of what is taken in, only the beginning is read."""
IDLE_SECONDS = 60.0
SOCKET_RIGHTS = 0o660
LATER = "451 4.3.0 Not now. Try again later."
NOBODY = "550 5.7.1 Nobody reads this address. The newsroom's site says whom to write to."

Question = Callable[[], Outcome]
Ask = Callable[[Question], "asyncio.Future[Outcome]"]
logger = logging.getLogger(__name__)


class Door:
    """Answers one LMTP conversation after the other."""

    def __init__(self, ask: Ask) -> None:
        """Run what needs the database with `ask`."""
        self._ask = ask

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message in, and answer once for each recipient."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients, sender = list(envelope.rcpt_tos), envelope.mail_from or ""
        try:
            outcome = await self._ask(lambda: take_in(raw, door="lmtp", recipients=recipients, sender=sender))
        except Exception:  # whatever it was: the mail server keeps the message, and nothing is lost
            logger.exception("a message that came back cannot be taken in now")
            answer = LATER
        else:
            answer = NOBODY if outcome == Outcome.UNREAD and sender else f"250 2.0.0 {outcome}"
        return "\r\n".join([answer] * len(recipients))

    async def handle_exception(self, error: Exception) -> str:
        """Put off what the library cannot answer."""
        logger.error("LMTP: %s: %s", type(error).__name__, error)
        return LATER


class _Conversation(LMTP):
    line_length_limit = 64 * 1024  # what comes back keeps to no limits


async def listen(listener: Listener, door: Door) -> asyncio.Server:
    """Open the door. Raises OSError when the place cannot be had."""
    loop = asyncio.get_running_loop()

    def conversation() -> Any:
        return _Conversation(
            door,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname="onrecord",
            ident="OnRecord",
            timeout=IDLE_SECONDS,
            loop=loop,
        )

    if not listener.path:
        return await loop.create_server(conversation, listener.host, listener.port)
    server = await loop.create_unix_server(conversation, listener.path)
    await asyncio.to_thread(Path(listener.path).chmod, SOCKET_RIGHTS)
    return server
