# SPDX-License-Identifier: Apache-2.0
"""A site elsewhere whose pages say what a test wants, and Webmentions that come from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from onrecord.journal import reactions
from onrecord.press.coverage import verifying
from onrecord.press.models import Mention
from tests.outbound.servers import Answer, Seen, Server, serving

SITE = "https://news.elmford.example"


@dataclass
class Elsewhere:
    """Pages by path; what is not among them does not exist."""

    server: Server
    pages: dict[str, Answer] = field(default_factory=dict)

    def shows(self, path: str, html: str, media_type: str = "text/html; charset=utf-8") -> str:
        """Let a page say something; return its address."""
        self.pages[path] = Answer(body=html.encode(), headers={"Content-Type": media_type})
        return f"{self.server.url}{path}"

    def answers(self, path: str, status: int, **headers: str) -> str:
        """Let an address answer with a status alone."""
        self.pages[path] = Answer(status=status, headers=headers)
        return f"{self.server.url}{path}"

    def asked(self) -> list[str]:
        """Return which paths were asked for."""
        return [one.path for one in self.server.seen]


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Run a site elsewhere until the block ends."""
    site: list[Elsewhere] = []

    def answer(seen: Seen) -> Answer:
        return site[0].pages.get(seen.path, Answer(status=404))

    with serving(answer) as server:
        site.append(Elsewhere(server))
        yield site[0]


def mention(
    source: str, target: str, **headers: str
) -> Any:  # what the test client answers with has no public type
    """Send a Webmention, as a program does."""
    form = urlencode({"source": source, "target": target})
    return Client(headers=headers).post("/webmention", form, "application/x-www-form-urlencoded")


def looked_at(source: str, target: str) -> Mention:
    """Send a Webmention and let the worker look at it."""
    answer = mention(source, target)
    assert answer.status_code == 201, answer.content
    verifying.verify_due()
    reactions.drain()
    return Mention.objects.get(source=source, target=target)
