# SPDX-License-Identifier: Apache-2.0
"""Evidence that is sent along with an application: what may be, and where it lies. Never in public."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from onrecord.press.accreditation.errors import BadApplication
from onrecord.press.models import ApplicationFile
from onrecord.record import durably

FOLDER = "accreditation"
MOST_FILES, LARGEST = 5, 5_000_000
_KINDS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_UNSAFE = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came."""

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
        """The name under which it lies."""
        return hashlib.sha256(self.body).hexdigest()


def check(sent: Sequence[Sent]) -> list[Checked]:
    """Return what may be kept; what a file is, its bytes tell. Raises BadApplication."""
    if len(sent) > MOST_FILES:
        raise BadApplication(_("Send %(most)s files at most.") % {"most": MOST_FILES})
    return [_checked(one) for one in sent]


def keep(files: Sequence[Checked]) -> None:
    """Write files, before the transaction that names them; safe to repeat."""
    for one in files:
        path = path_of(one.sha256)
        durably.private_folder(path.parent)
        durably.replace(path, one.body)


def path_of(sha256: str) -> Path:
    """Return where a file lies."""
    return Path(settings.HOME) / FOLDER / sha256[:2] / sha256


def forget(hashes: Iterable[str]) -> None:
    """Delete files that no application names any more."""
    for sha256 in set(hashes):
        if not ApplicationFile.objects.filter(sha256=sha256).exists():
            path_of(sha256).unlink(missing_ok=True)


def _checked(sent: Sent) -> Checked:
    name = _UNSAFE.sub("", sent.name)[-100:].strip(" .") or "file"
    if not 0 < len(sent.body) <= LARGEST:
        raise BadApplication(
            _("“%(name)s” has %(size)s bytes. Send files of at most 5 MB.")
            % {"name": name, "size": len(sent.body)}
        )
    for media_type, start in _KINDS.items():
        if sent.body.startswith(start):
            return Checked(name, media_type, sent.body)
    raise BadApplication(_("“%(name)s” is no PDF, PNG or JPEG.") % {"name": name})
