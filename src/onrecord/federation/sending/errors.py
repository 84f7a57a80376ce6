# SPDX-License-Identifier: Apache-2.0
"""Why something is not told to anybody elsewhere."""

from __future__ import annotations


class NotReachable(Exception):
    """An account elsewhere is gone, so nothing can be sent to it."""
