# SPDX-License-Identifier: Apache-2.0
"""The one door through which the program asks other machines over HTTP.

Somebody who may name an address must not be able to make the server ask machines that only the server
reaches. So every address is checked after its name was resolved, the connection is made to just that
address, redirects are checked again, and sizes and times have limits (docs/decisions, "outgoing requests").
It keeps nothing, knows nothing of Django, and writes no log: errors name the machine and the path, never
what may be a secret.
"""

from __future__ import annotations

from collections.abc import Mapping

from onrecord.outbound.addresses import Private
from onrecord.outbound.answers import Response
from onrecord.outbound.errors import OutboundError

__all__ = ["DEFAULT_LIMIT", "DEFAULT_TIMEOUT", "MAX_REDIRECTS", "OutboundError", "Response", "fetch"]

DEFAULT_LIMIT = 1_000_000
DEFAULT_TIMEOUT = 10.0
MAX_REDIRECTS = 3


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    limit: int = DEFAULT_LIMIT,
    timeout: float = DEFAULT_TIMEOUT,
    allow_private: Private = False,
    redirects: int = MAX_REDIRECTS,
) -> Response:
    """Ask one address and return what it answered, whatever the status.

    `limit` is the most bytes of body that are read; `timeout` the seconds that everything together may take,
    names, redirects and body included. `allow_private` admits private addresses, all or those of some
    networks, for the host of `url`, never for one that it redirects to. So many `redirects` are followed, of
    other methods than GET and HEAD only those that keep the method (307, 308); with 0 the redirect is the
    answer. Raises OutboundError. Safe in any thread that runs no event loop.
    """
    from onrecord.outbound import client

    asked = client.Asked(url, method, body, dict(headers or {}), limit, allow_private, redirects)
    return client.fetch(asked, timeout=timeout)
