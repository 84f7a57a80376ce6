# SPDX-License-Identifier: Apache-2.0
"""A little of what `kill_fanout.py` does at length."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.config.newsrooms import Newsroom

pytestmark = pytest.mark.slow


def test_no_inbox_lacks_anything_and_only_what_was_in_doubt_comes_again(
    open_newsroom: Callable[..., Newsroom],
) -> None:
    newsroom = open_newsroom()
    process = newsroom.start("-m", "tests.stories.kill_fanout", "--times", "5", "--hosts", "200")
    try:
        process.wait(120)
    except subprocess.TimeoutExpired:
        pytest.fail(newsroom.log)
    assert process.returncode == 0, newsroom.log
    assert newsroom.log.splitlines()[-1].startswith("no inbox lacks anything")
