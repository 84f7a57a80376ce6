# SPDX-License-Identifier: Apache-2.0
"""What the ledger refuses."""

from __future__ import annotations


class DeliveryError(Exception):
    """Something about a distribution or a delivery cannot be done; the message says what to do instead."""


class WrongState(DeliveryError):
    """The distribution is not in a state in which this can be done."""


class UnknownTransport(DeliveryError):
    """Nobody has registered a transport of this name."""


class BadRelay(DeliveryError):
    """The address of the mail relay cannot be understood."""


class BadRecipient(DeliveryError):
    """A recipient lacks something, or is there twice with different content."""


class NotYet(DeliveryError):
    """Something cannot be taken in now; whoever brought it brings it again later."""


class MailboxUnreachable(DeliveryError):
    """The mailbox that mail comes back to cannot be read."""


class RouteDown(Exception):
    """The way to a route is closed for all its deliveries: no connection, no greeting, no sign-in.

    Raised by couriers. What they had taken and not settled is tried again later.
    """

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply
