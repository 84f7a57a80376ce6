# SPDX-License-Identifier: Apache-2.0
"""The templates of the public site: Jinja2, everything escaped, unknown names refused.

They are compiled once for each language, with the words from gettext put in: asking for them anew on each
page took a tenth of a full bake. A template may use, beside its context: `site`, `words` (dates, numbers
and names in the page's language), `page` (see `layout.Page`), `_` and the functions below.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings
from django.utils import translation
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from onrecord.statements.pages import guarded, languages, layout, wording
from onrecord.statements.pages.catalogue import gettext
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
            environment(language)
            .get_template(name)
            .render({**context, "site": site, "words": Words(language, site.zone)})
        )


_folders = [str(TEMPLATES)]


def add_folder(folder: Path) -> None:
    """Let apps above bring templates of their own, which may extend those here; names must differ."""
    if str(folder) not in _folders:
        _folders.append(str(folder))
        environment.cache_clear()


class _Environment(jinja2.Environment):
    """Compiles the templates of one language."""

    language = ""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        with translation.override(self.language):
            parsed: nodes.Template = _Translating().visit(super()._parse(source, name, filename))
        return parsed

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template may use, looked up at once: nothing is added after it is loaded."""
        return {**self.globals, **(d or {})}


class _Translating(NodeTransformer):
    """Replaces `_("…")` by the words themselves, so that they are compiled together with the HTML around."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # the visitor's way to name a node
        self.generic_visit(node)
        called, arguments = node.node, node.args
        if not (isinstance(called, nodes.Name) and called.name == "_" and len(arguments) == 1):
            return node
        message = arguments[0]
        if not isinstance(message, nodes.Const) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        # As the i18n extension does: a message is markup, and a pattern even if nothing goes into it.
        return nodes.MarkSafe(nodes.Const(translation.gettext(message.value) % {}), lineno=node.lineno)


@cache
def environment(language: str) -> jinja2.Environment:
    """Return the environment of a language in this process."""
    built = _Environment(
        loader=jinja2.FileSystemLoader(_folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.DEBUG,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    built.language = language
    built.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext, translation.ngettext, newstyle=True
    )
    built.filters["href"] = href
    built.filters["whole"] = whole
    built.globals.update(
        masthead=_masthead,
        footer=_footer,
        site_feeds=_site_feeds,
        wording=wording,
        layout=layout,
        languages=languages,
        form_script=guarded.script_path,
    )
    return built


def whole(number: str) -> Markup:
    """Return a number, as 2026-000012, as one word, which no line breaks and no script around it turns."""
    return Markup('<bdi class="whole">{}</bdi>').format(number)


def _masthead(site: Site, language: str, section: str) -> Markup:
    return _frame("parts/masthead.html", site, language, section)


def _footer(site: Site, language: str) -> Markup:
    return _frame("parts/footer.html", site, language, "")


def _site_feeds(site: Site, language: str) -> Markup:
    return _frame("parts/feeds.html", site, language, "")


@lru_cache(maxsize=512)
def _frame(name: str, site: Site, language: str, section: str) -> Markup:
    # The same on thousands of pages, and a third of the work of each.
    markup = (
        environment(language)
        .get_template(name)
        .render(site=site, words=Words(language, site.zone), section=section, logo=site.logo_asset)
    )
    return Markup(markup)  # noqa: S704  # escaped by the template
