# SPDX-License-Identifier: Apache-2.0
"""What is refused to and about inquiries."""

from __future__ import annotations

from onrecord.press.errors import PressError


class BadInquiry(PressError):
    """Something entered that cannot be; `field` is the name of its field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TakenAlready(PressError):
    """Somebody else was first."""


class WrongState(PressError):
    """An inquiry is not in a state in which this can be done."""


class DraftChanged(PressError):
    """Somebody else has changed the draft meanwhile."""


class NotSignedOff(PressError):
    """The answer needs a second person before it goes out."""


class OwnDraft(PressError):
    """Whoever wrote a draft does not sign it off."""
