# SPDX-License-Identifier: Apache-2.0
"""What may forbid that anything is baked: registered once at start from `wiring`."""

from __future__ import annotations

from collections.abc import Callable

Gate = Callable[[], object]
"""Returns if the site may be written; raises, with a sentence for the operator, if it must stay as it is."""

_gates: dict[str, Gate] = {}


def register(gate: Gate) -> None:
    """Ask `gate` before anything is baked. A second registration replaces the first."""
    _gates[f"{gate.__module__}.{gate.__qualname__}"] = gate


def pass_all() -> None:
    """Return if every gate is open; raise what the first shut one raises."""
    for gate in _gates.values():
        gate()
