# SPDX-License-Identifier: Apache-2.0
"""What apps above bake together with the pages of an edition, as its object for the fediverse.

Registered once from `wiring`. It is written with the pages, so whoever is told of an edition finds both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from onrecord.bakery.pages import Key
from onrecord.statements.models import Edition

Provider = Callable[[Edition], Iterable[tuple[str, Key]]]
"""Returns as many keys in an archive of a million as in one of ten."""

_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Ask `provider` what else to bake with an edition. A second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def keys_for(edition: Edition) -> list[tuple[str, Key]]:
    """Return everything that apps above bake with an edition."""
    return [key for provider in list(_providers.values()) for key in provider(edition)]
