# SPDX-License-Identifier: Apache-2.0
"""Short ways to distributions, and to what the ledger holds of them."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from onrecord.delivery.mail.message import Letter
from onrecord.delivery.models import Delivery
from onrecord.delivery.transports import Outgoing
from onrecord.journal import reactions
from onrecord.people.models import User
from onrecord.press.distributions import actions
from onrecord.press.distributions.actions import Given
from onrecord.press.models import Journalist, MediaList, PressDistribution
from onrecord.statements.models import Edition, Statement
from tests.statements.drafts import released


def published(olga: User, ines: User, **fields: Any) -> Edition:
    """Return an edition that can be read and of which everybody was told."""
    edition = released(olga, ines, **fields)
    reactions.drain()
    edition.refresh_from_db()
    return edition


def composed(statement: Statement, by: User, *to: Journalist | MediaList, **given: Any) -> PressDistribution:
    """Return a draft to these people and lists."""
    lists = [(one, "") for one in to if isinstance(one, MediaList)]
    people = [one for one in to if isinstance(one, Journalist)]
    whole: dict[str, Any] = {"lists": lists, "people": people} | given
    return actions.compose(statement, Given(**whole), by=by)


def sent(statement: Statement, by: User, *to: Journalist | MediaList, **given: Any) -> PressDistribution:
    """Return one that was sent at once."""
    return actions.send(composed(statement, by, *to, **given), by=by)


def rows(purpose: str = "press-") -> list[Delivery]:
    """Return what the ledger holds for the press list, in order."""
    found = Delivery.objects.filter(distribution__purpose__startswith=purpose)
    return list(found.select_related("distribution").order_by("pk"))


def who(purpose: str = "press-") -> list[str]:
    """Return whom the ledger names for a purpose."""
    return sorted(row.recipient for row in rows(purpose))


def message(row: Delivery) -> EmailMessage:
    """Return the mail that a delivery is, as its recipient gets it."""
    outgoing = Outgoing(
        id=row.pk,
        distribution=row.distribution_id,
        recipient=row.recipient,
        destination=row.destination,
        message_id=row.message_id,
        data=row.data,
        attempt=1,
    )
    whole = Letter.from_json(row.distribution.body).envelope(outgoing).message
    return email.message_from_bytes(whole, policy=SMTP)


def text(row: Delivery) -> str:
    """Return its text, with the lines as they were written."""
    part = message(row).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def accept(*some: Delivery) -> None:
    """Let the other side have taken some deliveries, as a sender would write it down."""
    for row in some:
        assert Delivery.objects.filter(pk=row.pk).update(state="accepted", settled_at=row.due_at) == 1
