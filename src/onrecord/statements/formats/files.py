# SPDX-License-Identifier: Apache-2.0
"""Pictures and files, frozen: named by the SHA-256 of their bytes, kept beside the data, never replaced."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

WIDTHS = (800, 1600)
"""Pixels: the widths at which a picture is offered, never larger than it is."""
_RUNS = frozenset(
    {".htm", ".html", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml", ".svg", ".xml", ".js", ".mjs"}
)
_UNSAFE = re.compile(r"[^a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """The bytes of one file: `sha256` in hex, `size` in bytes, `width` and `height` of pictures in pixels."""

    sha256: str
    name: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def path(self) -> str:
        """Return the public address."""
        return f"/media/{self.sha256[:16]}-{self.name}"

    @property
    def size_in_words(self) -> str:
        """Return the size as people read it, in units that need no translation."""
        return f"{self.size / 1e6:.1f} MB" if self.size >= 1_000_000 else f"{max(1, self.size // 1000)} kB"


def location(sha256: str) -> Path:
    """Return where the bytes of a frozen file are kept."""
    return Path(settings.MEDIA_ROOT) / "frozen" / sha256[:2] / sha256


def keep(sha256: str, body: bytes) -> None:
    """Keep bytes under their hash. On the disk when it returns; safe to repeat."""
    path = location(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{sha256}.{secrets.token_hex(4)}")
    with draft.open("wb") as handle:
        handle.write(body)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def freeze_image(image: Any) -> tuple[FrozenFile, FrozenFile]:
    """Return the small and the large rendition of a Wagtail image without metadata; equal if it is small."""
    small, large = (
        _freeze(rendition.file, image.file.name, width=rendition.width, height=rendition.height)
        for rendition in (image.get_rendition(f"max-{width}x{width * 4}") for width in WIDTHS)
    )
    return small, large


def freeze_document(document: Any) -> FrozenFile:
    """Return a Wagtail document as a frozen file."""
    return _freeze(document.file, document.filename)


def freeze_forgery(document: Any) -> FrozenFile:
    """Return what others issued as a frozen file, byte for byte, named as a forgery.

    What a browser would run or show as a page of ours is served as plain text.
    """
    ending = Path(document.filename).suffix.lower()
    shown_as = ".txt" if ending in _RUNS else ending
    return _freeze(document.file, f"forgery-{document.filename}", ending=shown_as)


def freeze_forged_words(words: str) -> FrozenFile:
    """Return words that others issued as a frozen text, byte for byte as they were entered."""
    body = words.encode()
    sha256 = hashlib.sha256(body).hexdigest()
    keep(sha256, body)
    return FrozenFile(sha256, "forgery-words.txt", "text/plain", len(body))


def _freeze(
    source: Any, name: str, *, width: int | None = None, height: int | None = None, ending: str | None = None
) -> FrozenFile:
    with source.open("rb") as handle:
        body = handle.read()
    sha256 = hashlib.sha256(body).hexdigest()
    keep(sha256, body)
    suffix = Path(source.name).suffix.lower() if ending is None else ending
    stem = _UNSAFE.sub("-", Path(name).stem.lower()).strip("-.")[:60] or "file"
    media_type = mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"
    return FrozenFile(sha256, f"{stem}{_UNSAFE.sub('', suffix)}", media_type, len(body), width, height)
