# SPDX-License-Identifier: Apache-2.0
"""Servers of the fediverse that others wrote, as tests start them and talk to them."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onrecord.bakery import actions as bakery
from onrecord.delivery import transports
from onrecord.federation import actors, pages
from onrecord.federation.receiving import handling
from onrecord.journal import reactions
from onrecord.outbound.addresses import networks
from onrecord.people.models import Organisation
from tests.delivery.pigeons import carry
from tests.federation.sending.elsewhere import reaching_this_machine
from tests.peers.cast import PEERS, free_port, serving

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from pytest_django.live_server_helper import LiveServer

FEDIFY = Path(__file__).parent / "fedify" / "peer.mjs"
SPECIFICATIONS = ("draft-cavage-http-signatures-12", "rfc9421")


def installed(folder: str) -> Path:
    """Return the folder of a peer; without it the test is skipped, or fails where `ONRECORD_CI` is set."""
    path = PEERS / folder
    if not (path / "installed").exists():
        message = f"{folder} is missing; run tests/peers/install"
        if os.environ.get("ONRECORD_CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def at_home(live_server: LiveServer) -> None:
    """Give the newsroom the address at which it runs here, and bake its accounts."""
    Organisation.objects.update(address=live_server.url)
    for account in (actors.newsroom(), actors.instance()):
        bakery.bake(pages.keys_of_actor(account))


@dataclass(frozen=True)
class Kim:
    """Her account on a server made of Fedify."""

    port: int
    home: str
    """The address of the newsroom, as it runs here."""

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}/users/kim"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def does(self, **activity: Any) -> dict[str, Any]:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/do",
            json.dumps({"inbox": f"{self.home}/ap/inbox", **activity}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:
            told: dict[str, Any] = json.load(answer)
        assert told == {"sent": True}
        return told

    def seen(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/seen", timeout=20) as answer:
            seen: list[dict[str, Any]] = json.load(answer)
        return seen


@contextmanager
def fedify(
    home: LiveServer, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch, *specifications: str
) -> Iterator[list[Kim]]:
    """Run the newsroom in a folder and, in one program, a server made of Fedify for each specification.

    Each signs as its specification says, and refuses with 401 what is signed in the other way.
    """
    installed_at = installed("fedify")
    settings.HOME = folder
    settings.STRANGERS_PRIVATE_ADDRESSES = networks("127.0.0.0/8")
    settings.ROOT_URLCONF = "tests.peers.front"
    at_home(home)
    monkeypatch.setenv("ONRECORD_FEDIFY", str(installed_at))
    before = transports.named("activitypub")
    transports.register(reaching_this_machine())
    ports = [free_port() for _ in specifications]
    told = [word for pair in zip(map(str, ports), specifications, strict=True) for word in pair]
    try:
        with serving(installed_at / "node_modules/.bin/node", FEDIFY, *told, port=ports[-1]):
            yield [Kim(port, home.url) for port in ports]
    finally:
        transports.register(before)


def heard(kim: Kim, kind: str) -> list[dict[str, Any]]:
    """Handle what came, let follow what follows, carry it, and return what kim heard of a kind."""
    handling.handle_due()
    reactions.drain()
    carry()
    return [one for one in kim.seen() if one["type"] == kind]


def fetched(address: str) -> bytes:
    """Return what is answered at an address."""
    with urllib.request.urlopen(address, timeout=20) as answer:
        body: bytes = answer.read()
    return body
