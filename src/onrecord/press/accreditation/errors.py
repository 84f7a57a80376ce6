# SPDX-License-Identifier: Apache-2.0
"""What is refused about accreditation."""

from __future__ import annotations

from onrecord.press.errors import PressError


class BadApplication(PressError):
    """Something is missing in an application, or cannot be; the message says what to do."""


class NotNow(PressError):
    """It is not in a state in which this can be done."""
