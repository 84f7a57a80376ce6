# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.delivery import transports
from onrecord.federation.models import Actor, ActorKind
from onrecord.people.models import Organisation
from tests.federation.sending.elsewhere import reaching_this_machine

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def a_home_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep keys away from other tests."""
    settings.HOME = tmp_path


@pytest.fixture(autouse=True)
def this_machine_is_asked() -> Iterator[None]:
    """Let the transport reach servers on this machine, as it never does otherwise."""
    before = transports.named("activitypub")
    transports.register(reaching_this_machine())
    yield
    transports.register(before)


@pytest.fixture
def newsroom(organisation: Organisation) -> Actor:
    """The newsroom's own account."""
    return Actor.objects.create(name="elmford", kind=ActorKind.NEWSROOM)
