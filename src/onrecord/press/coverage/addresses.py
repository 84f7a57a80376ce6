# SPDX-License-Identifier: Apache-2.0
"""How addresses of pages elsewhere are checked and compared."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext as _

from onrecord.outbound.addresses import checked
from onrecord.outbound.errors import BadAddress
from onrecord.press.coverage.errors import BadCoverage

_PORTS = {"http": 80, "https": 443}
_SAFE = "/:@!$&'()*+,;=~-._"
_TRACKING = ("utm_", "fbclid", "gclid")


def checked_page(url: str) -> str:
    """Return the address of a page elsewhere as it is kept. Raises BadCoverage."""
    url = url.strip()
    try:
        checked(url)
    except BadAddress as error:
        raise BadCoverage(
            _("“%(value)s” is no address of a page. Copy it whole, as https://paper.example/story.")
            % {"value": url[:80]}
        ) from error
    return url


def normal(url: str) -> str:
    """Return an address in one spelling: host in lower case, no default port, escapes alike, no fragment."""
    parts = urlsplit(url)
    host = _ascii(parts.hostname or "")
    port = parts.port if parts.port != _PORTS.get(parts.scheme) else None
    netloc = f"{_bracketed(host)}:{port}" if port else _bracketed(host)
    path = quote(unquote(parts.path), safe=_SAFE) or "/"
    return urlunsplit((parts.scheme.lower(), netloc, path, parts.query, ""))


def comparable(url: str) -> str:
    """Return what links are compared by: one spelling, http or https alike."""
    return normal(url).partition("://")[2]


def hash_of(url: str) -> str:
    """Return what a page is known by, whoever names it: without fragment and marks of advertising."""
    parts = urlsplit(normal(url))
    kept = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_TRACKING)
    ]
    query = urlencode(kept) if len(kept) != parts.query.count("&") + 1 else parts.query
    return hashlib.sha256(urlunsplit(("", parts.netloc, parts.path, query, "")).encode()).hexdigest()


def pair_hash(source: str, target: str) -> str:
    """Return what a Webmention is known by: its source and its target."""
    return hashlib.sha256(f"{source}\0{target}".encode()).hexdigest()


def host_of(url: str) -> str:
    """Return the host of an address, in lower case."""
    return (urlsplit(url).hostname or "").lower()


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
