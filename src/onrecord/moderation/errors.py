# SPDX-License-Identifier: Apache-2.0
"""What is refused in judging, always with the way out."""

from __future__ import annotations


class ModerationError(Exception):
    """Something cannot be done; the message says what to do instead."""


class NoSuchItem(ModerationError):
    """What was reported or is to be judged is not here, or is here no more."""


class NoSuchDoor(ModerationError):
    """A link that opens nothing: mistyped, expired, or of something that was forgotten."""


class WrongState(ModerationError):
    """The case, report or appeal has moved on; look again."""


class Changed(ModerationError):
    """Somebody or something changed it since the page was opened."""


class BadRules(ModerationError):
    """A draft of the rules that cannot be published as it is."""


class BadReport(ModerationError):
    """A report in which something is missing that the law asks for."""


class BadDecision(ModerationError):
    """A decision without ground, facts or fitting effects."""


class BadAppeal(ModerationError):
    """An appeal, answer or attachment that cannot be taken as it is."""


class NotEligible(ModerationError):
    """Somebody who decided, is a party, or stands in the chain may not hear this appeal."""


class TooOften(ModerationError):
    """Reports of this sender are not processed for a time."""
