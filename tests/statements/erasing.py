# SPDX-License-Identifier: Apache-2.0
"""Erasing in tests, and looking for what is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.types import StartResponse

import pytest
import time_machine
from django.apps import apps
from django.conf import settings

from onrecord.bakery.server import BakedSite
from onrecord.people.models import User
from onrecord.statements import actions
from onrecord.statements.models import Erasure

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NAME = "Zacharias"
WORDS = f"<p>The town has dismissed {NAME} Unmistakable.</p>"
GROUND = "A court found that the statement named a person without need."
ORDER = "District Court of Elmford, 12 O 34/26"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Let it be noon, until the test says otherwise."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def site_files() -> dict[str, bytes]:
    """Return every file of the site, by path."""
    root = Path(settings.HOME) / "site"
    return {f"/{path.relative_to(root)}": path.read_bytes() for path in root.rglob("*") if path.is_file()}


def traces(word: str) -> list[str]:
    """Name every table that still holds a word, in any column, and every file of the site."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for row in model._default_manager.values_list():
            if any(word.lower() in _text(value).lower() for value in row):
                found.append(model._meta.db_table)
    found += [
        path for path, body in site_files().items() if word.lower() in body.decode("utf-8", "ignore").lower()
    ]
    return sorted(set(found))


def _text(value: object) -> str:
    return bytes(value).decode("utf-8", "ignore") if isinstance(value, bytes | memoryview) else str(value)


def proposed(address: str, ada: User) -> Erasure:
    """Return an erasure that waits for a second person."""
    return actions.propose_erasure(address, ground=GROUND, legal_ground=ORDER, by=ada)


def erased(address: str, ada: User, ines: User) -> Erasure:
    """Return an erasure that is carried out."""
    erasure = actions.confirm_erasure(proposed(address, ada), by=ines)
    erasure.refresh_from_db()
    assert erasure.state == "done"
    return erasure


def status(path: str) -> str:
    """Return what the server says about an address."""
    said: list[str] = []

    def application(_environ: object, start_response: StartResponse) -> list[bytes]:
        start_response("404 Not Found", [])
        return []

    site = BakedSite(application, Path(settings.HOME) / "site", dynamic=("/desk/",))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
    b"".join(site(environ, lambda status, *_rest: said.append(status)))  # type: ignore[arg-type]
    return said[0]
