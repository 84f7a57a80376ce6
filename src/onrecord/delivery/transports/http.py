# SPDX-License-Identifier: Apache-2.0
"""What an answer over HTTP means for a delivery. One rule for every kind that posts to somebody's address:

2xx accepted · 410 the address is gone, failed for good · 408, 425, 429 and 5xx put off, as long as
`Retry-After` asks · any other 4xx put off twice, for somebody may just be mending something, then failed ·
3xx failed: what was meant for one address is not handed to another. Nobody there: the route is down.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from onrecord.delivery.errors import RouteDown
from onrecord.delivery.models import State
from onrecord.delivery.transports import Outgoing, Settled
from onrecord.outbound.answers import Response
from onrecord.outbound.errors import BadAddress, NoAnswer, OutboundError, RefusedAddress, TooSlow, Unreachable
from onrecord.outbound.sessions import Session

SECONDS = 15.0
"""How long an answer is waited for."""
SHOWN = 500
"""Of what was answered so many characters are kept, the status and the time included."""
LATER = frozenset({408, 425, 429})
REFUSED_AT = 3
"""The attempt at which a refusal (4xx) is believed."""


async def post(
    session: Session, outgoing: Outgoing, url: str, *, body: bytes, headers: Mapping[str, str]
) -> Settled:
    """Post a message once, and return what came of it. Raises RouteDown if nobody is there."""
    started = time.monotonic()
    try:
        response = await session.ask(url, body=body, headers=headers, limit=SHOWN * 4, timeout=SECONDS)
    except (BadAddress, RefusedAddress) as error:
        return Settled(outgoing.id, State.FAILED, str(error))
    except (TooSlow, NoAnswer) as error:
        return Settled(outgoing.id, State.DEFERRED, str(error))
    except Unreachable as error:
        raise RouteDown(str(error)) from error
    except OutboundError as error:
        return Settled(outgoing.id, State.DEFERRED, str(error))
    return settled(outgoing, response, time.monotonic() - started)


def settled(outgoing: Outgoing, response: Response, seconds: float) -> Settled:
    """Return what an answer means."""
    status, wait = response.status, None
    if 200 <= status < 300:
        state = State.ACCEPTED
    elif status in LATER or status >= 500:
        state, wait = State.DEFERRED, retry_after(response.headers.get("retry-after", ""))
    elif status >= 400 and status != HTTPStatus.GONE and outgoing.attempt < REFUSED_AT:
        state = State.DEFERRED
    else:
        state = State.FAILED
    return Settled(outgoing.id, state, told(response, seconds), wait)


def told(response: Response, seconds: float) -> str:
    """Return status, duration and the beginning of an answer, as staff see them."""
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    body = response.body.decode("utf-8", "replace")
    words = " ".join("".join(c if c.isprintable() else " " for c in body).split())
    return " ".join(filter(None, [str(response.status), phrase, f"({seconds:.2f} s)", words]))[:SHOWN]


def retry_after(text: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, section 10.2.3); None for none."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text.strip()[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):  # OverflowError: a year of twenty digits
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
