# SPDX-License-Identifier: Apache-2.0
"""What else the page “How this newsroom moderates” leads to: pages of other apps about restrictions."""

from __future__ import annotations

from collections.abc import Callable

from onrecord.statements.pages.site import Site

TransparencyLink = Callable[[Site, str], tuple[str, str] | None]
"""Returns words and path for a language; None if there is nothing to lead to. Called in that language."""

_providers: dict[str, TransparencyLink] = {}


def register(provider: TransparencyLink) -> None:
    """Ask `provider` whenever the page is baked. A second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def links(site: Site, language: str) -> list[tuple[str, str]]:
    """Return all that there are."""
    return [found for provider in _providers.values() if (found := provider(site, language)) is not None]
