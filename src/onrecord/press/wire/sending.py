# SPDX-License-Identifier: Apache-2.0
"""The wire as a transport of the ledger: posted to an HTTPS address, or put into a folder over SFTP.

The body of a distribution holds `item`, `sender` and `at`. The data of a delivery holds `format`, `name` and
`number` of the destination, `keys` to sign with and the `host_key` of an SFTP server. The bytes are the same
at every attempt.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.models import State
from onrecord.delivery.transports import Bodies, Courier, Next, Outgoing, Report, Settled
from onrecord.delivery.transports.http import REFUSED_AT, post
from onrecord.delivery.transports.webhook.signing import numbers_at, signature
from onrecord.outbound import sftp
from onrecord.outbound.addresses import Private
from onrecord.outbound.errors import BadAddress, NoAnswer, OutboundError, RefusedAddress, TooSlow, Unreachable
from onrecord.outbound.sessions import Session, shared
from onrecord.press.formats import FORMATS, Format
from onrecord.press.formats.items import Envelope, Item
from onrecord.press.formats.stored import from_json
from onrecord.press.wire.keys import ssh_key

PER_HOST = 1
"""Things that are under way to one host: order is kept."""
SECONDS = 30.0
"""How long a folder may take to take a file."""
_UNSAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class WireTransport:
    """Each host is a route of its own. Recipients are whole addresses, https or sftp."""

    allow_private: Private = False
    name: str = "wire"
    only_route: str | None = None

    def route(self, destination: str) -> str:
        """Return the host."""
        return destination

    def couriers(self, route: str) -> int:
        """Return how many things may be under way to a host."""
        return PER_HOST

    @asynccontextmanager
    async def courier(self, route: str, bodies: Bodies) -> AsyncIterator[Courier]:
        """Use the connections that all couriers share; SFTP opens one for each file."""
        async with shared(self.allow_private) as session:
            yield _Carrier(self.allow_private, session, bodies)


@dataclass(frozen=True, slots=True)
class Written:
    """An item in the format of a destination."""

    item: Item
    form: Format
    content: bytes
    file_name: str


def written(body: Mapping[str, Any], outgoing: Outgoing) -> Written:
    """Return what is carried. Raises KeyError for a text that was erased."""
    item, form = from_json(body["item"]), FORMATS[outgoing.data["format"]]
    envelope = Envelope(
        sender=body["sender"],
        destination=outgoing.data["name"],
        transmission=outgoing.message_id,
        sent=datetime.fromisoformat(body["at"]),
        urgency=item.urgency,
    )
    return Written(item, form, form.transmit(item, envelope), file_name(outgoing.data["number"], item, form))


def file_name(number: int, item: Item, form: Format) -> str:
    """Return the name of a file: number, end of the address, version. They sort by number."""
    stem = _UNSAFE.sub("-", item.uri.rstrip("/").rpartition("/")[2].lower()).strip("-")[:60] or "item"
    return f"{number:08d}-{stem}-v{item.version}.{form.suffix}"


@dataclass(frozen=True, slots=True)
class _Carrier:
    """Carries one item after the other."""

    private: Private
    session: Session
    bodies: Bodies

    async def carry(self, next_one: Next, report: Report) -> None:
        while (outgoing := await next_one()) is not None:
            await report(await self._bring(outgoing))

    async def _bring(self, outgoing: Outgoing) -> Settled:
        body = await self.bodies.of(outgoing.distribution)
        try:
            made = written(body, outgoing)
            numbers = numbers_at(outgoing.data["keys"], timezone.now())
        except (KeyError, TypeError, ValueError) as error:
            return Settled(outgoing.id, State.FAILED, f"The item cannot be written: {error!r}")
        if outgoing.recipient.startswith("sftp:"):
            return await self._put(outgoing, made, numbers[0])
        headers = {
            "Content-Type": made.form.media_type,
            "OnRecord-Number": str(outgoing.data["number"]),
            "OnRecord-Delivery": outgoing.message_id,
            "OnRecord-Signature": signature(made.content, at=int(time.time()), numbers=numbers),
        }
        return await post(self.session, outgoing, outgoing.recipient, body=made.content, headers=headers)

    async def _put(self, outgoing: Outgoing, made: Written, number: str) -> Settled:
        started = time.monotonic()
        try:
            await sftp.put(
                outgoing.recipient,
                made.file_name,
                made.content,
                private_key=ssh_key(number),
                host_key=outgoing.data["host_key"],
                allow_private=self.private,
                timeout=SECONDS,
            )
        except (BadAddress, RefusedAddress) as error:
            return Settled(outgoing.id, State.FAILED, str(error))
        except sftp.NotTaken as error:
            refused = outgoing.attempt >= REFUSED_AT
            return Settled(outgoing.id, State.FAILED if refused else State.DEFERRED, str(error))
        except (TooSlow, NoAnswer) as error:
            return Settled(outgoing.id, State.DEFERRED, str(error))
        except Unreachable as error:
            raise RouteDown(str(error)) from error
        except OutboundError as error:
            return Settled(outgoing.id, State.DEFERRED, str(error))
        seconds = time.monotonic() - started
        return Settled(outgoing.id, State.ACCEPTED, f"{made.file_name} ({seconds:.2f} s)")
