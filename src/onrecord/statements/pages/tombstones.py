# SPDX-License-Identifier: Apache-2.0
"""What stands where a text was erased: a page that says so, and leads to what the record says about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.addresses import GONE
from onrecord.bakery.pages import Family, File, Key
from onrecord.statements.models import Erasure, Tombstone
from onrecord.statements.pages.layout import Page
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

TOMBSTONES = "statements.tombstones"


def keys_for(erasure: Erasure) -> list[tuple[str, Key]]:
    """Return the pages that stand where this was erased."""
    paths = erasure.tombstones.order_by("path").values_list("path", flat=True)
    return [(TOMBSTONES, (path,)) for path in paths]


def _keys() -> Iterator[Key]:
    for path in Tombstone.objects.order_by("pk").values_list("path", flat=True).iterator():
        yield (path,)


def _render(key: Key) -> Iterable[File]:
    tombstone = Tombstone.objects.filter(path=key[0]).select_related("erasure").first()
    if tombstone is None:
        return
    site, language = Site.current(), tombstone.language
    with translation.override(language):
        title = _("The text at this address was erased")
    page = Page(title=title, path=tombstone.path, language=language, section="statements", indexed=False)
    context = {"site": site, "page": page, "erasure": tombstone.erasure}
    yield page_file(f"{tombstone.path}{GONE}", render("gone.html", context, language))


FAMILIES = (Family(TOMBSTONES, _keys, _render, Tombstone.objects.count),)
