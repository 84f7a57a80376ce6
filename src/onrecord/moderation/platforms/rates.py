# SPDX-License-Identifier: Apache-2.0
"""How often a token, or a stranger, may ask: counted in the database, so that all processes share it."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.people.strangers import counting


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in each window of so many seconds."""

    name: str
    most: int
    seconds: int = 10

    def take(self, whose: str) -> bool:
        """Count a request; tell whether it is still within the rate. One statement, whoever else counts."""
        name = f"api/{self.name}/{counting.hidden(whose)}"
        return counting.count([name], 1, seconds=self.seconds)[name] <= self.most
