# SPDX-License-Identifier: Apache-2.0
"""Where apps above lead from a statement at the desk: what else can be done with it. `wiring` lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from onrecord.people.models import User
from onrecord.statements.models import Statement


@dataclass(frozen=True, slots=True)
class StatementLink:
    """One way on: what it is called, where it leads, a word beside it."""

    label: str
    url: str
    detail: str = ""
    offered: bool = False
    """Whether it is what somebody usually does next: offered when a step is done, without looking for it."""


Provider = Callable[[Statement, User], Iterable[StatementLink]]

_providers: dict[str, Provider] = {}


def register(provider: Provider) -> None:
    """Ask `provider` whenever a statement is shown; a second registration replaces the first."""
    _providers[f"{provider.__module__}.{provider.__qualname__}"] = provider


def of(statement: Statement, user: User) -> list[StatementLink]:
    """Return the links for somebody, in the order in which their providers were listed."""
    return [link for provider in _providers.values() for link in provider(statement, user)]
