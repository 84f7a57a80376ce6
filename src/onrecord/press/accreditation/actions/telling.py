# SPDX-License-Identifier: Apache-2.0
"""One mail to whoever asked for accreditation, in the ledger of deliveries; of decisions others tell them."""

from __future__ import annotations

from django.utils import timezone

from onrecord.delivery import actions as delivery
from onrecord.delivery import mail
from onrecord.delivery.actions import Recipient
from onrecord.delivery.mail.message import Text
from onrecord.delivery.models import Lane
from onrecord.journal.events import Actor
from onrecord.press.models import Application
from onrecord.statements.mails import letter
from onrecord.statements.pages.site import Site

TRANSPORT = "smtp"
DESPITE = ("request", "one_click", "staff")
"""Who wants no news is still told of what they asked for."""


def send(row: Application, purpose: str, text: Text, *, by: Actor) -> None:
    """Put a mail into the ledger; nothing without a relay or an address."""
    if row.contact is None or mail.relay() is None:
        return
    address = row.contact.address
    delivery.freeze(
        transport=TRANSPORT,
        object_key=row.subject,
        version=1,
        purpose=f"accreditation-{purpose}",
        label=text.subject,
        body=letter(Site.current(), {text.language: text}, at=timezone.now()).to_json(),
        recipients=[
            Recipient(
                key=row.subject,
                address=address,
                destination=address.rpartition("@")[2],
                data={"variant": text.language, "door": row.door_number},
            )
        ],
        host=mail.own_name(),
        by=by,
        lane=Lane.TRANSACTIONAL,
        despite=DESPITE,
    )
