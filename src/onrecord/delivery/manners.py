# SPDX-License-Identifier: Apache-2.0
"""How patient a transport is: when it tries again, when it leaves a host alone, how much it holds at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Breaker:
    """When a route is left alone: after so many failures in a row, for longer each time, up to an end."""

    opens_after: int = 5
    between: timedelta = timedelta(seconds=10)
    """Between failures, until then."""
    first_pause: timedelta = timedelta(minutes=1)
    longest_pause: timedelta = timedelta(hours=1)
    dead_after: timedelta = timedelta(days=7)
    dead_pause: timedelta = timedelta(days=1)
    """A host that has not answered for a week is tried once a day; any success revives it."""

    def pause(self, failures: int, failing_for: timedelta) -> timedelta | None:
        """Return how long a route is left alone after so many failures; None: it is not yet."""
        if failing_for > self.dead_after:
            return self.dead_pause
        if failures < self.opens_after:
            return None
        doublings: int = min(failures - self.opens_after, 10)
        pause: timedelta = self.first_pause * 2**doublings
        return min(pause, self.longest_pause)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a transport goes about its deliveries."""

    waits: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
    """Waiting time after each attempt that was put off; after the last one the delivery has failed."""
    spread: tuple[float, float] = (0.95, 1.1)
    """Each wait is multiplied by a number between these, so that not all come back at once."""
    give_up_after: timedelta = timedelta(days=5)
    """How long a delivery waits for a route that is closed, without an attempt of its own."""
    breaker: Breaker = Breaker()
    at_hand: int = 600
    """Deliveries that a sender holds at most: what it can carry within a lease."""
    per_route: int = 100
    """Of these at most so many for one route, so that a slow host does not keep the others waiting."""
    begin_at_once: int | None = None
    """Deliveries that may be begun together; None for any number."""
    written_every: float = 0.0
    """Seconds after which what came of deliveries is written down, together: each time waits for the disk."""


USUAL = Manner()
