# SPDX-License-Identifier: Apache-2.0
"""Icons of the site, and its web manifest: the logo, or else the first letter of the name on the accent."""

from __future__ import annotations

import base64
import io
import json
from functools import lru_cache
from html import escape

from PIL import Image, ImageDraw, UnidentifiedImageError

from onrecord.statements.formats.faces import drawable, face_for

TOUCH, SMALL, LARGE = 180, 192, 512
"""Pixels: Apple's touch icon, and the two sizes of the manifest."""
_ICO = (16, 32, 48)
_EMBEDDED = 128
_CORNER = 0.18
_WHITE = (255, 255, 255)


def favicon_svg(name: str, accent: str, logo: bytes) -> bytes:
    """Return the icon as SVG."""
    picture = _logo(logo)
    if picture:
        out = io.BytesIO()
        _fitted(picture, _EMBEDDED, background=None).save(out, "PNG", optimize=True)
        inside = (
            '<image width="64" height="64" href="data:image/png;base64,'
            f'{base64.b64encode(out.getvalue()).decode()}"/>'
        )
    else:
        inside = (
            f'<rect width="64" height="64" rx="12" fill="{escape(accent)}"/>'
            '<text x="32" y="46" font-family="Georgia,serif" font-size="42" font-weight="700" '
            f'text-anchor="middle" fill="#fff">{escape(initial(name))}</text>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{inside}</svg>\n'.encode()


def favicon_ico(name: str, accent: str, logo: bytes) -> bytes:
    """Return the icon as ICO in the sizes that browsers ask for."""
    out = io.BytesIO()
    _square(name, accent, logo, max(_ICO), rounded=True).save(out, "ICO", sizes=[(s, s) for s in _ICO])
    return out.getvalue()


def icon_png(name: str, accent: str, logo: bytes, size: int) -> bytes:
    """Return the icon as a PNG without transparency, `size` pixels wide and high."""
    out = io.BytesIO()
    _square(name, accent, logo, size, rounded=False).convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


def manifest(name: str, accent: str, *, language: str, direction: str) -> bytes:
    """Return the web manifest (W3C Web Application Manifest)."""
    icons = [
        {"src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml"},
        *(
            {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
            for size in (SMALL, LARGE)
        ),
    ]
    content = {
        "name": name,
        "short_name": name if len(name) <= 30 else initial(name),
        "lang": language,
        "dir": direction,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "theme_color": accent,
        "background_color": "#ffffff",
        "icons": icons,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def initial(name: str) -> str:
    """Return the first letter of a name, as a capital where the script has them."""
    return next((letter.upper()[:1] for letter in name if letter.isalnum()), "•")


def _square(name: str, accent: str, logo: bytes, size: int, *, rounded: bool) -> Image.Image:
    picture = _logo(logo)
    if picture:
        return _fitted(picture, size, background=_WHITE)
    return _letter(initial(name), accent, rounded).resize((size, size), Image.Resampling.LANCZOS)


@lru_cache(maxsize=4)
def _letter(letter: str, accent: str, rounded: bool) -> Image.Image:
    square = Image.new("RGBA", (LARGE, LARGE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(square)
    pen.rounded_rectangle((0, 0, LARGE - 1, LARGE - 1), LARGE * _CORNER if rounded else 0, fill=accent)
    face = face_for(drawable(letter), "")
    if face:
        font = face.at(LARGE * 2 // 3)
        left, top, right, bottom = font.getbbox(letter)
        place = ((LARGE - left - right) / 2, (LARGE - top - bottom) / 2)
        pen.text(place, letter, font=font, fill=_WHITE)
    return square


def _logo(logo: bytes) -> Image.Image | None:
    if not logo:
        return None
    try:
        with Image.open(io.BytesIO(logo)) as file:
            return file.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None


def _fitted(picture: Image.Image, size: int, *, background: tuple[int, int, int] | None) -> Image.Image:
    """Return the whole picture in the middle of a square."""
    copy = picture.copy()
    inner = size if background is None else size * 7 // 8
    copy.thumbnail((inner, inner), Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (size, size), (*background, 255) if background else (0, 0, 0, 0))
    square.alpha_composite(copy, ((size - copy.width) // 2, (size - copy.height) // 2))
    return square
