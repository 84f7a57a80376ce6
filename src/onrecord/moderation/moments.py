# SPDX-License-Identifier: Apache-2.0
"""Deadlines and durations as they are counted here."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


def deadline(start: datetime, time: timedelta) -> datetime:
    """Return the full hour before which something is due, so that what is due together can be sorted."""
    return (start + time).replace(minute=0, second=0, microsecond=0)


def hours(start: datetime, end: datetime) -> int:
    """Return whole hours between two moments, rounded up."""
    return max(0, math.ceil((end - start) / HOUR))
