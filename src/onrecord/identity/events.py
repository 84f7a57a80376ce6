# SPDX-License-Identifier: Apache-2.0
"""What can happen to the links between the newsroom and the domains that people know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from onrecord.journal.events import Event


@dataclass(frozen=True, kw_only=True)
class LinkChanged(Event):
    """A known domain says something else about this newsroom than before; `way` is `dns` or `trust.txt`."""

    name: ClassVar[str] = "identity.link_changed"
    domain: str
    way: str
    before: str
    after: str
