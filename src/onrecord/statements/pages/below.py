# SPDX-License-Identifier: Apache-2.0
"""What apps above put below a statement on its own page, as its comments. Registered once from `wiring`.

Only the page at the stable address has it: pages of editions, and what mirrors keep of them, hold the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from onrecord.statements.pages.articles import Article
from onrecord.statements.pages.site import Site


@dataclass(frozen=True, slots=True)
class Below:
    """HTML that stands below a statement, and what the head of the page needs for it."""

    markup: Markup
    head: Markup


Provider = Callable[[Site, int, Article], Below | None]
"""Called with the site, the id of the publication and what its page shows, in any process that bakes."""

_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Ask `provider` what stands below a statement. A second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def of(site: Site, publication: int, article: Article) -> tuple[Below, ...]:
    """Return everything that stands below a statement, in the order of registration."""
    found = (provider(site, publication, article) for provider in _providers.values())
    return tuple(below for below in found if below is not None)
