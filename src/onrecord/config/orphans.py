# SPDX-License-Identifier: Apache-2.0
"""No process of the program outlives the one that started it, however that one ended."""

from __future__ import annotations

import os
import signal
import threading
import time

LOOK_EVERY_SECONDS = 1.0


def stop_when_parent_dies() -> None:
    """Send SIGTERM to this process soon after its parent has ended."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
