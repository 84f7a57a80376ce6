# SPDX-License-Identifier: Apache-2.0
"""The story of an edition that goes out, with fifty followers, one of whom has no mailbox any more."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from playwright.sync_api import Browser

from tests.config.newsrooms import Newsroom
from tests.delivery.relays import MailServer, in_a_thread
from tests.statements.baked import checker
from tests.stories.going_out import Story
from tests.stories.test_axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.once]


class Relay(MailServer):
    """The mail server of the tests; it knows nobody whose name begins with `gone`."""

    def to(self, address: str) -> list[EmailMessage]:
        return [
            email.message_from_bytes(message.removesuffix(b".\r\n"), policy=SMTP)
            for _sender, recipient, message in self.taken
            if recipient == address
        ]


@pytest.fixture
def relay() -> Iterator[Relay]:
    with in_a_thread(Relay(answers={"RCPT TO:<gone": "550 5.1.1 no such reader"})) as server:
        assert isinstance(server, Relay)
        yield server


def test_an_edition_is_watched_going_out_to_many_corrected_and_left(
    running: Newsroom, chromium: Browser, relay: Relay
) -> None:
    axe, found = checker("axe-core/axe.min.js").read_text(encoding="utf-8"), list[str]()
    Story(running, chromium, relay, 50, inspect=lambda page: found.extend(violations(page, axe))).tell()
    assert found == []
    to_the_reader = relay.to("jan@reader.example")
    assert [message["Subject"] for message in to_the_reader][1:] == [
        "Water is safe to drink",
        "Corrected: Water is safe to drink",
    ]
    assert not relay.to("gone49@gone.example")
