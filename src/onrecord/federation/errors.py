# SPDX-License-Identifier: Apache-2.0
"""What the newsroom's accounts in the fediverse may refuse."""

from __future__ import annotations


class FederationError(Exception):
    """Something about the fediverse was refused."""


class NotMovable(FederationError):
    """An account cannot be moved so, or not yet; the message says why and what to do."""


class NameTaken(FederationError):
    """Another account of the newsroom has this name, or had it."""
