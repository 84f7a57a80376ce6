# SPDX-License-Identifier: Apache-2.0
"""The DNS record with which a domain vouches for a log (docs/identity.md, "The record in DNS").

`_onrecord.<domain>` holds a TXT record `v=onrecord1; log=<origin>; root=<fingerprint of the root keys>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from onrecord.proof.errors import BadEncoding

LABEL = "_onrecord"
VERSION = "onrecord1"
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_ORIGIN = re.compile(r"[!-:<-~]{1,300}")
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """What a domain says: this log is ours, and these are its root keys; `root` None before there are any."""

    log: str
    root: str | None = None

    def to_text(self) -> str:
        """Return the text of the TXT record."""
        root = f"; root={self.root}" if self.root else ""
        return f"v={VERSION}; log={self.log}{root}"


def name_for(domain: str) -> str:
    """Return the name at which a domain keeps its record."""
    return f"{LABEL}.{domain}"


def parse(text: str) -> DnsRecord | None:
    """Read one TXT record; None if it is about something else. Raises BadEncoding if it only looks like ours.

    Parts are `name=value`, separated by semicolons, blank space around them without meaning; `v` comes
    first; unknown parts are passed over, none stands there twice.
    """
    parts = [part.strip() for part in text[: LONGEST + 1].split(";") if part.strip()]
    if not parts or "".join(parts[0].split()) != f"v={VERSION}":
        return None
    if len(text) > LONGEST:
        raise BadEncoding(f"The record has {len(text)} characters; at most {LONGEST} are read.")
    found: dict[str, str] = {}
    for part in parts:
        name, equals, value = (one.strip() for one in part.partition("="))
        if not equals or name in found:
            raise BadEncoding(f"The part {part!r} of the record is not name=value, or stands there twice.")
        found[name] = value
    log, root = found.get("log", ""), found.get("root")
    if not _ORIGIN.fullmatch(log):
        raise BadEncoding(f"The record names the log {log!r}. Write it as news.example.org/log.")
    if root is not None and not _FINGERPRINT.fullmatch(root):
        raise BadEncoding(f"The record names the root {root!r}, which is not 64 digits of 0-9 and a-f.")
    return DnsRecord(log, root)
