# SPDX-License-Identifier: Apache-2.0
"""What can go wrong when others are asked about this newsroom."""

from __future__ import annotations


class IdentityError(Exception):
    """Anything that keeps a link from being looked at; the message is a sentence for the administrator."""


class Unanswered(IdentityError):
    """Nobody answered, or the answer was no answer: it is not known whether the link is there."""
