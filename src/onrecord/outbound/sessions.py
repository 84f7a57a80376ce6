# SPDX-License-Identifier: Apache-2.0
"""Many requests from one event loop: connections are kept, redirects are never followed.

For whoever delivers much to many. The rules are those of `onrecord.outbound.fetch`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol
from weakref import WeakKeyDictionary

from onrecord.outbound.addresses import Private
from onrecord.outbound.answers import Response

ENOUGH = 2_000
"""Bytes of an answer's body that are read: enough to show to a person."""


class Session(Protocol):
    """Asks machines over connections that stay open for the next request."""

    async def ask(
        self,
        url: str,
        *,
        method: str = "POST",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        limit: int = ENOUGH,
        timeout: float,
        sent: Callable[[], None] | None = None,
    ) -> Response:
        """Ask one address and return what it answered, whatever the status, redirects included.

        `sent` is called once the request is handed to the system, when only the answer is waited for.

        The answer counts once its headers are there, within `timeout` seconds; of its body no more than
        `limit` bytes are read, and those only if they come soon. Raises OutboundError.
        """

    async def close(self) -> None:
        """Close every connection."""


_open: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Private, tuple[Session, int]]] = WeakKeyDictionary()


@asynccontextmanager
async def shared(allow_private: Private = False) -> AsyncIterator[Session]:
    """Use the one session of this event loop for these private addresses; who leaves last closes it."""
    from onrecord.outbound.session import PooledSession

    here = _open.setdefault(asyncio.get_running_loop(), {})
    session, users = here.get(allow_private) or (PooledSession(allow_private), 0)
    here[allow_private] = (session, users + 1)
    try:
        yield session
    finally:
        session, users = here[allow_private]
        here[allow_private] = (session, users - 1)
        if users == 1:
            del here[allow_private]
            await session.close()
