# SPDX-License-Identifier: Apache-2.0
"""What pages that are rendered together read once.

A batch is the keys that are locked, rendered and written together; what changes in the database meanwhile
causes a bake of its own. Outside a batch nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_remembered: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Remember what `once_per_batch` functions return until the block ends."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def once_per_batch(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a function of hashable positional arguments remember its results within a batch."""

    @wraps(function)
    def remembering(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        memory = _remembered.get()
        if memory is None or kwargs:
            return function(*args, **kwargs)
        key = (function, *args)
        if key not in memory:
            memory[key] = function(*args, **kwargs)
        result: Result = memory[key]
        return result

    return remembering
