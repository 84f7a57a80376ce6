# SPDX-License-Identifier: Apache-2.0
"""What is refused to and about the press."""

from __future__ import annotations


class PressError(Exception):
    """Something cannot be done; the message says what to do instead."""


class BadEntry(PressError):
    """Something entered that cannot be: a name, an address, a beat, a country, a date."""


class BadFile(PressError):
    """A file that holds no journalists that could be read."""


class NoSuchDoor(PressError):
    """A link that opens nothing: mistyped, too old, or of somebody who was forgotten."""


class NoRelay(PressError):
    """Mail cannot be sent: no relay is set."""
