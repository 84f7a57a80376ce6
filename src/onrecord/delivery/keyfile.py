# SPDX-License-Identifier: Apache-2.0
"""Keys of this app: 32 random bytes in a file of the data directory, made at first use."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from onrecord.record.durably import private_folder, settle

KEY_SIZE = 32


def key(name: str) -> bytes:
    """Return the key in `<home>/keys/<name>`. Processes that make it at once use the first."""
    return _key(Path(settings.HOME), name)


@lru_cache(maxsize=8)
def _key(home: Path, name: str) -> bytes:
    folder = home / "keys"
    private_folder(folder)
    path = folder / name
    draft = folder / f".{name}.{secrets.token_hex(8)}"
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(KEY_SIZE))
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # never replaces a key that is already there
            settle(folder)
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    return path.read_bytes()
