# SPDX-License-Identifier: Apache-2.0
"""WebSub (W3C Recommendation of 23 January 2018) as a transport of the ledger, on the side of the publisher.

The data of a delivery to a subscriber holds `path` of the feed, `type`, `topic` and `hub` (whole addresses),
`secret` (sealed, or empty) and `until`, the end of the lease. What is posted is the feed as it is at that
moment: a later message never says less than an earlier one. To a hub elsewhere the data holds `publish`, the
address of a feed that has changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone

from onrecord.delivery.models import State
from onrecord.delivery.transports import Bodies, Courier, Next, Outgoing, Report, Settled
from onrecord.delivery.transports.http import post
from onrecord.delivery.transports.websub.sealing import signature
from onrecord.outbound.addresses import Private
from onrecord.outbound.sessions import Session, shared

PER_HOST = 2
"""Requests that are under way to one host at most."""

ReadFile = Callable[[str], bytes | None]
"""Returns what is baked at an address of the site, None if nothing is."""


@dataclass(frozen=True, slots=True)
class WebsubTransport:
    """Each host is a route of its own. Recipients are callbacks, which strangers name, or a hub elsewhere."""

    read: ReadFile
    allow_private: Private = False
    """For the hub elsewhere, which the operator names."""
    strangers_private: Private = False
    name: str = "websub"
    only_route: str | None = None

    def route(self, destination: str) -> str:
        """Return the host."""
        return destination

    def couriers(self, route: str) -> int:
        """Return how many requests may be under way to a host."""
        return PER_HOST

    @asynccontextmanager
    async def courier(self, route: str, bodies: Bodies) -> AsyncIterator[Courier]:
        """Use the connections that all couriers share."""
        async with shared(self.strangers_private) as strangers, shared(self.allow_private) as named:
            yield _Messenger(self.read, strangers, named)


@dataclass(frozen=True, slots=True)
class _Messenger:
    """Carries one feed after the other."""

    read: ReadFile
    strangers: Session
    named: Session

    async def carry(self, next_one: Next, report: Report) -> None:
        while (outgoing := await next_one()) is not None:
            if "publish" in outgoing.data:
                await report(await self._announce(outgoing))
            else:
                await report(await self._push(outgoing))

    async def _announce(self, outgoing: Outgoing) -> Settled:
        """Tell a hub elsewhere that a feed has changed."""
        topic = str(outgoing.data["publish"])
        form = urlencode({"hub.mode": "publish", "hub.topic": topic, "hub.url": topic}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await post(self.named, outgoing, outgoing.recipient, body=form, headers=headers)

    async def _push(self, outgoing: Outgoing) -> Settled:
        """Post a feed to a subscriber."""
        data = outgoing.data
        if datetime.fromisoformat(data["until"]) <= timezone.now():
            return Settled(outgoing.id, State.FAILED, "The lease of the subscription has ended.")
        body = self.read(data["path"])
        if body is None:
            return Settled(outgoing.id, State.DEFERRED, f"{data['path']} is not there to be read.")
        headers = {
            "Content-Type": data["type"],
            "Link": f'<{data["hub"]}>; rel="hub", <{data["topic"]}>; rel="self"',
        }
        if data["secret"]:
            try:
                headers["X-Hub-Signature"] = signature(data["secret"], body)
            except ValueError as error:
                return Settled(outgoing.id, State.FAILED, f"The secret cannot be read. {error}")
        return await post(self.strangers, outgoing, outgoing.recipient, body=body, headers=headers)
