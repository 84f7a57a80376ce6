# SPDX-License-Identifier: Apache-2.0
"""What is refused about distributions."""

from __future__ import annotations

from onrecord.press.errors import PressError


class NotNow(PressError):
    """Something that cannot be done where a distribution is now; the message says what to do instead."""


class OwnWork(PressError):
    """Somebody may not approve what they made themselves."""
