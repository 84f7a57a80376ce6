# SPDX-License-Identifier: Apache-2.0
"""What apps above put beside a statement on its page at the desk. Registered once from `wiring`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from wagtail.admin.ui.side_panels import BaseSidePanel

from onrecord.statements.models import Statement

Provider = Callable[[Statement, HttpRequest], BaseSidePanel | None]
"""Called with the statement and the request of whoever opens it; None where it has nothing to show them."""

_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Ask `provider` for a panel. A second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def of(statement: Statement, request: HttpRequest) -> list[BaseSidePanel]:
    """Return the panels of apps above, in the order of registration."""
    found = (provider(statement, request) for provider in _providers.values())
    return [panel for panel in found if panel is not None]
