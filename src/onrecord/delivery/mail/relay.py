# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

PORTS = {"starttls": 587, "implicit": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes everything. `security`: starttls, implicit, or none."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    connections: int = 10
    pipelining: bool = True
    """Off for relays that offer it and do not keep their word."""
    verify: bool = True
    """Whether the certificate must be valid for the host."""
    rate: int = 0
    """Messages a minute that it takes; 0 is without limit."""
    per_domain: int = 0
    """Of these to the addresses of one domain; 0 is without limit."""
    warm_up: int = 0
    """Days in which a new relay or domain is brought up to its limit."""

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


def read_relay(url: str) -> Relay:
    """Read `smtp://user:password@host:port?tls=starttls|implicit|none&connections=10`. Raises ValueError.

    Further parameters: `pipelining=off`, `verify=off` for a relay whose certificate is its own, and the
    limits `rate=600` and `per_domain=60` in messages a minute, `warm_up=14` in days.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    security = options.pop("tls", "starttls")
    pipelining, verify = options.pop("pipelining", "on"), options.pop("verify", "on")
    connections = _number(options, "connections", "10", 1, 100)
    rate, per_domain = _number(options, "rate", "0", 0, 10**6), _number(options, "per_domain", "0", 0, 10**6)
    warm_up = _number(options, "warm_up", "0", 0, 365)
    if parts.scheme != "smtp" or not parts.hostname or security not in PORTS or options:
        raise ValueError(
            "Use smtp://user:password@host:587?tls=starttls, tls=implicit or tls=none; also"
            " connections=10, pipelining=off, verify=off, rate=600, per_domain=60, warm_up=14."
        )
    if warm_up and not (rate or per_domain):
        raise ValueError("warm_up says in how many days a limit is reached. Give rate or per_domain too.")
    if parts.password and security == "none" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("A password would travel in the clear. Use tls=starttls or tls=implicit.")
    return Relay(
        host=parts.hostname,
        port=parts.port or PORTS[security],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
        connections=connections,
        pipelining=pipelining != "off",
        verify=verify != "off",
        rate=rate,
        per_domain=per_domain,
        warm_up=warm_up,
    )


def _number(options: dict[str, str], name: str, default: str, least: int, most: int) -> int:
    given = options.pop(name, default)
    if not given.isdigit() or not least <= int(given) <= most:
        raise ValueError(f"{name} is {given!r}. Use a number from {least} to {most}.")
    return int(given)
