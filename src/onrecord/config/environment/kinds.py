# SPDX-License-Identifier: Apache-2.0
"""What turns the text of a variable into a value, or says what to use instead: one function for each kind."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from onrecord.delivery import services
from onrecord.identity.dns import server_list
from onrecord.outbound import addresses as outbound

_QUEUE = re.compile(r"[A-Za-z0-9._-]{1,100}")


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a kind that accepts one of these words."""

    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("Use " + " or ".join(f"'{choice}'" for choice in choices) + ".")
        return text

    return parse


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a kind that accepts a whole number between two bounds, both included."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError(f"Use a whole number from {lowest} to {highest}.")
        return int(text)

    return parse


def url(*schemes: str) -> Callable[[str], str]:
    """Return a kind that accepts an address with one of these schemes, or nothing."""

    def parse(text: str) -> str:
        expected = f"Use an address as {schemes[0]}://user:password@host:port/name."
        try:
            parts = urlsplit(text)
            parts.port  # noqa: B018 - raises ValueError when the port is no number
        except ValueError:
            raise ValueError(expected) from None
        if text and (parts.scheme not in schemes or not parts.netloc):
            raise ValueError(expected)
        return text

    return parse


def web_address(text: str) -> str:
    """Accept an http or https address, or nothing."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        usable = False
    if text and not usable:
        raise ValueError("Use an address as https://tsa.example.org/tsr, without user and password.")
    return text


def true_or_false(text: str) -> bool:
    """Accept 'true' or 'false' and nothing that merely resembles them."""
    if text not in {"true", "false"}:
        raise ValueError("Use 'true' or 'false'.")
    return text == "true"


def words(text: str) -> str:
    """Accept any text that is not empty."""
    if not text.strip():
        raise ValueError("Give it a value, or remove the variable.")
    return text


def queue_name(text: str) -> str:
    """Accept a name for a queue that any broker takes."""
    if not _QUEUE.fullmatch(text) or text.startswith("amq."):
        raise ValueError(
            "Use at most 100 letters, digits, dots, hyphens and underscores, as onrecord-elmford."
        )
    return text


def networks(text: str) -> str:
    """Accept addresses and networks separated by commas, or nothing."""
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(
                "Use addresses or networks separated by commas, as 10.0.0.5,10.1.0.0/16."
            ) from None
    return text


def private_networks(text: str) -> str:
    """Accept 'refuse', 'allow', or networks separated by commas."""
    if text not in {"refuse", "allow"}:
        try:
            known = outbound.networks(text)
        except ValueError:
            known = ()
        if not known:
            raise ValueError(
                "Use 'refuse', 'allow', or networks separated by commas, as 10.1.0.0/16,192.168.7.4."
            )
    return text


def private_addresses(text: str) -> outbound.Private:
    """Return what `onrecord.outbound` is told about addresses that are not on the public internet."""
    return text == "allow" or (outbound.networks(text) if text != "refuse" else False)


def websub_hub(text: str) -> str:
    """Accept 'off', the address of a hub, or nothing."""
    try:
        return text if text == "off" else web_address(text)
    except ValueError:
        raise ValueError("Use 'off', or the address of a hub as https://hub.example.org/.") from None


def name_servers(text: str) -> str:
    """Accept addresses of name servers separated by commas, or nothing."""
    try:
        server_list(text)
    except ValueError:
        raise ValueError(
            "Use addresses separated by commas, and a port unless it is 53: 192.0.2.1, [2001:db8::1]:5353."
        ) from None
    return text


def mail_address(text: str) -> str:
    """Accept one mail address, or nothing."""
    name, _, domain = text.rpartition("@")
    if text and (not name or "." not in domain or any(c.isspace() or c in "<>," for c in text)):
        raise ValueError("Use one address without a name, as news@example.org.")
    return text


def relay(text: str) -> str:
    """Accept the address of a mail relay, or of a mail service that can be used here, or nothing."""
    if not services.is_service(text):
        return url("smtp")(text)
    if reason := services.why_not(services.read_service(text)):
        raise ValueError(reason)
    return text


def user_and_password(text: str) -> str:
    """Accept a user and a password that is too long to be guessed, or nothing."""
    if text and not re.fullmatch(r"[A-Za-z0-9._~-]+:[A-Za-z0-9._~-]{20,}", text):
        raise ValueError("Use user:password, the password of at least 20 random letters and digits.")
    return text


def read_by(reader: Callable[[str], object]) -> Callable[[str], str]:
    """Return a kind that accepts what a reader reads without a ValueError, or nothing."""

    def parse(text: str) -> str:
        if text:
            reader(text)
        return text

    return parse


def addresses(text: str) -> str:
    """Accept web addresses separated by spaces, or nothing."""
    for part in text.split():
        try:
            parts = urlsplit(part)
            plain = parts.scheme in {"http", "https"} and parts.hostname and not parts.query
            parts.port  # noqa: B018 - raises ValueError when the port is no number
        except ValueError:
            plain = False
        if not plain or parts.username:
            raise ValueError("Use addresses separated by spaces, as https://mirror.example/elmford.")
    return text


def secret_key(text: str) -> str:
    """Accept a key that is too long to be guessed."""
    if len(text) < 50:
        raise ValueError(
            "Use at least 50 random characters, or remove the variable: then one is made for you."
        )
    return text
