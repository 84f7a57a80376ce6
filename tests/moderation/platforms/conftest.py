# SPDX-License-Identifier: Apache-2.0
"""A platform elsewhere, and a token with which it calls."""

from __future__ import annotations

import pytest

from onrecord.moderation import items
from onrecord.moderation.models import (
    Platform,
    Scope,
)
from onrecord.moderation.platforms import actions
from onrecord.moderation.platforms.kind import ExternalKind
from onrecord.people.models import User
from tests.moderation import judging


@pytest.fixture(autouse=True)
def things_elsewhere(organisation: object) -> None:
    """Let things on other platforms be judged, by as many requests as a test needs."""
    items.register(ExternalKind())


@pytest.fixture
def forum(ada: User) -> Platform:
    """The forum of the town."""
    return actions.add_platform("Forum", "https://forum.example/outcomes", by=ada)


@pytest.fixture
def token(forum: Platform, ada: User, mo: User, ines: User) -> str:
    """A token that may do everything, and decides for Mo, under rules that were there before."""
    judging.rules(ines)
    return actions.make_token(forum, "Everything", list(Scope.values), by=ada, acts_for=mo)[1]
