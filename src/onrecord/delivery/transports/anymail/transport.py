# SPDX-License-Identifier: Apache-2.0
"""A mail service as a transport of the ledger."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any  # the library publishes no types

from django.core.mail import EmailMultiAlternatives

from onrecord.delivery.errors import BadRelay, RouteDown
from onrecord.delivery.mail.envelope import Envelope
from onrecord.delivery.mail.message import Letter
from onrecord.delivery.models import State
from onrecord.delivery.services import Service
from onrecord.delivery.transports import Bodies, Courier, Next, Report, Settled
from onrecord.delivery.transports.anymail.library import (
    CAN_BE_TOLD_NOT_TO_TRACK,
    DELIVERY,
    WITHOUT_METADATA,
    backend,
    library,
)

WRITTEN_BY_SERVICE = ("from", "to", "subject", "date", "mime-version", "content-type")
"""Headers that the service writes itself from what it is given."""


@dataclass(frozen=True, slots=True)
class AnymailTransport:
    """Everything goes to one service, which is the only route."""

    service: Service
    name: str = "smtp"
    """What distributions call mail, whoever carries it: what is pending survives a change of relay."""

    @property
    def only_route(self) -> str:
        """The service."""
        return self.service.name

    def route(self, destination: str) -> str:
        """Return the service, wherever it goes."""
        return self.only_route

    def couriers(self, route: str) -> int:
        """Return how many requests may be under way at once."""
        return self.service.connections

    @asynccontextmanager
    async def courier(self, route: str, bodies: Bodies) -> AsyncIterator[Courier]:
        """Open a session. Raises RouteDown."""
        try:
            session = await asyncio.to_thread(_opened, self.service.name)
        except BadRelay as error:
            raise RouteDown(str(error)) from error
        try:
            yield _Clerk(self.service.name, session, bodies)
        finally:
            await asyncio.to_thread(session.close)


@dataclass(slots=True)
class _Clerk:
    """Hands over one message after the other."""

    service: str
    session: Any
    bodies: Bodies

    async def carry(self, next_one: Next, report: Report) -> None:
        while (outgoing := await next_one()) is not None:
            try:
                letter = Letter.from_json(await self.bodies.of(outgoing.distribution))
                message = as_django(letter.envelope(outgoing))
            except (KeyError, ValueError, TypeError) as error:
                await report(Settled(outgoing.id, State.FAILED, f"The message cannot be written: {error}"))
                continue
            _mark(message, self.service, outgoing.message_id)
            await report(await asyncio.to_thread(_carried, self.session, outgoing.id, message))


def hand_over(service: Service, envelope: Envelope) -> Settled:
    """Hand one message over, for a trial. Raises BadRelay, RouteDown."""
    session, message = _opened(service.name), as_django(envelope)
    _mark(message, service.name, str(message.extra_headers["Message-ID"]).strip("<>"))
    try:
        return _carried(session, 0, message)
    finally:
        session.close()


def as_django(envelope: Envelope) -> EmailMultiAlternatives:
    """Return a message as Django's mail backends take it. Raises ValueError for one without a text."""
    parsed: EmailMessage = email.message_from_bytes(envelope.message, policy=email.policy.SMTP)
    text, markup = parsed.get_body(("plain",)), parsed.get_body(("html",))
    if text is None:
        raise ValueError("it has no text")
    headers = {
        name: str(value)
        for name, value in parsed.items()
        if name.lower() not in WRITTEN_BY_SERVICE and not name.lower().startswith("content-transfer")
    }
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=str(text.get_content()),
        from_email=str(parsed["From"]),
        to=[envelope.recipient],
        headers=headers,
    )
    if markup is not None:
        message.attach_alternative(str(markup.get_content()), "text/html")
    return message


def _opened(service: str) -> Any:
    session = backend(service)
    session.open()
    return session


def _carried(session: Any, number: int, message: EmailMultiAlternatives) -> Settled:
    """Hand a message over and tell what came of it. Raises RouteDown."""
    errors = library("exceptions")
    try:
        session.send_messages([message])
    except errors.AnymailRecipientsRefused:
        return _settled(number, message, session.esp_name)
    except errors.AnymailAPIError as error:
        return _after_error(number, error)
    except (errors.AnymailError, ValueError, TypeError) as error:
        return Settled(number, State.FAILED, f"The service takes no such message: {_short(error)}")
    return _settled(number, message, session.esp_name)


def _mark(message: Any, service: str, message_id: str) -> None:
    """Say which delivery it is, and that nobody is to be watched; anymail reads that from attributes."""
    if service not in WITHOUT_METADATA:
        message.metadata = {DELIVERY: message_id}
    if service in CAN_BE_TOLD_NOT_TO_TRACK:
        message.track_opens = message.track_clicks = False


def _settled(number: int, message: Any, service: str) -> Settled:
    status = next(iter(message.anymail_status.recipients.values()), None)
    said = status.status if status is not None else "unknown"
    states = {
        "sent": State.ACCEPTED,
        "queued": State.ACCEPTED,
        "invalid": State.FAILED,
        "rejected": State.FAILED,
        "failed": State.FAILED,
    }
    theirs = f" as {status.message_id}" if status is not None and status.message_id is not None else ""
    return Settled(number, states.get(said, State.UNKNOWN), f"{said} by {service}{theirs}")


def _after_error(number: int, error: Any) -> Settled:
    """Tell what is wrong with a message from what is wrong with the way. Raises RouteDown."""
    status = getattr(error, "status_code", None)
    if status is None or status in (401, 402, 403, 404) or status >= 500:
        raise RouteDown(f"The mail service takes nothing now: {_short(error)}") from error
    if status in (408, 425, 429):
        return Settled(number, State.DEFERRED, _short(error), _retry_after(error))
    return Settled(number, State.FAILED, _short(error))


def _retry_after(error: Any) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", {})
    value = str(headers.get("Retry-After", ""))
    return float(value) if value.isdigit() else None


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:400] or type(error).__name__
