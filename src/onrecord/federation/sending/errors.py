# SPDX-License-Identifier: Apache-2.0
"""Why something is not told to anybody elsewhere."""

from __future__ import annotations

from onrecord.federation.errors import FederationError


class NotReachable(FederationError):
    """An account elsewhere is gone, so nothing can be sent to it."""


class NotBaked(FederationError):
    """What is to be told cannot be read on the site yet."""
