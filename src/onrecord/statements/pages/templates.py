# SPDX-License-Identifier: Apache-2.0
"""The templates of the public site: Jinja2, everything escaped, unknown names refused, compiled once.

The words in them come from gettext. A template may use, beside its context: `site`, `words` (dates, numbers
and names in the page's language), `page` (see `layout.Page`), `_` and the functions below.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings
from django.utils import translation
from markupsafe import Markup

from onrecord.statements.pages import guarded, languages, layout, wording
from onrecord.statements.pages.site import Site, href
from onrecord.statements.pages.words import Words

TEMPLATES = Path(__file__).resolve().parent.parent / "site_templates"


def render(name: str, context: Mapping[str, Any], language: str) -> str:
    """Return a page of the public site as HTML.

    `context` holds a `layout.Page` as `page`, perhaps a `Site` as `site`, and what the template needs.
    """
    site = context.get("site") or Site.current()
    with translation.override(language):
        return (
            environment()
            .get_template(name)
            .render({**context, "site": site, "words": Words(language, site.zone)})
        )


_folders = [str(TEMPLATES)]


def add_folder(folder: Path) -> None:
    """Let apps above bring templates of their own, which may extend those here; names must differ."""
    if str(folder) not in _folders:
        _folders.append(str(folder))
        environment.cache_clear()


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the one environment of this process."""
    built = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.DEBUG,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    built.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        _gettext, translation.ngettext, newstyle=True
    )
    built.filters["href"] = href
    built.globals.update(
        masthead=_masthead,
        footer=_footer,
        wording=wording,
        layout=layout,
        languages=languages,
        form_script=guarded.script_path,
    )
    return built


def _gettext(message: str) -> str:
    return _translated(translation.get_language(), message)


@lru_cache(maxsize=4096)
def _translated(_language: str, message: str) -> str:
    # A catalogue does not change while the program runs; asking Django takes ten times as long.
    return translation.gettext(message)


def _masthead(site: Site, language: str, section: str) -> Markup:
    return _frame("parts/masthead.html", site, language, section)


def _footer(site: Site, language: str) -> Markup:
    return _frame("parts/footer.html", site, language, "")


@lru_cache(maxsize=512)
def _frame(name: str, site: Site, language: str, section: str) -> Markup:
    # The same on thousands of pages, and a third of the work of each.
    markup = (
        environment()
        .get_template(name)
        .render(site=site, words=Words(language, site.zone), section=section, logo=site.logo_asset)
    )
    return Markup(markup)  # noqa: S704  # escaped by the template
