# SPDX-License-Identifier: Apache-2.0
"""Ways to the wire that several tests take."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from onrecord.people.models import User
from onrecord.press.wire import views
from onrecord.statements import actions as statements
from onrecord.statements.models import Edition, Statement


@pytest.fixture(autouse=True)
def allowances_begin_anew() -> None:
    """Let no test have used up what another may ask."""
    views.ALLOWANCE.forget()
    views.STRANGERS.forget()


@pytest.fixture
def towards_this_machine(settings: Any) -> None:
    """Let this machine be asked, which no outlet may be otherwise."""
    settings.ALLOW_PRIVATE_ADDRESSES = True


def withdraw(edition: Edition, olga: User, ines: User) -> Edition:
    """Withdraw a statement; return the edition that says so."""
    statement = Statement.objects.get(pk=edition.statement_id)
    statements.propose_withdrawal(statement, by=olga, reason="The samples were mixed up.")
    statements.approve(statement, by=ines)
    return statements.release(statement, by=ines)


def fetch(machine: Client, after: int = 0, **query: Any) -> dict[str, Any]:
    """Return what a destination fetches after a number."""
    answer = machine.get("/wire/feed", {"after": after, **query})
    assert answer.status_code == 200, answer.content
    whole: dict[str, Any] = json.loads(answer.content)
    return whole
