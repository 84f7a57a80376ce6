# SPDX-License-Identifier: Apache-2.0
"""The message with which an administrator tries the relay."""

from __future__ import annotations

import secrets
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime

from onrecord.delivery.mail.envelope import Envelope


def trial(address: str, *, sender: str, host: str) -> Envelope:
    """Return a short message to one address. Raises ValueError for an address that is none."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, address
    message["Subject"] = "A trial message of your newsroom"
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<trial.{secrets.token_hex(12)}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("The newsroom can send mail. Nothing has to be done with this message.\n")
    return Envelope(sender, address, message.as_bytes())
