# SPDX-License-Identifier: Apache-2.0
"""A little of what `kill_mail.py` and `mail_faults.py` do at length."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.config.newsrooms import Newsroom

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        pytest.param(
            ("tests.stories.kill_mail", "--times", "5", "--count", "800"), "nobody lost", id="killed"
        ),
        pytest.param(
            ("tests.stories.mail_faults", "--count", "200", "--only", "hangs_up"),
            "hangs_up",
            id="hung up on",
            marks=pytest.mark.once,
        ),
    ],
)
def test_nobody_is_lost_whatever_breaks(
    arguments: tuple[str, ...], last: str, open_newsroom: Callable[..., Newsroom]
) -> None:
    newsroom = open_newsroom()
    process = newsroom.start("-m", *arguments)
    try:
        process.wait(120)
    except subprocess.TimeoutExpired:
        pytest.fail(newsroom.log)
    assert process.returncode == 0, newsroom.log
    assert newsroom.log.splitlines()[-1].startswith(last)
