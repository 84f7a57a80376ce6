# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.database import pristine

pytestmark = pytest.mark.slow


@pytest.fixture
def program(transactional_db: None, keys_of_its_own: Path) -> Callable[[str], int]:
    """Return a function that runs the program on a log of its own and returns the number it prints."""

    if connection.vendor == "sqlite":
        shutil.copyfile(pristine["name"], keys_of_its_own / "onrecord.sqlite3")

    def run(action: str) -> int:
        environment = {**os.environ, "ONRECORD_HOME": str(keys_of_its_own), "ONRECORD_DATABASE_URL": _url()}
        command = [sys.executable, "-m", "tests.record.appending", action]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    return run


def _url() -> str:
    """Name the test's own database if it is PostgreSQL; otherwise it is a copy in the home."""
    if connection.vendor == "sqlite":
        return ""
    described = connection.settings_dict
    login = f"{quote(described['USER'])}:{quote(described['PASSWORD'])}"
    return f"postgresql://{login}@{described['HOST']}:{described['PORT']}/{described['NAME']}"


def test_processes_that_append_at_once_leave_neither_gap_nor_fork(program: Callable[[str], int]) -> None:
    assert program("race") == 60


def test_a_process_killed_after_any_statement_leaves_the_log_whole(program: Callable[[str], int]) -> None:
    assert program("die") >= 6
