# SPDX-License-Identifier: Apache-2.0
"""Mail: letters that are written once for many, and where they are handed over."""

from __future__ import annotations

from django.conf import settings

from onrecord.delivery.errors import BadRelay
from onrecord.delivery.inbound.addresses import read_pattern
from onrecord.delivery.mail.relay import Relay, read_relay
from onrecord.delivery.services import Service, is_service, read_service, why_not

__all__ = ["BadRelay", "Relay", "Service", "envelope_sender", "own_name", "relay", "relay_name", "sender"]


def relay() -> Relay | Service | None:
    """Return the relay or the service that mail is handed to; None without one. Raises BadRelay."""
    address = settings.ENVIRONMENT.mail_url
    if not address:
        return None
    try:
        if not is_service(address):
            return read_relay(address)
        service = read_service(address)
    except ValueError as error:
        raise BadRelay(f"ONRECORD_MAIL_URL cannot be used: {error}") from error
    if reason := why_not(service):
        raise BadRelay(reason)
    return service


def relay_name() -> str:
    """Return what the relay is called, for people."""
    found = relay()
    return found.place if found else "no relay"


def sender() -> str:
    """Return the address that mail comes from."""
    return str(settings.ENVIRONMENT.mail_from)


def envelope_sender() -> str:
    """Return where mail comes back to, with the gap ⟦token⟧ for the mark that each delivery has."""
    name, _at, domain = sender().rpartition("@")
    returns = settings.ENVIRONMENT.mail_returns
    before, behind = read_pattern(returns) if returns else (f"{name}+", f"@{domain}")
    return f"{before}⟦token⟧{behind}"


def own_name() -> str:
    """Return the name with which this machine greets a relay, and the right side of message ids."""
    return sender().rpartition("@")[2] or "localhost"
