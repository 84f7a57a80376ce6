# SPDX-License-Identifier: Apache-2.0
"""Two processes at the same moment, on a database that lets both write (PostgreSQL)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any  # Any: whatever the function takes and returns

import pytest
from django.db import connection, connections

SEVERAL_WRITERS = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time: the other waits"
)
HEAD_START = 0.5
"""Seconds that the other has; it may wait for this one after that."""


class Meanwhile:
    """Another process that begins a deed at the moment at which this one calls a function."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, deed: Callable[[], object]
    ) -> None:
        """Watch `name` of the owner."""
        self._refused: list[Exception] = []
        self._thread = threading.Thread(target=self._do, args=[deed])
        inner = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            if self._thread.ident is None:
                self._thread.start()
                self._thread.join(HEAD_START)
            return inner(*given, **named)

        monkeypatch.setattr(owner, name, call)

    def _do(self, deed: Callable[[], object]) -> None:
        try:
            deed()
        except Exception as refusal:
            self._refused.append(refusal)
        finally:
            connections.close_all()

    def ended(self) -> list[Exception]:
        """Wait until the other is done, and return what it was refused with."""
        self._thread.join(10)
        return self._refused
