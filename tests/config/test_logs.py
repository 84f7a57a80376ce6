# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings

from onrecord.config import logs
from onrecord.config.environment import read


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Configure logging as the program does, and collect what it writes."""
    paper = io.StringIO()
    configured = logs.configuration(read({}), secrets=("s3cret",))
    configured["handlers"]["stderr"]["stream"] = paper
    logging.config.dictConfig(configured)
    yield paper
    logging.config.dictConfig(settings.LOGGING)


def test_to_come_again_later_is_no_error(written: io.StringIO) -> None:
    logger = logging.getLogger("django.request")
    logger.error("Service Unavailable: /", extra={"status_code": 503})
    assert written.getvalue() == ""
    logger.error("Internal Server Error: /", extra={"status_code": 500})
    assert "Internal Server Error: /" in written.getvalue()


def test_a_line_is_one_line_and_never_holds_a_secret(written: io.StringIO) -> None:
    logging.getLogger("onrecord").warning("first\nsecond s3cret")
    assert written.getvalue().count("\n") == 1
    assert "s3cret" not in written.getvalue()
