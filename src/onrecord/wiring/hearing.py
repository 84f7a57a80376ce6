# SPDX-License-Identifier: Apache-2.0
"""What follows what servers elsewhere send."""

from __future__ import annotations

from onrecord.federation.receiving import handling
from onrecord.federation.receiving.tasks import handle


def handle_received() -> None:
    """Kick the task that handles what was taken, if anything was."""
    if handling.anything_due():
        handle.enqueue()
