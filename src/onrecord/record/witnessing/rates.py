# SPDX-License-Identifier: Apache-2.0
"""How often somebody may ask. Kept in memory, for each web process on its own."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

MOST_KNOWN = 10_000
"""Askers that are remembered; the one that has been silent longest is forgotten first."""


class Allowance:
    """Lets everybody ask `burst` times at once and `per_second` times a second from then on."""

    def __init__(self, *, per_second: float, burst: int) -> None:
        self._per_second, self._burst = per_second, burst
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str, *, now: float | None = None) -> bool:
        """Tell whether this asker may ask once more, and count it."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            left, then = self._left.pop(asker, (float(self._burst), moment))
            left = min(self._burst, left + (moment - then) * self._per_second)
            self._left[asker] = (left - 1 if left >= 1 else left, moment)
            while len(self._left) > MOST_KNOWN:
                self._left.popitem(last=False)
        return left >= 1

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._left.clear()
