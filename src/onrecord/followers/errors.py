# SPDX-License-Identifier: Apache-2.0
"""What is refused to followers, and about them."""

from __future__ import annotations


class FollowersError(Exception):
    """Something cannot be done; the message says what to do instead."""


class BadChoice(FollowersError):
    """A topic, language or frequency that there is not, or nothing chosen."""


class BadEndpoint(FollowersError):
    """A webhook that cannot be as it was entered, or something that cannot be done with it."""


class BadRequest(FollowersError):
    """Something asked of the hub that it does not do."""


class NoSuchDoor(FollowersError):
    """A link that opens nothing: mistyped, too old, or of somebody who was forgotten."""


class NoRelay(FollowersError):
    """Mail cannot be sent: no relay is set."""
