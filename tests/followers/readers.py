# SPDX-License-Identifier: Apache-2.0
"""Short ways to followers, and to what they were sent."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import SMTP

from onrecord.delivery.mail.message import Letter
from onrecord.delivery.models import Delivery, Distribution
from onrecord.delivery.transports import Outgoing
from onrecord.followers import actions, doors
from onrecord.followers.choices import Choices
from onrecord.followers.models import Subscription
from onrecord.journal import reactions

JAN = "jan@reader.example"


def follower(address: str = JAN, **choices: object) -> Subscription:
    """Return somebody who has confirmed."""
    given = {"languages": ("en",), **choices}
    actions.follow(address, Choices(**given), language="en")  # type: ignore[arg-type]  # as in the tests
    row = Subscription.objects.get(contact__address=address, state="unconfirmed")
    return actions.confirm(row)


def sent(distribution: Distribution) -> dict[str, EmailMessage]:
    """Return the messages of a distribution as they would be sent, by address."""
    return {row.recipient: message_of(row) for row in distribution.deliveries.order_by("pk")}


def message_of(row: Delivery) -> EmailMessage:
    """Return one message as it would be sent."""
    outgoing = Outgoing(
        id=row.pk,
        distribution=row.distribution_id,
        recipient=row.recipient,
        destination=row.destination,
        message_id=row.message_id,
        data=row.data,
        attempt=1,
    )
    envelope = Letter.from_json(row.distribution.body).envelope(outgoing)
    return email.message_from_bytes(envelope.message, policy=SMTP)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """Return one of the bodies."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage) -> str:
    """Return the path of the link that opens the subscription."""
    found = re.search(r"https://news\.elmford\.example(/following/[\w-]{43}/)", text_of(message))
    assert found is not None, text_of(message)
    return found[1]


def path_of(row: Subscription) -> str:
    """Return the path that opens a subscription."""
    return doors.address_of(row)


def tell() -> None:
    """Let the worker do what follows."""
    reactions.drain()
