# SPDX-License-Identifier: Apache-2.0
"""The fediverse is tested with the whole pipeline: what a release sets in motion runs at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from onrecord.people.models import User
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def committed_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what follows a commit when a transaction of the program ends.

    The test's own transaction around it is never committed, so Django alone would never get there.
    """
    if "db" not in request.fixturenames or "transactional_db" in request.fixturenames:
        return
    request.getfixturevalue("db")
    depth, leave = len(connection.savepoint_ids), transaction.Atomic.__exit__

    def leave_and_follow(atomic: transaction.Atomic, *error: Any) -> None:
        leave(atomic, *error)
        if error[0] is None and len(connection.savepoint_ids) == depth:
            pending, connection.run_on_commit = connection.run_on_commit, []
            for callback in pending:
                callback[1]()

    monkeypatch.setattr(transaction.Atomic, "__exit__", leave_and_follow)


@pytest.fixture(autouse=True)
def own_home(settings: Settings, tmp_path: Path) -> Path:
    """Give every test a data directory of its own for site and keys."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def desk(olga: User, ines: User) -> Newsroom:
    """Return the desk of the town, where Olga writes and Ines approves; nothing is said yet."""
    return Newsroom(olga, ines)


@pytest.fixture
def filled(olga: User, ines: User) -> Newsroom:
    """Return the desk of a town that has said a bit of everything."""
    return newsroom.fill(olga, ines, others=3)
