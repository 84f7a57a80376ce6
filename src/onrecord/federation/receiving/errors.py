# SPDX-License-Identifier: Apache-2.0
"""Why something from elsewhere is not taken. Each message is a sentence for whoever runs that server."""

from __future__ import annotations


class ReceivingError(Exception):
    """Anything that keeps an activity from being taken."""


class Malformed(ReceivingError):
    """It is no JSON, or nothing that can be understood."""


class NotFromThem(ReceivingError):
    """The request is not signed by whom it says it is from, or nobody can tell."""


class Blocked(ReceivingError):
    """Nothing is taken from this server."""


class TooMuch(ReceivingError):
    """More than one server or network may send in a minute."""


class NotFetched(ReceivingError):
    """An account or object elsewhere cannot be had now; it may be later."""


class Refused(NotFetched):
    """What stands at an address is not what it has to be; asking again changes nothing."""


class Gone(NotFetched):
    """The account or object was there, and is not any more."""
