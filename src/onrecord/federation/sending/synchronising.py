# SPDX-License-Identifier: Apache-2.0
"""Whether a server elsewhere and this newsroom agree on who follows from there (FEP-8fcf).

With what is posted to followers goes, about once a week, a digest of those of them that are on the
recipient's host. A server whose own digest differs asks for the list, with a request that it signs, and mends
its side. A server is shown only its own people. The newsroom follows nobody, so it
heeds no digest that comes in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any  # JSON

from onrecord.federation import actors
from onrecord.federation.models import Actor, Follow
from onrecord.outbound.addresses import host_of

HEADER = "Collection-Synchronization"
HERE = "/here"
MOST = 10_000
"""Followers on one host beyond which no digest is sent: the list would be too long to be asked for."""
EVERY = timedelta(days=7)
"""How often a host gets a digest: with the first thing that is posted to it after this time."""


def header(name: str, host: str) -> str:
    """Return what a request to a host says of those there who follow an account, by its name.

    Nothing if nobody there follows it, or too many do. One query.
    """
    actor = Actor.objects.filter(name=name, closed_at=None).first()
    uris = _of_host(actor, host) if actor is not None else []
    if actor is None or not 0 < len(uris) <= MOST:
        return ""
    said = (actors.followers_of(actor), address_of(actor), digest(uris))
    return ", ".join(
        f'{key}="{value}"' for key, value in zip(("collectionId", "url", "digest"), said, strict=True)
    )


def digest(uris: Iterable[str]) -> str:
    """Return the SHA-256 of each id, all of them combined with exclusive or: order does not matter."""
    combined = 0
    for uri in uris:
        combined ^= int.from_bytes(hashlib.sha256(uri.encode()).digest(), "big")
    return f"{combined:064x}"


def address_of(actor: Actor) -> str:
    """Return where a server finds who follows from there."""
    return actors.followers_of(actor) + HERE


def partial(actor: Actor, host: str) -> dict[str, Any]:
    """Return who follows an account from one host, for that host alone."""
    items = _of_host(actor, host)[:MOST]
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": address_of(actor),
        "type": "OrderedCollection",
        "partOf": actors.followers_of(actor),
        "totalItems": len(items),
        "orderedItems": items,
    }


def _of_host(actor: Actor, host: str) -> list[str]:
    rows = Follow.objects.filter(
        actor=actor, ended_at=None, follower__host__name=host.lower(), follower__gone_at=None
    )
    found = rows.order_by().values_list("follower__uri", flat=True)[: MOST + 1]
    return [uri for uri in found if host_of(uri) == host.lower()]
