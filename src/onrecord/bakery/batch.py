# SPDX-License-Identifier: Apache-2.0
"""What pages that are rendered together read once.

A batch is the keys that are locked, rendered and written together; what changes in the database meanwhile
causes a bake of its own. Outside a batch nothing is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Set
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_remembered: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)
_numbers: ContextVar[Mapping[str, Set[int]] | None] = ContextVar("numbers", default=None)


@contextmanager
def together(numbers: Mapping[str, Set[int]] | None = None) -> Iterator[None]:
    """Remember what `once_per_batch` functions return until the block ends.

    `numbers` says by `Family.group` which of them the keys of the batch are about.
    """
    token, numbered = _remembered.set({}), _numbers.set(numbers)
    try:
        yield
    finally:
        _remembered.reset(token)
        _numbers.reset(numbered)


def memory() -> dict[Hashable, Any] | None:
    """Return what is remembered until the batch ends, to be added to; None outside a batch."""
    return _remembered.get()


def numbers_of(group: str) -> Set[int]:
    """Return the numbers that keys of this batch are about: what is read for one is soon wanted for all."""
    return (_numbers.get() or {}).get(group, frozenset())


def remembered(key: Hashable, make: Callable[[], Result]) -> Result:
    """Return what `make` returned for this key earlier in the batch, or returns now."""
    kept = _remembered.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    result: Result = kept[key]
    return result


def once_per_batch(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a function of hashable positional arguments remember its results within a batch."""

    @wraps(function)
    def remembering(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if kwargs:
            return function(*args, **kwargs)
        return remembered((function, *args), lambda: function(*args, **kwargs))

    return remembering
