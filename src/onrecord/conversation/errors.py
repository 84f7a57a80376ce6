# SPDX-License-Identifier: Apache-2.0
"""What is refused to commenters, and about comments."""

from __future__ import annotations


class ConversationError(Exception):
    """Something cannot be done; the message says what to do instead."""


class Closed(ConversationError):
    """No comments are taken: under this statement, by this newsroom, or from this commenter."""


class BadComment(ConversationError):
    """What was entered cannot be a comment. `field` names where: name, address, link, text, parent."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class SaidAlready(ConversationError):
    """The same person has said exactly this here."""


class NoRelay(ConversationError):
    """Mail cannot be sent, so nobody can confirm: no relay is set."""


class TooLate(ConversationError):
    """A comment can no longer be edited: its time is over, or it is being looked at."""


class NoSuchDoor(ConversationError):
    """A link that opens nothing: mistyped, or of somebody who was erased."""


class WrongState(ConversationError):
    """What is asked for does not fit what a comment is now."""


class BadFile(ConversationError):
    """A file that cannot be imported; the message names the place."""
