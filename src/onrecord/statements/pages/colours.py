# SPDX-License-Identifier: Apache-2.0
"""The organisation's accent colour, made readable on white paper and on dark."""

from __future__ import annotations

import colorsys
import re

PAPER = "#ffffff"
DARK_PAPER = "#14161a"
READABLE = 5.5
"""Contrast with the paper. WCAG 2.2 AA asks for 4.5; tinted boxes behind links need the rest."""

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
_FALLBACK = "#8a1538"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (#rrggbb) as WCAG 2.2 defines it, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(accent: str, paper: str) -> str:
    """Return the accent, darkened or lightened no further than needed to be read on the paper."""
    if not _HEX.match(accent):
        accent = _FALLBACK
    red, green, blue = _channels(accent)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    step = -0.01 if _luminance(paper) > 0.5 else 0.01
    colour = accent.lower()
    while contrast(colour, paper) < READABLE and 0 < lightness + step < 1:
        lightness += step
        colour = _spell(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def stylesheet(accent: str) -> str:
    """Return the custom properties that site.css takes its accent from."""
    light, dark = readable(accent, PAPER), readable(accent, DARK_PAPER)
    return (
        f":root{{--accent:{light};--paper:{PAPER}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark};--paper:{DARK_PAPER}}}}}\n"
        f"@media print{{:root{{--accent:{light};--paper:{PAPER}}}}}\n"
    )


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _spell(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
