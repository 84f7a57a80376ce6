# SPDX-License-Identifier: Apache-2.0
"""What witnesses have confirmed, as pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How far others have confirmed that everybody is shown the same log."""

    NONE = "none"
    """Too few witnesses of other organisations are asked for their word to mean anything."""
    WAITING = "waiting"
    WITNESSED = "witnessed"


@dataclass(frozen=True, slots=True)
class SeenBy:
    """One witness that has confirmed a tree with this leaf in it."""

    name: str
    time: int
    """When it first did, by its own clock, in POSIX seconds."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who has confirmed the log with one leaf in it."""

    state: State = State.NONE
    agreed: int = 0
    needed: int = 0
    by: tuple[SeenBy, ...] = ()

    @property
    def first(self) -> SeenBy | None:
        """Who saw it first."""
        return min(self.by, key=lambda one: one.time, default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """One witness that this newsroom asks, and how it stands."""

    name: str
    vkey: str
    outside: bool
    """Whether another organisation runs it."""
    time: int | None
    """When it last confirmed a checkpoint, by its own clock."""
    size: int
    """Of which size that was."""


def asked() -> tuple[Asked, ...]:
    """Return the witnesses that are asked."""
    return ()


def seen(_index: int) -> Seen:
    """Return who has confirmed a tree that holds leaf `index`."""
    return Seen()
