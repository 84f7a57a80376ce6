# SPDX-License-Identifier: Apache-2.0
"""Newsrooms for the tests that start programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.config.newsrooms import Newsroom, newsroom


@pytest.fixture
def open_newsroom(
    tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[..., Newsroom]]:
    """Return a function that makes a newsroom with a database of its own; arguments are its variables."""
    with ExitStack() as stack, django_db_blocker.unblock():
        yield lambda **variables: stack.enter_context(newsroom(tmp_path, **variables))
