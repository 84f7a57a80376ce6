# SPDX-License-Identifier: Apache-2.0
"""One newsroom with a statement, rules and a mail relay, at which everybody tries what they should not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from onrecord.conversation import classifier
from onrecord.people.models import User
from tests.conversation.conftest import water
from tests.moderation.judging import rules
from tests.statements.conftest import committed_at_once, own_home

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

__all__ = ["committed_at_once", "own_home", "water"]


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
    """Forget how often other tests sent a form, and what they taught the classifier."""
    cache.clear()
    classifier.forget_memory()


@pytest.fixture(autouse=True)
def rules_in_force(ines: User) -> None:
    """Publish the first rules."""
    rules(ines)
