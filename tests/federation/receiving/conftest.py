# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.conversation import classifier
from onrecord.outbound.addresses import networks
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.federation.receiving.remote import Remote, Somebody, remote
from tests.statements import drafts
from tests.statements.conftest import committed_at_once, own_home

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

__all__ = ["committed_at_once", "own_home"]


@pytest.fixture(autouse=True)
def nothing_learned() -> None:
    """Let no test know what another taught the classifier."""
    classifier.forget_memory()


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[Remote]:
    """Return a server elsewhere; loopback may be asked, for once."""
    settings.STRANGERS_PRIVATE_ADDRESSES = networks("127.0.0.0/8")
    with remote() as server:
        yield server


@pytest.fixture
def jan(elsewhere: Remote) -> Somebody:
    """Jan has an account there."""
    return elsewhere.somebody("jan")


@pytest.fixture
def water(olga: User, ines: User, own_home: Path) -> Publication:
    """Return the statement about the water, released and baked."""
    edition = drafts.released(olga, ines)
    return Publication.objects.select_related("edition", "statement").get(statement=edition.statement_id)
