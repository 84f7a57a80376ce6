# SPDX-License-Identifier: Apache-2.0
"""Comments are tested under a statement that is on the site, with a relay that is only named."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.conversation import classifier
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.followers.conftest import a_relay
from tests.statements import drafts
from tests.statements.conftest import committed_at_once, own_home

__all__ = ["a_relay", "committed_at_once", "own_home"]


@pytest.fixture(autouse=True)
def nothing_learned() -> None:
    """Let no test know what another taught the classifier."""
    classifier.forget_memory()


@pytest.fixture
def water(olga: User, ines: User, own_home: Path) -> Publication:
    """Return the statement about the water, released and baked."""
    edition = drafts.released(olga, ines)
    return Publication.objects.select_related("edition").get(statement=edition.statement_id)
