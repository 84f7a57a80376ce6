# SPDX-License-Identifier: Apache-2.0
"""Feed readers as the hub meets them, on this machine."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from onrecord.delivery.sender import Sender
from onrecord.followers.models import FeedSubscription
from onrecord.followers.websub import actions
from onrecord.outbound.addresses import networks
from tests.outbound.servers import Answer, Seen, Server

if TYPE_CHECKING:
    pass

TOPIC = "https://news.elmford.example/atom.xml"
HUB = "https://news.elmford.example/websub/"
LOOPBACK = networks("127.0.0.0/8")
DAY = 24 * 3600


@dataclass
class Reader:
    """A subscriber: confirms what it means, and takes feeds."""

    means: set[str] = field(default_factory=lambda: {"subscribe"})
    answer: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)
    got: list[Seen] = field(default_factory=list)

    def __call__(self, seen: Seen) -> Answer:
        if seen.method == "POST":
            self.got.append(seen)
            return Answer(self.answer)
        fields = {name: values[0] for name, values in parse_qs(urlsplit(seen.path).query).items()}
        self.asked.append(fields)
        if fields["hub.mode"] in self.means:
            return Answer(200, fields["hub.challenge"].encode())
        return Answer(404)


def ask(callback: str, mode: str = "subscribe", topic: str = TOPIC, **fields: str) -> Any:
    """Send the hub a form, and return its answer."""
    form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": callback}
    form |= {f"hub.{name}": value for name, value in fields.items()}
    return Client().post("/websub/", form)


def subscribed(
    server: Server, topic: str = TOPIC, path: str = "/callback?me=1", **fields: str
) -> FeedSubscription:
    """Subscribe to a feed, confirmation included."""
    answer = ask(server.url + path, topic=topic, **fields)
    assert answer.status_code == 202, answer.text
    actions.verify_due()
    return FeedSubscription.objects.get(callback=server.url + path, path=urlsplit(topic).path)


def deliver() -> None:
    """Carry what is due."""
    asyncio.run(Sender("sender").run(until_idle=True))
