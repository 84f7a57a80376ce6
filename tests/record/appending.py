# SPDX-License-Identifier: Apache-2.0
"""A program of its own that appends leaves in several processes, some of which die, and checks the log.

`race` lets four children append to an empty log at once. `die` kills children while they append, each one
statement later, until one gets through. Prints the size of the log, or how many died.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import django
from django.conf import settings
from django.db import connection, connections

from onrecord.config.settings import DATABASES, HOME

DATABASES["default"].get("OPTIONS", {}).pop("pool", None)  # threads do not survive a fork
settings.configure(
    DATABASES=DATABASES,
    HOME=HOME,
    KEY_PASSPHRASE="",
    MIRRORS=(),
    INSTALLED_APPS=["onrecord.journal", "onrecord.record", "django_tasks"],
    USE_TZ=True,
)
django.setup()

from onrecord.record.models import LogHead  # noqa: E402 - needs Django
from tests.record.cast import Checker, append  # noqa: E402 - needs Django

CHILDREN = 4
EACH = 15


def race() -> int:
    """Append leaves from several processes as fast as possible, each leaf twice."""
    children = [_fork(partial(_append_some, name)) for name in range(CHILDREN)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * CHILDREN
    return Checker().check()


def die() -> int:
    """Kill children while they append, until one gets through."""
    append("before")
    statements = 0
    while True:
        child = _fork(partial(_append_and_die, statements))
        _, status = os.waitpid(child, 0)
        size = LogHead.objects.get().size
        if status == 0:
            break
        assert os.WIFSIGNALED(status)
        assert size == 1
        statements += 1
    assert Checker().check() == 2
    return statements


def _fork(work: Callable[[], None]) -> int:
    connections.close_all()  # a child must not share the parent's
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def _append_some(name: int) -> None:
    for number in range(EACH):
        first = append(f"{name}-{number}")
        assert append(f"{name}-{number}").index == first.index


def _append_and_die(after: int) -> None:
    ran = 0

    def kill(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal ran
        result = execute(sql, params, many, context)
        ran += 1
        if ran > after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    with connection.execute_wrapper(kill):
        append("the next")


if __name__ == "__main__":
    sys.stdout.write(str({"race": race, "die": die}[sys.argv[1]]()))
