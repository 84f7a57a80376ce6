# SPDX-License-Identifier: Apache-2.0
"""Followers are tested with the whole pipeline, and a relay that is only named, unless a test opens one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onrecord.delivery import transports
from onrecord.delivery.transports.websub import WebsubTransport
from onrecord.people.models import User
from tests.followers.feed_readers import LOOPBACK
from tests.followers.readers import tell
from tests.statements.conftest import committed_at_once, own_home
from tests.statements.drafts import released

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


@pytest.fixture
def strangers_may_name_loopback(settings: Settings, own_home: Path) -> Iterator[None]:
    """Let subscribers be on this machine, as nobody but a test does."""
    settings.STRANGERS_PRIVATE_ADDRESSES = LOOPBACK

    def read(path: str) -> bytes | None:
        file = own_home / "site" / path.lstrip("/")
        return file.read_bytes() if file.exists() else None

    before = transports.named("websub")
    transports.register(WebsubTransport(read, LOOPBACK, LOOPBACK))
    yield
    transports.register(before)


@pytest.fixture
def published(olga: User, ines: User) -> Any:
    """A newsroom with one statement, so that there are feeds."""
    edition = released(olga, ines)
    tell()
    return edition
