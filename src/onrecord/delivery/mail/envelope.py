# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import re
from dataclasses import dataclass, field

_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who it is from and to, and the message as bytes: lines end with CR LF, dots are not doubled yet."""

    sender: str
    recipient: str
    message: bytes = field(repr=False)
    is_dotless: bool = False
    """Whether it is known that no line of the message begins with a dot."""

    def __post_init__(self) -> None:
        """Raise ValueError for an address that could be taken for a command."""
        for address in (self.sender, self.recipient):
            if address and not _ADDRESS.fullmatch(address):
                raise ValueError(f"{address[:80]!r} is no mail address.")
