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

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


def read_relay(url: str) -> Relay:
    """Read `smtp://user:password@host:port?tls=starttls|implicit|none&connections=10`. Raises ValueError.

    Further parameters: `pipelining=off`, `verify=off` for a relay whose certificate is its own.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    security = options.pop("tls", "starttls")
    pipelining, verify = options.pop("pipelining", "on"), options.pop("verify", "on")
    connections = options.pop("connections", "10")
    if parts.scheme != "smtp" or not parts.hostname or security not in PORTS or options:
        raise ValueError(
            "Use smtp://user:password@host:587?tls=starttls, tls=implicit or tls=none; also"
            " connections=10, pipelining=off, verify=off."
        )
    if not connections.isdigit() or not 1 <= int(connections) <= 100:
        raise ValueError(f"connections is {connections!r}. Use a number from 1 to 100.")
    if parts.password and security == "none" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("A password would travel in the clear. Use tls=starttls or tls=implicit.")
    return Relay(
        host=parts.hostname,
        port=parts.port or PORTS[security],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
        connections=int(connections),
        pipelining=pipelining != "off",
        verify=verify != "off",
    )
