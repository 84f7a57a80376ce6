# SPDX-License-Identifier: Apache-2.0
"""Judging is tested with notes on a board, until a test needs comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from onrecord.moderation import items
from onrecord.moderation.models import Case
from onrecord.people.models import User
from tests.moderation.judging import reported, rules
from tests.moderation.things import Board
from tests.statements.conftest import committed_at_once, own_home

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

__all__ = ["committed_at_once", "own_home"]


@pytest.fixture(autouse=True)
def a_relay(settings: Settings, own_home: Path) -> None:
    """Name a relay; nothing is sent to it."""
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        mail_url="smtp://127.0.0.1:2525?tls=none",
        mail_from="news@elmford.example",
    )


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    """Forget how often other tests sent a form."""
    cache.clear()


@pytest.fixture
def board() -> Iterator[Board]:
    """Return an empty board that can be judged."""
    board = Board()
    items.register(board)
    yield board
    items.forget(board.name)


@pytest.fixture
def rules_in_force(ines: User) -> None:
    """Publish the first rules; they apply at once."""
    rules(ines)


@pytest.fixture
def case(board: Board, mo: User, rules_in_force: None) -> Case:
    """The case about Nina's note, which Jan has reported."""
    board.pin("1", "They are all vermin.")
    found = reported("1").case
    assert found is not None
    return found
