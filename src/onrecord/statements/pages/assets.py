# SPDX-License-Identifier: Apache-2.0
"""Files that pages refer to by their hash: stylesheet, scripts, the logo, portraits of spokespeople."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.statements.models import Spokesperson
from onrecord.statements.pages import guarded, verification
from onrecord.statements.pages.site import Asset, Site

NAME = "statements.assets"
_PORTRAIT = "fill-320x320"


def keys() -> Iterator[Key]:
    """Return a key for each file: with its hash, so that pages not baked again yet keep the old one."""
    for _family, key in file_keys():
        yield key
    for person in Spokesperson.objects.filter(listed=True, portrait__isnull=False).order_by("pk"):
        yield ("portrait", str(person.pk))


def file_keys() -> list[tuple[str, Key]]:
    """Return what pages that this program bakes refer to, to be baked before the first of them."""
    return [(NAME, ("file", asset.path)) for asset in _files()]


def render(key: Key) -> Iterable[File]:
    """Yield a file as long as pages refer to it."""
    kind, name = key
    if kind == "file":
        found = [asset for asset in _files() if asset.path == name]
    else:
        person = Spokesperson.objects.filter(pk=int(name), listed=True).select_related("portrait").first()
        found = [picture] if person and (picture := portrait(person)) else []
    for asset in found:
        yield File(asset.path, asset.body, media_type_of(asset.path), immutable=True)


def _files() -> tuple[Asset, ...]:
    return (*Site.current().assets, *verification.scripts(), *guarded.scripts())


def portrait(person: Spokesperson) -> Asset | None:
    """Return a spokesperson's portrait as the contacts page shows it, or None."""
    if person.portrait is None:
        return None
    rendition = person.portrait.get_rendition(_PORTRAIT)
    with rendition.file.open("rb") as file:
        body = file.read()
    name = hashlib.sha256(body).hexdigest()[:12]
    suffix = Path(rendition.file.name).suffix.lower()
    return Asset(f"/assets/portrait-{person.pk}.{name}{suffix}", body, rendition.width, rendition.height)


FAMILIES = (Family(NAME, keys, render),)
