# SPDX-License-Identifier: Apache-2.0
"""trust.txt: whom an organisation belongs to, what it controls (draft-org-trust-relationship-protocol-00)."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = (
    *("member", "belongto", "control", "controlledby", "social", "vendor", "customer"),
    *("disclosure", "contact", "datatrainingallowed"),
)
PATHS = ("/.well-known/trust.txt", "/trust.txt")
"""Where the file may stand; both are written, and readers look at both."""
MOST_LINES = 10_000

Line = tuple[str, str]


def write(lines: Iterable[Line]) -> bytes:
    """Return the file: each line once, in the order of NAMES, whatever order they come in."""
    wanted = list(dict.fromkeys(lines))
    ordered = [line for name in NAMES for line in wanted if line[0] == name]
    return "".join(f"{name}={value}\n" for name, value in ordered).encode()


def read(body: bytes) -> list[Line]:
    """Return what another organisation's file says; what cannot be understood is passed over.

    Names are in lower case; `#` begins a comment; unknown names are kept.
    """
    found = []
    for raw in body.decode("utf-8-sig", "replace").splitlines()[:MOST_LINES]:
        name, equals, value = raw.partition("#")[0].partition("=")
        if equals and name.strip() and value.strip():
            found.append((name.strip().lower(), value.strip()))
    return found
