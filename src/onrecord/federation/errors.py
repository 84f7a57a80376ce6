# SPDX-License-Identifier: Apache-2.0
"""What the newsroom's accounts in the fediverse may refuse."""

from __future__ import annotations


class FederationError(Exception):
    """Something about the fediverse was refused."""


class NotMovable(FederationError):
    """An account cannot be moved so, or not yet; the message says why and what to do."""


class NameTaken(FederationError):
    """Another account of the newsroom has this name, or had it."""


class BadName(FederationError):
    """An account cannot have this name, or shows the same as another one."""


class BadHost(FederationError):
    """What was entered is no server that can be blocked."""


class NoReason(FederationError):
    """A reason has to be given: others read it."""


class BlockedAlready(FederationError):
    """This server is blocked, or one above it."""


class NotBlocked(FederationError):
    """This block holds no more."""


class NotPossible(FederationError):
    """What an account is does not allow it."""
