# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def keys_of_its_own(settings: Settings, tmp_path: Path) -> Path:
    """Give each test a data directory without keys."""
    settings.HOME = tmp_path
    return tmp_path
