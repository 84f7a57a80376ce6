# SPDX-License-Identifier: Apache-2.0
"""The account elsewhere that a person names. Whoever is named is asked, never on private networks."""

from __future__ import annotations

import json
import re
from typing import Any  # JSON
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from onrecord.federation.errors import NotMovable
from onrecord.federation.models import RemoteActor
from onrecord.federation.receiving import fetching, normal
from onrecord.federation.receiving.errors import ReceivingError
from onrecord.outbound import OutboundError, fetch

_HANDLE = re.compile(r"@?([\w.-]{1,64})@([\w.:\[\]-]{1,253})")
_LARGEST = 100_000


def account(named: str) -> RemoteActor:
    """Return an account elsewhere as its server describes it now, by handle or address.

    Raises NotMovable, which says what was wrong, for what is no account or does not answer.
    """
    named = named.strip()
    try:
        return fetching.actor_at(_address(named), fresh=True)
    except (ReceivingError, OutboundError) as error:
        raise NotMovable(
            _("The account %(named)s cannot be read: %(why)s") % {"named": named[:200], "why": error}
        ) from error


def _address(named: str) -> str:
    if normal.address(named):
        return named
    found = _HANDLE.fullmatch(named)
    if found is None:
        raise NotMovable(
            _("%(named)s is no account. Write it as @press@social.example, or give its address.")
            % {"named": repr(named[:200])}
        )
    name, host = found[1], found[2].lower()
    scheme = "http" if settings.STRANGERS_PRIVATE_ADDRESSES and host.startswith("127.") else "https"
    answer = fetch(
        f"{scheme}://{host}/.well-known/webfinger?resource={quote(f'acct:{name}@{host}')}",
        headers={"Accept": "application/jrd+json, application/json"},
        limit=_LARGEST,
        timeout=fetching.SECONDS,
        allow_private=settings.STRANGERS_PRIVATE_ADDRESSES,
    )
    address = _own_address(answer.body) if answer.status == 200 else ""
    if not address:
        raise NotMovable(_("%(host)s knows no account %(named)s.") % {"host": host, "named": named})
    return address


def _own_address(body: bytes) -> str:
    """Return the address of the account in an answer of WebFinger; nothing if it names none."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    links = document.get("links") if isinstance(document, dict) else None
    for link in links if isinstance(links, list) else ():
        if not isinstance(link, dict) or link.get("rel") != "self":
            continue
        kind = str(link.get("type", ""))
        if kind == fetching.ACTIVITY_JSON or kind.startswith("application/ld+json"):
            return normal.address(link.get("href"))
    return ""
