# SPDX-License-Identifier: Apache-2.0
"""Who knows what was decided about an application: whoever judges says so, once, from `wiring`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from onrecord.press.models import Application


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as the applicant was told of it."""

    title: str
    path: str
    """Where its reasons stand, and where one appeals."""
    at: datetime


Teller = Callable[[Application], list[Told]]
"""Called in the language at hand; returns the oldest first."""

_tellers: dict[str, Teller] = {}


def register(teller: Teller) -> None:
    """Ask `teller` about decisions. A second registration replaces the first."""
    _tellers[f"{teller.__module__}.{teller.__qualname__}"] = teller


def about(row: Application) -> list[Told]:
    """Return what was decided about an application."""
    return [told for teller in _tellers.values() for told in teller(row)]
