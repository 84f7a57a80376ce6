# SPDX-License-Identifier: Apache-2.0
"""Followers are tested with the whole pipeline, and a relay that is only named, unless a test opens one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
