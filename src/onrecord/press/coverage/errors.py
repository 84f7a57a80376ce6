# SPDX-License-Identifier: Apache-2.0
"""What is refused about coverage."""

from __future__ import annotations

from onrecord.press.errors import PressError


class BadCoverage(PressError):
    """Something entered that cannot be: an address, a date, a statement."""


class KnownCoverage(PressError):
    """The address is at the desk already; `coverage_id` says where."""

    def __init__(self, message: str, coverage_id: int) -> None:
        super().__init__(message)
        self.coverage_id = coverage_id


class AlreadyDecided(PressError):
    """Somebody else was quicker."""


class BadMention(PressError):
    """A Webmention that cannot be taken: the message says why."""


class TooManyMentions(PressError):
    """So many came from there that no more are taken for now."""


class Unreadable(PressError):
    """A page of which nothing can be told: of another type, or built so that reading it takes too long."""
