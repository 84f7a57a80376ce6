# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.delivery import transports
from tests.delivery.pigeons import Pigeons

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def a_home_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep the key of suppressed addresses away from other tests."""
    settings.HOME = tmp_path


@pytest.fixture
def pigeons() -> Iterator[Pigeons]:
    """A transport that carries to a list, and fails as it is told."""
    kind = Pigeons()
    transports.register(kind)
    yield kind
    transports.forget(kind.name)
