# SPDX-License-Identifier: Apache-2.0
"""Webhooks as a transport of the ledger.

The body of a distribution holds `event`, its name, and `document`, what is posted as JSON. The data of a
delivery holds `keys`: what to sign with. `delivery` is added to each document: the same at every attempt.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from onrecord.delivery.models import State
from onrecord.delivery.transports import Bodies, Courier, Next, Outgoing, Report, Settled
from onrecord.delivery.transports.http import post
from onrecord.delivery.transports.webhook.signing import numbers_at, signature
from onrecord.outbound.addresses import Private
from onrecord.outbound.sessions import Session, shared

PER_HOST = 2
"""Requests that are under way to one host at most."""


@dataclass(frozen=True, slots=True)
class WebhookTransport:
    """Each host is a route of its own. Recipients are whole addresses."""

    allow_private: Private = False
    name: str = "webhook"
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
        async with shared(self.allow_private) as session:
            yield _Messenger(session, bodies)


def document(body: Mapping[str, Any], delivery: str) -> bytes:
    """Return what is posted: the same bytes at every attempt. Raises KeyError for a text that was erased."""
    whole = {"delivery": delivery, "event": body["event"], **body["document"]}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class _Messenger:
    """Carries one document after the other."""

    session: Session
    bodies: Bodies

    async def carry(self, next_one: Next, report: Report) -> None:
        while (outgoing := await next_one()) is not None:
            await report(await self._bring(outgoing))

    async def _bring(self, outgoing: Outgoing) -> Settled:
        body = await self.bodies.of(outgoing.distribution)
        try:
            message = document(body, outgoing.message_id)
            numbers = numbers_at(outgoing.data["keys"], timezone.now())
            headers = {
                "Content-Type": "application/json",
                "OnRecord-Event": str(body["event"]),
                "OnRecord-Delivery": outgoing.message_id,
                "OnRecord-Signature": signature(message, at=int(time.time()), numbers=numbers),
            }
        except (KeyError, TypeError, ValueError) as error:
            return Settled(outgoing.id, State.FAILED, f"The message cannot be written: {error!r}")
        return await post(self.session, outgoing, outgoing.recipient, body=message, headers=headers)
