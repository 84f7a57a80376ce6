# SPDX-License-Identifier: Apache-2.0
"""Who needs a text although its author is gone: a case that is open about it. Registered from `wiring`.

What has to be kept is kept sealed, for nobody but those who hear the case, and deleted when nobody needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Keep:
    """Why the text of a comment has to be kept, in the language at hand, and until when if that is known."""

    reason: str
    until: datetime | None = None


Keeper = Callable[[int], Keep | None]
"""Asked with the id of a comment; None: it may go."""

_keepers: dict[str, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Ask `keeper` before the text of a comment is deleted. A second registration replaces the first."""
    _keepers[f"{keeper.__module__}.{keeper.__qualname__}"] = keeper


def reasons(comment_id: int) -> list[Keep]:
    """Return why a text has to be kept; nothing if it may go."""
    return [keep for keeper in _keepers.values() if (keep := keeper(comment_id)) is not None]
