# SPDX-License-Identifier: Apache-2.0
"""A few rounds of what `kill_append.py` and `restore.py` do at length."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

from tests.config.newsrooms import Newsroom

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("program", "times", "last"),
    [
        ("tests.stories.kill_append", 4, r"\d rounds, [2-4] killed at work, no fork, no lost leaf"),
        ("tests.stories.restore", 1, r"1 databases, no fork, no lost leaf, \d+ s"),
    ],
)
def test_neither_blows_nor_old_backups_fork_the_log(
    program: str, times: int, last: str, open_newsroom: Callable[..., Newsroom]
) -> None:
    newsroom = open_newsroom()
    process = newsroom.start("-m", program, "--times", str(times))
    try:
        process.wait(120)
    except subprocess.TimeoutExpired:
        pytest.fail(newsroom.log)
    lines = newsroom.log.splitlines()
    assert process.returncode == 0, newsroom.log
    assert re.fullmatch(last, lines[-1])
