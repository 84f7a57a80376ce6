# SPDX-License-Identifier: Apache-2.0
"""What people in a story about comments get by mail, and the answers that a server gives them."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.delivery.relays import MailServer


class Relay(MailServer):
    """The mail server of the tests; what it took for somebody can be read."""

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address, oldest first."""
        return [
            email.message_from_bytes(message.removesuffix(b".\r\n"), policy=SMTP)
            for _sender, recipient, message in self.taken
            if recipient == address
        ]


def answer(
    connection: HTTPConnection, method: str, path: str, fields: dict[str, str] | None = None, sender: str = ""
) -> str:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | (
        {"X-Forwarded-For": sender} if sender else {}
    )
    connection.request(method, path, urlencode(fields) if fields else None, headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    assert answer.status in {200, 422}, (answer.status, path, body[:500])
    return body


def text_of(message: EmailMessage) -> str:
    """Return the text part."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def links(message: EmailMessage) -> list[str]:
    """Return the addresses in a mail that stand on lines of their own."""
    return re.findall(r"^https?://\S+$", text_of(message), re.MULTILINE)


def notice_in(message: EmailMessage) -> str:
    """Return the link to the page that says the same as a notice."""
    return next(link for link in links(message) if "/notice/" in link)
