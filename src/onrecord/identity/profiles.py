# SPDX-License-Identifier: Apache-2.0
"""Which profiles elsewhere are this organisation's own: for `rel=me` links, trust.txt and structured data.

The organisation names some itself; whoever keeps accounts registers a provider.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from onrecord.people.identity import Row

ProfileProvider = Callable[[], Iterable[str]]
"""Returns addresses of profiles, as https://social.example/@elmford. Asked for each page that shows any."""

_providers: dict[str, ProfileProvider] = {}


def register(provider: ProfileProvider) -> None:
    """Ask `provider` for profiles too. A second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def unregister(provider: ProfileProvider) -> None:
    """Ask it no longer."""
    _providers.pop(f"{provider.__module__}.{provider.__qualname__}", None)


def profiles(relations: Iterable[Row]) -> list[str]:
    """Return every profile once: those among the organisation's `relations`, then those of providers."""
    named = [row["url"] for row in relations if row["kind"] == "social"]
    found = [address for provider in list(_providers.values()) for address in provider()]
    return list(dict.fromkeys([*named, *found]))
