# SPDX-License-Identifier: Apache-2.0
"""Noticing that a source file has changed, for developers."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import onrecord

LOOK_EVERY_SECONDS = 0.7


class Changes:
    """The state of our own source files when this was made, and whether it is another now."""

    def __init__(self) -> None:
        self._before = _stamps()

    def seen(self) -> bool:
        """Tell whether a source file was changed, added or removed."""
        return _stamps() != self._before

    def wait(self) -> None:
        """Stop the parent process when a source file changes. Runs in a child of the supervisor."""
        parent = os.getppid()
        while os.getppid() == parent and not self.seen():
            time.sleep(LOOK_EVERY_SECONDS)
        if os.getppid() == parent:
            os.kill(parent, signal.SIGTERM)
            signal.pause()


def _stamps() -> dict[Path, int]:
    package = Path(onrecord.__file__).parent
    return {path: path.stat().st_mtime_ns for path in package.rglob("*.py")}
