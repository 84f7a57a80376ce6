# SPDX-License-Identifier: Apache-2.0
"""The public list of blocked servers, in each language and as data; nothing if it is kept private."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.federation.blocking import objecting
from onrecord.federation.models import DomainBlock, Policy
from onrecord.people.errors import NotSetUp
from onrecord.statements.pages import templates
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render

NAME, DATA = "federation.blocks", "federation.blocks_data"
DATA_PATH = "/blocked-servers.json"
templates.add_folder(Path(__file__).resolve().parent / "site_templates")


def keys() -> Iterator[Key]:
    """Return each language."""
    try:
        return iter([(language,) for language in Site.current().languages])
    except NotSetUp:
        return iter(())


def all_keys() -> list[tuple[str, Key]]:
    """Return every page here, to be baked again; each is written only if it changes."""
    return [*((NAME, key) for key in keys()), (DATA, ("all",))]


def link(site: Site, language: str) -> tuple[str, str] | None:
    """Return what leads to the list, and where; None while it is not public."""
    if not Policy.current().public_blocks:
        return None
    return _("Servers that nothing is taken from"), f"{site.home(language)}{objecting.PATH}"


def standing() -> QuerySet[DomainBlock]:
    """Return the blocks that hold now, by host."""
    now = timezone.now()
    return DomainBlock.objects.filter(Q(until=None) | Q(until__gt=now), lifted_at=None).order_by("host", "pk")


def render_list(key: Key) -> Iterable[File]:
    """Render the list in a language."""
    (language,) = key
    site = Site.current()
    if language not in site.languages or not Policy.current().public_blocks:
        return
    with translation.override(language):
        page = Page(
            title=_("Servers that nothing is taken from"),
            path=f"{site.home(language)}{objecting.PATH}",
            language=language,
            section="transparency",
            description=_("Which servers of the fediverse are blocked here, since when, and why."),
            others=in_every_language(site, objecting.PATH),
        )
        rows = [(row, objecting.report_path(row, language)) for row in standing()]
        context = {"site": site, "page": page, "rows": rows, "data": DATA_PATH}
        yield page_file(page.path, render("blocked_servers.html", context, language))


def render_data(_key: Key) -> Iterable[File]:
    """Render the same for programs."""
    if not Policy.current().public_blocks:
        return
    site = Site.current()
    blocks = [
        {
            "host": row.host,
            "subdomains": ":" not in row.host,
            "reason": row.reason,
            "since": row.since.isoformat(timespec="seconds"),
            "until": row.until.isoformat(timespec="seconds") if row.until else None,
            "object_at": site.address + objecting.report_path(row, site.default_language),
        }
        for row in standing()
    ]
    body = json.dumps({"blocks": blocks}, ensure_ascii=False, indent=1).encode()
    yield File(DATA_PATH, body, media_type_of(DATA_PATH))


def _data_keys() -> Iterator[Key]:
    return iter([("all",)]) if any(True for _key in keys()) else iter(())


FAMILIES = (Family(NAME, keys, render_list), Family(DATA, _data_keys, render_data))
