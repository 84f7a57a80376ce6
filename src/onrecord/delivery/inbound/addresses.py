# SPDX-License-Identifier: Apache-2.0
"""Addresses that mail comes back to, and places where it is taken in. No Django, no database."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

PORTS = {"implicit": 993, "starttls": 143, "none": 143}
LOCAL = ("localhost", "127.0.0.1", "::1")
STAR = "*"
MOST_BESIDE_TOKEN = 25
"""Characters beside the token: RFC 5321 section 4.5.3.1.1 allows 64 before the @."""
MARK = r"[0-9]{1,18}\.[0-9a-f]{24}"
"""The left part of a delivery's message id: its distribution, then 96 random bits."""
_AT_THE_END = re.compile(rf"(?:^|[^0-9a-z.])({MARK})$")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is read over IMAP. `security`: implicit, starttls, or none."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done: str = ""
    """Where mail is moved that has been dealt with; empty: it stays, marked as read."""
    security: str = "implicit"

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Listener:
    """Where LMTP is spoken: a unix socket, or a port of this machine alone."""

    path: str = ""
    host: str = ""
    port: int = 0


def read_mailbox(url: str) -> Mailbox:
    """Read `imaps://user:password@host/INBOX?done=Returned`. Raises ValueError.

    `imap://` means STARTTLS on port 143, with `?tls=none` no TLS, which is for this machine alone.
    """
    expected = (
        "Use imaps://user:password@imap.example.org/INBOX?done=Returned, or imap:// for STARTTLS on port 143."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(expected) from None
    options = dict(parse_qsl(parts.query))
    security = options.pop("tls", "implicit" if parts.scheme == "imaps" else "starttls")
    done = options.pop("done", "")
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username or options:
        raise ValueError(expected)
    if security not in PORTS or (security == "implicit") != (parts.scheme == "imaps"):
        raise ValueError(f"tls is {security!r}. {expected}")
    if security == "none" and parts.hostname not in LOCAL:
        raise ValueError("The password would travel in the clear. Use imaps://.")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    if any(c in '"\\' or not c.isprintable() or not c.isascii() for c in folder + done):
        raise ValueError("Folders are named with ASCII letters, without quotation marks.")
    return Mailbox(
        host=parts.hostname,
        port=port or PORTS[security],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=folder,
        done=done,
        security=security,
    )


def read_listener(text: str) -> Listener:
    """Read `127.0.0.1:8024`, `[::1]:8024` or `unix:/run/onrecord/lmtp`. Raises ValueError."""
    path = text.removeprefix("unix:")
    if path != text:
        if not path.startswith("/") or len(path.encode()) > 100:
            raise ValueError("Use an absolute path of at most 100 characters, as unix:/run/onrecord/lmtp.")
        return Listener(path=path)
    host, _colon, port = text.rpartition(":")
    try:
        local = ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        local = False
    if not local or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(
            "Use a port of this machine, as 127.0.0.1:8024, or unix:/run/onrecord/lmtp: whoever reaches it is"
            " not asked who they are."
        )
    return Listener(host=host.strip("[]"), port=int(port))


def read_pattern(text: str) -> tuple[str, str]:
    """Read where mail comes back to, as `bounces+*@example.org`: what stands before and behind the token.

    Raises ValueError.
    """
    before, star, behind = text.partition(STAR)
    left, _at, domain = behind.partition("@")
    plain = re.fullmatch(r"[A-Za-z0-9._+=-]*", before) and re.fullmatch(r"[A-Za-z0-9.-]+", domain)
    if not star or left or not plain or "." not in domain or before[-1:].isalnum() or before.endswith("."):
        raise ValueError(
            "Use one address with a star right before the @, where each message has its own mark, and a plus"
            " or hyphen before it: bounces+*@example.org, or *@bounces.example.org."
        )
    if len(before) > MOST_BESIDE_TOKEN:
        raise ValueError(f"Use at most {MOST_BESIDE_TOKEN} characters before the star.")
    return before, f"@{domain}"


def token_of(address: str) -> str:
    """Return the token of the delivery that an address belongs to; '' if it has none."""
    found = _AT_THE_END.search(address.strip().strip("<>").rpartition("@")[0].lower())
    return found[1] if found else ""
