# SPDX-License-Identifier: Apache-2.0
"""Published reports: each version's files at addresses that stay, with an archive of all eleven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.moderation.filing.actions import packed
from onrecord.moderation.models import TransparencyReport

NAME = "moderation.transparency_report"


def keys() -> Iterator[Key]:
    """Return year and version of each published report."""
    rows = TransparencyReport.objects.order_by("year", "version").values_list("year", "version")
    return ((str(year), str(version)) for year, version in rows)


def render(key: Key) -> Iterable[File]:
    """Render the eleven files of a version, as they were published."""
    year, version = key
    found = TransparencyReport.objects.filter(year=year, version=version).first()
    if found is None:
        return
    files = {name: text.encode() for name, text in found.files.items()}
    for name, body in files.items():
        yield File(found.path + name, body, media_type_of(found.path + name), immutable=True)
    path = f"{found.path}transparency-report-{year}-{version}.zip"
    yield File(path, packed(files), media_type_of(path), immutable=True)


FAMILIES = (Family(NAME, keys, render),)
