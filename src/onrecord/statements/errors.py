# SPDX-License-Identifier: Apache-2.0
"""What can be refused about statements. Each message is a sentence for the person who asked.

Refused
├── WrongState          the statement is not where this step starts
├── OwnStatement        four eyes: somebody else has to approve it
├── TextChanged         the text is no longer the one that was submitted or approved
├── Incomplete          something is missing; `field` names it
├── NotYetLogged        the edition before is not in the record yet
├── LogUnfit            the record here is not the one that readers have seen
└── Late                the moment has passed, or is too near
"""

from __future__ import annotations


class Refused(Exception):
    """Anything the statements app refuses."""


class WrongState(Refused):
    """The statement is not where this step starts."""


class OwnStatement(Refused):
    """Nobody approves what they have written themselves."""


class TextChanged(Refused):
    """The text is no longer the one that was submitted or approved."""


class Incomplete(Refused):
    """Something is missing or unfit; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotYetLogged(Refused):
    """The edition before is not in the record yet."""


class LogUnfit(Refused):
    """The record here is not the one that readers have seen: releasing would fork it."""


class Late(Refused):
    """The moment of release has passed."""
