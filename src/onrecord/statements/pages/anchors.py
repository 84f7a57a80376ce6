# SPDX-License-Identifier: Apache-2.0
"""Timestamped checkpoints on the site: `/log/anchors/<size>.checkpoint` and `.tsr`."""

from __future__ import annotations

from collections.abc import Iterable

from onrecord.bakery.pages import Family, File, Key
from onrecord.record import timestamps

NAME = "record.anchors"


def render(key: Key) -> Iterable[File]:
    """Yield a checkpoint and the timestamp over it."""
    for file in timestamps.files_of(int(key[0])):
        yield File(file.path, file.body, file.media_type, immutable=file.immutable)


FAMILIES = (Family(NAME, lambda: ((str(size),) for size in timestamps.sizes()), render),)
