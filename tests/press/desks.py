# SPDX-License-Identifier: Apache-2.0
"""Outlets, destinations, and a sender that carries what is due, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client
from django.utils import timezone

from onrecord.delivery import transports
from onrecord.delivery.models import Delivery
from onrecord.delivery.sender import Sender
from onrecord.journal import reactions
from onrecord.outbound.addresses import networks
from onrecord.people.models import User
from onrecord.press.models import Destination, Outlet
from onrecord.press.wire import actions
from onrecord.press.wire.actions import Given
from onrecord.press.wire.sending import WireTransport

LOOPBACK = networks("127.0.0.0/8")


def outlet(name: str = "The Elm Post") -> Outlet:
    """Return an outlet of this name."""
    return Outlet.objects.get_or_create(name=name, defaults={"name_key": name.casefold()})[0]


def destination(ada: User, name: str = "Post", **given: Any) -> Destination:
    """Return a destination, to be fetched from unless `transport` says otherwise."""
    whole = {"format": "ninjs", "transport": "pull", **given}
    return actions.add(outlet(), Given(name=name, **whole), by=ada)


def tell() -> None:
    """Let the worker do what follows, and the clock look at the queues."""
    reactions.drain()
    actions.advance_all()


def carry() -> None:
    """Let a sender carry what is due, until nothing is; and the queues go on."""
    for _ in range(20):
        asyncio.run(Sender("tests").run(until_idle=True))
        if not actions.advance_all() and not Delivery.objects.filter(
            state__in=["queued", "deferred"], due_at__lte=timezone.now()
        ).exclude(distribution__transport="smtp"):
            return


@contextmanager
def only_the_wire() -> Iterator[None]:
    """Carry nothing but what goes over the wire, also to this machine."""
    before = {name: transports.named(name) for name in transports.names()}
    for name in before:
        transports.forget(name)
    transports.register(WireTransport(LOOPBACK))
    try:
        yield
    finally:
        transports.forget("wire")
        for transport in before.values():
            transports.register(transport)


def numbers(row: Destination) -> list[tuple[int, int, str]]:
    """Return what stands in the queue of a destination: number, version, how far."""
    return [(one.number, one.item.version, one.turn) for one in row.transmissions.order_by("number")]


def bearer(secret: str) -> Client:
    """Return a machine that has a token."""
    return Client(headers={"authorization": f"Bearer {secret}"})
