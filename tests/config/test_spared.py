# SPDX-License-Identifier: Apache-2.0
"""What the program does not load, although another package would."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.config import spared
from tests.config.newsrooms import ROOT

LOADED = """
import sys
from onrecord.config import django_setup
django_setup.load()
from django.urls import get_resolver
get_resolver().url_patterns
print(*sys.modules)
import requests, pygments
from django.contrib.postgres.fields import ArrayField
"""


@pytest.mark.slow
@pytest.mark.once
def test_a_newsroom_on_sqlite_loads_no_driver_of_postgresql_and_no_second_client(tmp_path: Path) -> None:
    program = subprocess.run(
        [sys.executable, "-c", LOADED], env={"ONRECORD_HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert program.returncode == 0, program.stderr  # whoever wants them later gets them
    loaded = set(program.stdout.split())
    assert "rest_framework.serializers" in loaded
    assert loaded.isdisjoint({"psycopg", "requests", "urllib3", "pygments", "yaml"})


def test_what_is_loaded_already_stays_and_nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    pygments = importlib.import_module("pygments")
    monkeypatch.delitem(sys.modules, "rest_framework.compat", raising=False)
    before = {name: sys.modules.get(name) for name in spared.OPTIONAL}

    spared.load_rest_framework()

    assert sys.modules["pygments"] is pygments
    assert {name: sys.modules.get(name) for name in spared.OPTIONAL} == before
