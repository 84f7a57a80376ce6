# SPDX-License-Identifier: Apache-2.0
"""Asking DNS. No Django, no database."""

from __future__ import annotations

import ipaddress
from typing import Any  # each kind of record has attributes of its own

from onrecord.identity.errors import Unanswered

SECONDS = 5.0
"""For all attempts together."""
MOST_RECORDS = 100
PORT = 53


def txt_records(name: str, *, servers: str = "", seconds: float = SECONDS) -> list[str]:
    """Return the TXT records at a name, each as one text; none if the name or the records do not exist.

    `servers` names who is asked, as "192.0.2.1, [2001:db8::1]:5353"; empty: whom this machine asks. Raises
    Unanswered.
    """
    found = _ask(name, "TXT", servers, seconds)
    return [b"".join(record.strings).decode("utf-8", "replace") for record in found]


def addresses(name: str, *, servers: str = "", seconds: float = SECONDS) -> list[str]:
    """Return the addresses of a host, of both kinds; none if it does not exist. Raises Unanswered."""
    found = [*_ask(name, "A", servers, seconds / 2), *_ask(name, "AAAA", servers, seconds / 2)]
    return [str(ipaddress.ip_address(record.address)) for record in found]


def names(address: str, *, servers: str = "", seconds: float = SECONDS) -> list[str]:
    """Return the names that an address has, without the dot at the end. Raises Unanswered."""
    pointer = ipaddress.ip_address(address).reverse_pointer
    return [record.target.to_text(omit_final_dot=True) for record in _ask(pointer, "PTR", servers, seconds)]


def _ask(name: str, kind: str, servers: str, seconds: float) -> list[Any]:
    """Return the records of a kind at a name. Raises Unanswered."""
    # Loaded by whoever asks: a tenth of a second that no start of the program needs.
    from dns import exception, nameserver
    from dns import resolver as library

    try:
        resolver = library.Resolver(configure=not servers)
        if servers:
            resolver.nameservers = [nameserver.Do53Nameserver(*pair) for pair in server_list(servers)]
        answer = resolver.resolve(name, kind, lifetime=seconds, search=False)
    except (library.NXDOMAIN, library.NoAnswer):
        return []
    except library.LifetimeTimeout:
        raise Unanswered(f"No name server answered for {name} within {seconds:g} seconds.") from None
    except (exception.DNSException, OSError, UnicodeError) as error:
        raise Unanswered(f"The name servers could not say anything about {name}: {error}") from error
    return list(answer)[:MOST_RECORDS]


def server_list(text: str) -> list[tuple[str, int]]:
    """Return addresses and ports of name servers. Raises ValueError for what is no list of them."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        host, port = part, str(PORT)
        if part.startswith("["):
            host, _bracket, rest = part[1:].partition("]")
            port = rest.removeprefix(":") or port
        elif part.count(":") == 1:
            host, _colon, port = part.partition(":")
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"{part!r} has no port between 1 and 65535.")
        found.append((str(ipaddress.ip_address(host)), int(port)))
    return found
