# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from onrecord.config.answering import DYNAMIC
from onrecord.press.urls import urlpatterns as press

PUBLIC = [f"/{pattern.pattern}" for pattern in press]


def test_what_journalists_and_outlets_open_is_answered_by_the_program() -> None:
    known = tuple(f"{name.rstrip('/')}/" for name in DYNAMIC)
    assert [route for route in PUBLIC if not f"{route}/".startswith(known)] == []
