# SPDX-License-Identifier: Apache-2.0
"""Whether text in a colour can be read: contrast as WCAG 2.2 defines it, success criterion 1.4.3."""

from __future__ import annotations

import re

ENOUGH = 4.5
"""The contrast that small text needs."""
_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Tell whether `text` is a colour as `#rrggbb`, in lower case."""
    return _HEX.fullmatch(text) is not None


def contrast_with_white(colour: str) -> float:
    """Return the contrast of `#rrggbb` with white, from 1 (none) to 21 (black)."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def darkened_until_readable(colour: str) -> str:
    """Return the colour itself, or the nearest darker shade of it that is readable on white."""
    parts = _parts(colour)
    for percent in range(100, -1, -1):
        shade = "#" + "".join(f"{part * percent // 100:02x}" for part in parts)
        if contrast_with_white(shade) >= ENOUGH:
            return shade
    return "#000000"


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
