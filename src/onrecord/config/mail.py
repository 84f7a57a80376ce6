# SPDX-License-Identifier: Apache-2.0
"""Mail that libraries write, handed to the same relay as our own."""

from __future__ import annotations

from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from onrecord.delivery import mail


class RelayBackend(EmailBackend):
    """Django's own SMTP client, pointed at the relay; without one it sends nothing and says so."""

    def __init__(self, **options: Any) -> None:
        """Take the relay from the settings; whatever else Django gives is kept."""
        relay = mail.relay()
        if isinstance(relay, mail.Service):
            raise mail.BadRelay("Mail goes through a service, so Django's backend for it writes mail.")
        if relay is not None:
            options |= {
                "host": relay.host,
                "port": relay.port,
                "username": relay.user,
                "password": relay.password,
                "use_tls": relay.security == "starttls",
                "use_ssl": relay.security == "implicit",
                "timeout": 30,
            }
        self._relay = relay
        super().__init__(**options)

    def open(self) -> bool | None:
        """Connect. Raises BadRelay when there is no relay."""
        if self._relay is None:
            raise mail.BadRelay("No mail relay is set. Set ONRECORD_MAIL_URL; docs/mail.md says how.")
        return super().open()
