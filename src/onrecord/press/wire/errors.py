# SPDX-License-Identifier: Apache-2.0
"""What is refused about the wire."""

from __future__ import annotations


class WireError(Exception):
    """Something cannot be done on the wire; the message says what to do instead."""


class BadDestination(WireError):
    """A destination that cannot be reached so, or cannot do what is asked of it."""
