# SPDX-License-Identifier: Apache-2.0
"""The drawing beside a name: from a random seed, so that nothing about somebody can be read from it."""

from __future__ import annotations

import hashlib

COLOURS = 8


def drawing(seed: str) -> tuple[str, int]:
    """Return the path of a figure of five by five squares, the same left and right, and a colour's number."""
    bits = hashlib.sha256(seed.encode()).digest()
    squares = []
    for row in range(5):
        filled = [bits[row * 3 + column] % 2 == 1 for column in range(3)]
        for column, is_filled in enumerate([*filled, filled[1], filled[0]]):
            if is_filled:
                squares.append(f"M{column} {row}h1v1h-1z")
    return "".join(squares) or "M1 1h3v3h-3z", bits[20] % COLOURS
