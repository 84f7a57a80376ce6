# SPDX-License-Identifier: Apache-2.0
"""The shape of everything that can happen, and of those who make it happen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a member of staff (id of the account), or the clock (no id)."""

    id: int | None
    name: str


CLOCK = Actor(id=None, name="the clock")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses live in each app's `events.py` and are listed in the docs.

    Fields must be JSON values; `subject` names the row it is about, as `statement/12`.
    """

    name: ClassVar[str]
    subject: str
