# SPDX-License-Identifier: Apache-2.0
"""Who needs the address of the site to stay as it is, and what to do instead. Registered from `wiring`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

AddressKeeper = Callable[[], str]
"""Returns why the address has to stay, and the way out, in the language at hand; empty: it may change."""

_keepers: dict[str, AddressKeeper] = {}


def register(keeper: AddressKeeper) -> None:
    """Ask `keeper` before the address of the site changes. A second registration replaces the first."""
    _keepers[f"{keeper.__module__}.{keeper.__qualname__}"] = keeper


def reasons() -> Iterator[str]:
    """Yield why the address of the site has to stay."""
    yield from filter(None, (keeper() for keeper in list(_keepers.values())))
