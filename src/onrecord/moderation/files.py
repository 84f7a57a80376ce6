# SPDX-License-Identifier: Apache-2.0
"""What may be sent along with an appeal, and where it is kept: in the data directory, never in public."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from onrecord.moderation.errors import BadAppeal
from onrecord.moderation.models import Attachment
from onrecord.record import durably

MOST_FILES = 5
LARGEST = 5_000_000
FOLDER = "appeals"
UNNAMED_FOR = 3600.0
"""Seconds. A file is written before what names it, and written anew whenever it is sent again."""
_AT_ONCE = 500
_KINDS = {
    "application/pdf": (b"%PDF-", "pdf"),
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
}
_UNSAFE = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came: its name and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept."""

    name: str
    media_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        """The name under which it is kept."""
        return hashlib.sha256(self.body).hexdigest()


def check(files: Sequence[Sent], *, already: int = 0) -> list[Checked]:
    """Return files that may be kept. What they are is told by their bytes. Raises BadAppeal."""
    if len(files) + already > MOST_FILES:
        raise BadAppeal(_("Send %(most)s files at most.") % {"most": MOST_FILES})
    return [_checked(file) for file in files]


def keep(files: Sequence[Checked]) -> None:
    """Write files to where no web server looks. Before the transaction that names them; safe to repeat."""
    for file in files:
        path = path_of(file.sha256)
        durably.private_folder(path.parent)
        durably.replace(path, file.body)


def sweep() -> int:
    """Remove files that nothing names and nothing is about to name any more; return how many.

    They are what was sent with an appeal that came to nothing, and what was forgotten.
    """
    old = time.time() - UNNAMED_FOR
    found = (path for path in (Path(settings.HOME) / FOLDER).glob("??/*") if path.stat().st_mtime < old)
    removed = 0
    for some in _batches(found, _AT_ONCE):
        hashes = {path.name: path for path in some}
        named = Attachment.objects.filter(sha256__in=list(hashes)).values_list("sha256", flat=True)
        for unnamed in set(hashes) - set(named):
            hashes[unnamed].unlink(missing_ok=True)
            removed += 1
    return removed


def path_of(sha256: str) -> Path:
    """Return where a file is kept."""
    return Path(settings.HOME) / FOLDER / sha256[:2] / sha256


def read(attachment: Attachment) -> bytes:
    """Return the bytes of an attachment. Raises FileNotFoundError."""
    return path_of(attachment.sha256).read_bytes()


def _batches(paths: Iterable[Path], size: int) -> Iterator[list[Path]]:
    source = iter(paths)
    while batch := list(islice(source, size)):
        yield batch


def _checked(file: Sent) -> Checked:
    name = _UNSAFE.sub("", file.name)[-100:].strip(" .") or "file"
    if not 0 < len(file.body) <= LARGEST:
        raise BadAppeal(
            _("“%(name)s” has %(size)s bytes. Send files of at most 5 MB.")
            % {"name": name, "size": len(file.body)}
        )
    for media_type, (start, _suffix) in _KINDS.items():
        if file.body.startswith(start):
            return Checked(name, media_type, file.body)
    try:
        text = file.body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise BadAppeal(_("“%(name)s” is no PDF, PNG, JPEG or plain text.") % {"name": name})
    return Checked(name, "text/plain", file.body)
