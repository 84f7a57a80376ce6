# SPDX-License-Identifier: Apache-2.0
"""Asking the newsroom's own public address, through the door that everything else is asked through."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any  # JSON
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage

from onrecord.outbound import OutboundError, Response, fetch
from onrecord.outbound.addresses import Private, networks

SECONDS = 8.0
LIMIT = 1_000_000
LOOPBACK = networks("127.0.0.0/8, ::1/128")
Findings = Iterator[CheckMessage]
PROXY = "docs/serving/ shows how a server in front passes this on, for nginx and for Caddy."


@dataclass(slots=True)
class Outside:
    """The site as others reach it. What was answered is kept, so that nothing is asked twice."""

    address: str
    """As https://news.example.org."""
    _kept: dict[tuple[str, str], Response | OutboundError] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Host, and port if it is not the usual."""
        return urlsplit(self.address).netloc

    def get(self, path: str, accept: str = "*/*") -> Response:
        """Ask for a path, following no redirect. Raises OutboundError."""
        key = (path, accept)
        if key not in self._kept:
            try:
                self._kept[key] = self.ask(self.address + path, {"Accept": accept})
            except OutboundError as error:
                self._kept[key] = error
        kept = self._kept[key]
        if isinstance(kept, OutboundError):
            raise kept
        return kept

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Post something, following no redirect. Raises OutboundError."""
        return self.ask(self.address + path, headers, body=body)

    def ask(self, url: str, headers: Mapping[str, str], *, body: bytes | None = None) -> Response:
        """Ask for an address, following no redirect. Raises OutboundError."""
        return fetch(
            url,
            method="GET" if body is None else "POST",
            body=body,
            headers=headers,
            limit=LIMIT,
            timeout=SECONDS,
            allow_private=self._private(url),
            redirects=0,
        )

    def _private(self, url: str) -> Private:
        """Return which private addresses may be asked: loopback only for a site that stands there."""
        allowed: Private = settings.ALLOW_PRIVATE_ADDRESSES
        if not _is_loopback(self.address) or not _is_loopback(url) or allowed is True:
            return allowed
        return LOOPBACK + (allowed or ())


def document(response: Response) -> dict[str, Any] | None:
    """Return what was answered as a JSON object; None for anything else."""
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def media_type(response: Response) -> str:
    """Return the media type that was said, without its parameters."""
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def answered(response: Response) -> str:
    """Say in some words what was answered instead of what was wanted."""
    if response.status in {301, 302, 303, 307, 308}:
        return f"a redirect ({response.status}) to {response.headers.get('location', '?')[:200]}"
    return f"{response.status}, {media_type(response) or 'without a Content-Type'}"


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
