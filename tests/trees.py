# SPDX-License-Identifier: Apache-2.0
"""HTML of strangers that a parser makes a huge tree of, and how large the trees are that are made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import nh3

FORMATTING = ("b", "code", "em", "font", "i", "s", "strong", "u", "tt", "small", "big", "strike")


def never_closed(paragraphs: int, *, each: int = 20) -> str:
    """Return paragraphs after formatting that is opened and never closed, `each` times for every name."""
    opened = "".join(f"<{name}{' /'[n % 2]}class={n}>" for n in range(each) for name in FORMATTING)
    return f"<p>{opened}{'<p>word' * paragraphs}"


@contextmanager
def measured() -> Iterator[list[int]]:
    """Note how many elements each text has that is given to nh3 until the block ends."""
    clean, sizes = nh3.clean, list[int]()

    def spied(html: str, *given: Any, **named: Any) -> str:
        sizes.append(clean(html, tags={*FORMATTING, "p"}).count("<") // 2)
        return clean(html, *given, **named)

    with mock.patch.object(nh3, "clean", spied):
        yield sizes
