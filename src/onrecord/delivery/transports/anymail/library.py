# SPDX-License-Identifier: Apache-2.0
"""django-anymail, which is installed only where a mail service is used, and loaded when it is."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any  # the library publishes no types

from onrecord.delivery.errors import BadRelay

DELIVERY = "delivery"
"""Which metadata of a message holds its id in the ledger."""
WITHOUT_METADATA = ("mailersend", "postal")
"""Services that carry none: their own id of the message is looked for instead."""
CAN_BE_TOLD_NOT_TO_TRACK = (
    *("mailersend", "mailgun", "mailjet", "mandrill", "postmark"),
    *("sendgrid", "sparkpost", "unisender_go", "test"),
)
"""For the others tracking is a matter of the account; docs/mail.md says so."""


def library(part: str) -> Any:
    """Return a module of anymail. Raises BadRelay where it, or what it needs, is not installed."""
    try:
        return import_module(f"anymail.{part}")
    except ImportError as error:
        raise BadRelay(f"django-anymail cannot be used: {error}") from error


def backend(service: str) -> Any:
    """Return anymail's backend for a service, with the options in Django's settings. Raises BadRelay."""
    kind = library(f"backends.{service}").EmailBackend
    try:
        return kind()
    except library("exceptions").AnymailConfigurationError as error:
        found = re.search(rf"{service.upper()}_([A-Z_]+)", str(error))
        wanted = f"the option {found[1].lower()}" if found else f"an option ({error})"
        raise BadRelay(f"ONRECORD_MAIL_URL lacks {wanted} of {service}.") from error


def webhook(service: str) -> Any:
    """Return anymail's view that reads what a service reports; None if it reports nothing."""
    names = (f"{service}_tracking_webhook", f"{service}_webhook")
    found = (one for one in library("urls").urlpatterns if one.name in names)
    pattern = next(found, None)
    return None if pattern is None else pattern.callback.view_class
