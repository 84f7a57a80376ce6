# SPDX-License-Identifier: Apache-2.0
"""Why something was not asked, or gave no answer. No message holds a query, a user name or a password."""


class OutboundError(Exception):
    """Anything that keeps a request from being answered."""


class BadAddress(OutboundError):
    """The address cannot be asked: no http or https, no host, or it carries a password."""


class RefusedAddress(OutboundError):
    """The name leads to a machine that is not on the public internet."""


class Unreachable(OutboundError):
    """The name is unknown, nobody listens, TLS failed, or the answer is no HTTP."""


class NoAnswer(Unreachable):
    """Somebody listens there, but hung up, or what came is no HTTP."""


class TooSlow(OutboundError):
    """The answer was not complete in time."""


class TooLarge(OutboundError):
    """The answer is longer than was asked for."""


class TooManyRedirects(OutboundError):
    """The answer was always somewhere else, or on less safe ground."""
