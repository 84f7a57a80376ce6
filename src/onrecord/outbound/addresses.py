# SPDX-License-Identifier: Apache-2.0
"""Which addresses may be asked: of a URL its form, of a machine whether it is on the public internet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from onrecord.outbound.errors import BadAddress

SCHEMES = ("http", "https")
MAX_LENGTH = 2_000
LONGEST_HOST = 255
"""Characters, port included. No name in DNS has more than 253, and so many are kept."""
Private: TypeAlias = bool | tuple[IPv4Network | IPv6Network, ...]
"""Which addresses that are not on the public internet may be asked: none, all, or those of some networks."""
_LOOKED_AT = 4_096
"""Answers kept of each question that depends on nothing but what is asked."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052: where IPv6-only networks put the whole of IPv4."""
_RESERVED = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("fec0::/10"))
"""Translation within a site (RFC 8215), and site-local addresses of old (RFC 3879)."""


def checked(url: str) -> SplitResult:
    """Take an address apart. Raises BadAddress unless it is http or https, with a host and without a user."""
    if len(url) > MAX_LENGTH:
        raise BadAddress(f"An address of {len(url)} characters is too long; at most {MAX_LENGTH} are asked.")
    if any(character.isspace() or not character.isprintable() for character in url):
        raise BadAddress("The address holds a space or a control character.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress("The address is malformed. It should read https://host/path.") from error
    if parts.scheme not in SCHEMES:
        raise BadAddress(f"The address begins with {parts.scheme[:20]!r}. Only http and https are asked.")
    if "@" in parts.netloc:
        raise BadAddress("The address carries a user name or a password. Leave them out.")
    if not parts.hostname or port == 0 or "\\" in parts.netloc:
        raise BadAddress("The address names no host. It should read https://host/path.")
    if len(parts.netloc) > LONGEST_HOST:
        raise BadAddress(f"The host has {len(parts.netloc)} characters. At most {LONGEST_HOST} are asked.")
    return parts


def host_of(address: str) -> str:
    """Return the host that an address names, with its port if it names one, in lower case; '' if it has none.

    For addresses that others sent: half an address, as `https://[/`, is none.
    """
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def shown(parts: SplitResult) -> str:
    """Return an address as it may be told: without its query, in which there may be a secret."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return networks that are separated by commas. Raises ValueError."""
    parts: Iterable[str] = filter(None, (part.strip() for part in text.split(",")))
    return tuple(ipaddress.ip_network(part) for part in parts)


@lru_cache(maxsize=_LOOKED_AT)
def is_literal(host: str) -> bool:
    """Whether a host is an IP address and no name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


@lru_cache(maxsize=_LOOKED_AT)
def may_be_asked(address: str, private: Private) -> bool:
    """Whether this IP address is public, or a private one that is allowed.

    Allowed networks hold an address only if they hold each that it may stand for.
    """
    if private is True or is_public(address):
        return True
    if not private or "%" in address:
        return False
    try:
        inner = _unwrapped(ipaddress.ip_address(address))
    except ValueError:
        return False
    return all(any(ip in network for network in private) for ip in inner)


@lru_cache(maxsize=_LOOKED_AT)
def is_public(address: str) -> bool:
    """Whether this IP address is one of the public internet, by whatever spelling it hides another."""
    plain = address.partition("%")[0]
    try:
        ip = ipaddress.ip_address(plain)
    except ValueError:
        return False
    return "%" not in address and all(_is_public(inner) for inner in _unwrapped(ip))


def _unwrapped(ip: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """Return the address, or those of IPv4 that it stands for."""
    if isinstance(ip, IPv4Address):
        return [ip]
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    if ip in _NAT64:
        return [IPv4Address(int(ip) & 0xFFFFFFFF)]
    if ip.sixtofour is not None:
        return [ip, ip.sixtofour]
    if ip.teredo is not None:
        return [ip, *ip.teredo]
    return [ip]


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and (ip.is_reserved or any(ip in network for network in _RESERVED)):
        return False
    return ip.is_global and not (
        ip.is_private
        or ip.is_loopback
        or ip.is_link_local
        or ip.is_multicast
        or ip.is_reserved
        or ip.is_unspecified
    )
